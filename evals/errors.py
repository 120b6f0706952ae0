"""Errors of the benchmarks.

EvalFault
├── UnknownClaim   user: no benchmark of that name
├── DataMissing    user: the data set is not where it was said to be, or has another form
└── NothingToPlot  user: this benchmark has no picture, or matplotlib is not installed
"""

from __future__ import annotations

__all__ = ["DataMissing", "EvalFault", "NothingToPlot", "UnknownClaim"]


class EvalFault(Exception):
    """Base of every error this package raises on purpose."""


class UnknownClaim(EvalFault, LookupError):
    """No benchmark of that name."""


class DataMissing(EvalFault, ValueError):
    """The data set is not where it was said to be, or has another form."""


class NothingToPlot(EvalFault, ValueError):
    """This benchmark has no picture, or there is nothing to draw it with."""
