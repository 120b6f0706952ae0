"""Errors of the benchmarks.

EvalFault
├── UnknownClaim   user: no benchmark of that name
├── DataMissing    user: the data set is not where it was said to be, or has another form
├── NotServed      operator: a process that was started to be measured did not answer
├── DataBroken     user: a file of the data set is cut off or lacks what it should hold
├── BrowserMissing user: the page is measured in Chromium, which is not there, or playwright is not installed
└── NothingToPlot  user: this benchmark has no picture, or matplotlib is not installed
"""

from __future__ import annotations

__all__ = ["BrowserMissing", "DataBroken", "DataMissing", "EvalFault", "NotServed", "NothingToPlot", "UnknownClaim"]


class EvalFault(Exception):
    """Base of every error this package raises on purpose."""


class UnknownClaim(EvalFault, LookupError):
    """No benchmark of that name."""


class DataMissing(EvalFault, ValueError):
    """The data set is not where it was said to be, or has another form."""


class NotServed(EvalFault):
    """A process that was started to be measured did not answer."""


class DataBroken(EvalFault, ValueError):
    """A file of the data set is cut off or lacks what it should hold."""


class NothingToPlot(EvalFault, ValueError):
    """This benchmark has no picture, or there is nothing to draw it with."""


class BrowserMissing(EvalFault):
    """The page is measured in Chromium, driven with playwright; one of them is not there."""
