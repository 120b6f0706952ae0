"""What an erasure leaves behind: a receipt for whoever asked for it, kept by them and not by us."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

__all__ = ["Receipt"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What was deleted of a user and when. Nobody can read it any more when this is given."""

    user_id: str
    erased_at: datetime
    counts: Mapping[str, int] | None
    """How many records of each kind; None where they could not be read, as when a newer version wrote them."""
    jobs: int = 0
    """Learning jobs that were cancelled."""
    compacted: bool = False
    """Whether the bytes are off the disk, too. Otherwise they go within seconds while the store is idle, when it is
    closed, or after a crash when it is next open; with a Chroma server when its operator runs `tailored compact`."""

    @property
    def n_records(self) -> int | None:
        return None if self.counts is None else sum(self.counts.values())

    def as_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {
            "user_id": self.user_id,
            "erased_at": self.erased_at.isoformat(),
            "records": self.n_records,
            "counts": None if self.counts is None else dict(self.counts),
            "jobs": self.jobs,
            "compacted": self.compacted,
        }
