"""Fixtures every test package shares."""

from __future__ import annotations
