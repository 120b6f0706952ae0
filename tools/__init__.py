"""What the agent can do with a catalog: search it, recommend from it, and say why.

`toolbox` (the LangChain tools) is imported on its own, since it loads LangChain.
"""

from __future__ import annotations

from .catalog import Catalog
from .context import UserContext
from .errors import ToolFault
from .importing import ImportReport, import_catalog, remove_items, update_catalog
from .items import Facet, Item
from .picker import Picker, Wish
from .pool import Candidate, CandidatePool
from .reasons import Evidence
from .search import CatalogIndex, Hit

__all__ = [
    "Candidate",
    "CandidatePool",
    "Catalog",
    "CatalogIndex",
    "Evidence",
    "Facet",
    "Hit",
    "ImportReport",
    "Item",
    "Picker",
    "ToolFault",
    "UserContext",
    "Wish",
    "import_catalog",
    "remove_items",
    "update_catalog",
]
