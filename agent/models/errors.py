"""Errors of the chat models and their weights.

ModelFault
├── UnknownModel          user: no model of that name is known
├── IntegrationMissing    operator: the package that speaks to that provider is not installed
├── ModelUnreachable      operator: the model's server does not answer
├── ModelMisbehaved       operator: what the model's server sent is no reply
├── ModelLoadFailed       operator: the local model could not be loaded
└── WeightsFault          the files of a local model
    ├── WeightsUnavailable   operator: no source has them, or there is no network
    ├── HashMismatch         operator: a file is not the one the manifest pins
    └── DiskFull             operator: not enough room for them

Messages name the model, file or size in question and what to do about it; never a key or a user's text.
"""

from __future__ import annotations

__all__ = [
    "DiskFull",
    "HashMismatch",
    "IntegrationMissing",
    "ModelFault",
    "ModelLoadFailed",
    "ModelMisbehaved",
    "ModelUnreachable",
    "UnknownModel",
    "WeightsFault",
    "WeightsUnavailable",
]


class ModelFault(Exception):
    """Base of every error this package raises on purpose."""


class UnknownModel(ModelFault, LookupError):
    """No model of that name is known."""


class IntegrationMissing(ModelFault, ImportError):
    """The package that speaks to that provider is not installed."""


class ModelUnreachable(ModelFault):
    """The model's server does not answer."""


class ModelMisbehaved(ModelFault):
    """What the model's server sent is no reply."""


class ModelLoadFailed(ModelFault):
    """The local model could not be loaded."""


class WeightsFault(ModelFault):
    """Base of what can go wrong with a model's files."""


class WeightsUnavailable(WeightsFault):
    """No source has the files, or there is no network."""


class HashMismatch(WeightsFault):
    """A file is not the one the manifest pins."""


class DiskFull(WeightsFault):
    """There is not enough room for the files."""
