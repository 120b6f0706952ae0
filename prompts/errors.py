"""Errors of the prompts package.

PromptFault
├── RanksUnusable    operator: the token ranks on disk are missing or not the published ones
└── BudgetTooSmall   developer: the fixed part of a prompt alone does not fit the token budget
"""

from __future__ import annotations

__all__ = ["BudgetTooSmall", "PromptFault", "RanksUnusable"]


class PromptFault(Exception):
    """Base of every error this package raises on purpose."""


class RanksUnusable(PromptFault):
    """The token ranks on disk are missing or not the published ones."""


class BudgetTooSmall(PromptFault, ValueError):
    """The fixed part of a prompt alone does not fit the token budget."""
