"""When a journal's store carries out, cleans and compacts."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Pace"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Times in seconds."""

    flush_after_s: float = 1.0
    """Without a write before others are carried out,"""
    flush_within_s: float = 30.0
    """even if there was always something to write."""
    clean_after_s: float = 1.0
    """Without a write before what was deleted is taken out of the journal's file."""
    compact_after_s: float = 3.0
    """Without a write before the store's files are compacted after a deletion,"""
    compact_within_s: float = 600.0
    """even if there was always something to write."""
    compact_again_s: float = 60.0
    """After compacting failed: a disk without room may stay so."""
