"""Writing down what exploring slots showed, with the chance it had.

What was shown and left alone is then shown less (`tools/exploration.py`), and lists can be compared afterwards
(`off_policy`). Places that do not explore are not written down: their chance is 1, and the reply names their items.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ..memory import Interaction, Memory
from ..tools import Candidate

__all__ = ["forget_old_showings", "keep_showings", "showings"]

KEPT = 200
"""Showings of a user that are kept; older ones say little about an item, and would swamp what the user did."""
SLACK = 50
"""How many more there may be before the oldest are deleted, all in one go."""


def showings(
    user_id: str, candidates: Iterable[Candidate], memory: Memory, new_id: Callable[[], str], *, reply_id: str = ""
) -> list[Interaction]:
    """One record for each candidate that an exploring slot took; `reply_id` is the reply that showed them, if any."""
    now = memory.clock()
    return [
        Interaction(
            id=new_id(),
            user_id=user_id,
            created=now,
            source="assistant",
            evidence=(reply_id,) if reply_id else (),
            item_id=candidate.item.id,
            event="shown",
            value=candidate.propensity,
        )
        for candidate in candidates
        if candidate.propensity < 1
    ]


def keep_showings(memory: Memory, records: Sequence[Interaction], epoch: int) -> None:
    """Write down what one user was shown, unless the user was erased since `epoch`."""
    if not records:
        return
    user_id = records[0].user_id
    with memory.alone(user_id):
        if memory.epoch(user_id) == epoch:
            memory.remember(user_id, records)
            forget_old_showings(memory, user_id)


def forget_old_showings(memory: Memory, user_id: str) -> None:
    """Delete the oldest showings where there are too many."""
    shown = [event.id for event in memory.records(user_id, Interaction) if event.event == "shown"]
    if len(shown) > KEPT + SLACK:
        memory.forget(user_id, *shown[:-KEPT])
