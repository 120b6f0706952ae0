"""Errors of the tools package.

ToolFault
├── CatalogFault
│   ├── CatalogNotFound      operator: no catalog was imported into that folder
│   ├── CatalogUnavailable   operator: the catalog or its index could not be read or written
│   └── ImportRefused        user: the source cannot become a catalog; nothing was written
├── SearchFailed             operator: the query could not be turned into a vector
├── RecommenderFailed        operator: a recommender of the owner's gave no usable answer
├── BackendFailed            operator: a search backend gave no usable answer
├── InvalidRequest           model: an argument is out of range or of the wrong form
│   └── UnknownFacet         model: the catalog has no facet of that name, or no such value of it
├── UnknownItem              user: the catalog has no item of that id or title
│   └── AmbiguousItem        user: several items of the catalog have that title
└── NoUserContext            developer: a tool was called without the context of a user

Messages are written so that a model may read them: what was wrong, which value, what to do. They never hold a user's
text, and whoever runs the tools may pass `str(fault)` on as the tool's answer.
"""

from __future__ import annotations

__all__ = [
    "AmbiguousItem",
    "BackendFailed",
    "CatalogFault",
    "CatalogNotFound",
    "CatalogUnavailable",
    "ImportRefused",
    "InvalidRequest",
    "NoUserContext",
    "RecommenderFailed",
    "SearchFailed",
    "ToolFault",
    "UnknownFacet",
    "UnknownItem",
]


class ToolFault(Exception):
    """Base of every error this package raises on purpose."""


class CatalogFault(ToolFault):
    """Something is wrong with the catalog itself."""


class CatalogNotFound(CatalogFault, LookupError):
    """No catalog was imported into that folder."""


class CatalogUnavailable(CatalogFault):
    """The catalog or its index could not be read or written."""


class ImportRefused(CatalogFault, ValueError):
    """The source cannot become a catalog; nothing was written."""


class SearchFailed(ToolFault):
    """The query could not be turned into a vector."""


class RecommenderFailed(ToolFault):
    """A recommender of the owner's gave no usable answer."""


class BackendFailed(ToolFault):
    """A search backend gave no usable answer."""


class InvalidRequest(ToolFault, ValueError):
    """An argument is out of range or of the wrong form."""


class UnknownFacet(InvalidRequest):
    """The catalog has no facet of that name, or no such value of it."""


class UnknownItem(ToolFault, LookupError):
    """The catalog has no item of that id or title."""


class AmbiguousItem(UnknownItem):
    """Several items of the catalog have that title."""


class NoUserContext(ToolFault):
    """A tool was called without the context of a user."""
