"""Per-user memory: records, stores, recall, embedders, erasure."""

from .embedders.base import Embedder, Vectors
from .erasure import Receipt
from .errors import (
    EmbeddingFailed,
    InvalidUserId,
    MemoryFault,
    RecordNotFound,
    SpaceMismatch,
    StoreLocked,
    StoreUnavailable,
)
from .memory import Memory
from .recall import Hit, Recollection
from .records import (
    Aspect,
    Choice,
    Edit,
    Episode,
    Fact,
    Feedback,
    Interaction,
    Preference,
    Profile,
    Record,
    Source,
    StandingPreference,
)
from .store import Entry, MemoryStore, check_user_id

__all__ = [
    "Aspect",
    "Choice",
    "Edit",
    "Embedder",
    "EmbeddingFailed",
    "Entry",
    "Episode",
    "Fact",
    "Feedback",
    "Hit",
    "Interaction",
    "InvalidUserId",
    "Memory",
    "MemoryFault",
    "MemoryStore",
    "Preference",
    "Profile",
    "Receipt",
    "Recollection",
    "Record",
    "RecordNotFound",
    "Source",
    "SpaceMismatch",
    "StandingPreference",
    "StoreLocked",
    "StoreUnavailable",
    "Vectors",
    "check_user_id",
]
