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
    Confirmation,
    ConfirmationAnswer,
    Edit,
    Entity,
    Episode,
    Fact,
    Feedback,
    Interaction,
    Note,
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
    "Confirmation",
    "ConfirmationAnswer",
    "Edit",
    "Embedder",
    "EmbeddingFailed",
    "Entity",
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
    "Note",
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
