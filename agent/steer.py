"""What a turn wants of a list of items, read together with what was said about it before in the thread.

"No horror" holds for "others, please", too; "recommend me a film" begins anew. Everything is read again from the
thread's messages, so that a message that is forgotten steers no more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce

from ..memory import Episode, Interaction, Memory
from ..tools.asking import LEAD
from ..tools.reading import Reader, Shown
from ..tools.steering import Steering, merged
from .asks import asked_count
from .need import asks_for_advice, looks_up

__all__ = ["Helm", "Steered"]

LOOKED_AT = 24
"""Messages of a thread that may still steer."""
CURRENT = 2
"""A list is spoken about while it stands in one of so many last replies."""
MAX_WORDS = 40
BARE = 12
"""A message of so few words may ask by naming alone: "comedies from the 90s"."""

_OTHERS = re.compile(r"\b(?:others?|another|more|else|different|next|anything|surprise me|whatever)\b", re.IGNORECASE)
"""Words that ask for items beyond those this thread has shown."""
_QUESTION = re.compile(
    r"^\W*(?:is|are|was|were|who|when|where|why|how(?! about)|what(?! about| else| other)|which(?! \w+ should)|does|did"
    r"|do(?! you have)|tell me|explain|i (?:watched|saw|read|have seen|am|was|live|work)|my)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Steered:
    """`steering` is what counts for a list of this turn; `steers` says that the message speaks of a list's items."""

    steering: Steering = field(default_factory=Steering)
    steers: bool = False
    shown: frozenset[str] = frozenset()
    """Items that must not be shown again."""
    said: tuple[str, ...] = ()
    """What this message alone asks for, in words."""
    held: tuple[str, ...] = ()
    """What earlier messages of the thread asked for that counts still, in words."""
    asked: int = 0
    """How many questions about lists this thread has had."""
    count: int | None = None
    """How many items are wanted, where that was said."""


class Helm:
    """Reads for all users; `reader` is asked for at each turn, since the catalog may change; None without one."""

    def __init__(self, memory: Memory, reader: Callable[[], Reader | None]) -> None:
        self._memory = memory
        self._reader = reader

    def read(self, user_id: str, thread: str, text: str) -> Steered:
        reader = self._reader()
        if reader is None:
            return Steered()
        episodes = self._memory.thread(user_id, thread, last=LOOKED_AT)
        now = reader.read(text, self._shown(user_id, episodes))
        others, anew = _OTHERS.search(text) is not None, _begins_anew(text, now)
        now = replace(now, critiques=()) if anew else now
        before = [] if anew else self._before(reader, user_id, episodes)
        steering = reduce(merged, [*before, now])
        shown = frozenset(item for episode in episodes for item in episode.items)
        return Steered(
            steering=steering,
            steers=_steers(text, now, _current(episodes), others),
            shown=shown if now.relative or others or now.critiques else frozenset(),
            said=now.words,
            held=tuple(words for words in steering.words if words not in now.words),
            asked=sum(LEAD in episode.content for episode in episodes if episode.source == "assistant"),
            count=asked_count(text) or (None if anew else _count_before(episodes)),
        )

    def _before(self, reader: Reader, user_id: str, episodes: Sequence[Episode]) -> list[Steering]:
        """What was wanted of the lists since the last ask that began anew, oldest first."""
        found: list[Steering] = []
        for at in range(len(episodes) - 2, -1, -1):
            asked, answered = episodes[at], episodes[at + 1]
            if asked.source != "user" or answered.source != "assistant" or not answered.items:
                continue
            earlier = reader.read(asked.content, self._shown(user_id, episodes[:at]))
            if _begins_anew(asked.content, earlier):
                found.append(replace(earlier, critiques=()))
                break
            found.append(earlier)
        return found[::-1]

    def _shown(self, user_id: str, episodes: Sequence[Episode]) -> Shown:
        listed = next((episode for episode in reversed(episodes) if episode.items), None)
        if listed is None:
            return Shown()
        events = self._memory.records(user_id, Interaction)
        touched = [event.item_id for event in events if event.created > listed.created and event.event != "shown"]
        return Shown(items=listed.items, last=touched[-1] if touched else None)


def _begins_anew(text: str, steering: Steering) -> bool:
    """Whether a message asks for a list of its own, so that nothing said of the lists before it counts."""
    return asks_for_advice(text) and not steering.relative and not _OTHERS.search(text)


def _count_before(episodes: Sequence[Episode]) -> int | None:
    """How many items were asked for when a list was last asked for with a number."""
    counts = [asked_count(episode.content) for episode in episodes if episode.source == "user"]
    return next((count for count in reversed(counts) if count), None)


def _current(episodes: Sequence[Episode]) -> bool:
    replies = [episode for episode in episodes if episode.source == "assistant"]
    return any(reply.items for reply in replies[-CURRENT:])


def _steers(text: str, now: Steering, current: bool, others: bool) -> bool:
    words = len(text.split())
    if words > MAX_WORDS or _QUESTION.search(text):
        return False
    says = bool(now.must or now.hoped or now.like or now.leans or now.missing)
    if current:
        return says or (others and words <= BARE)
    if looks_up(text):
        return False
    return bool(now.like or now.hoped) and words <= BARE and not re.search(r"\b(?:i|my|we|our)\b", text, re.IGNORECASE)
