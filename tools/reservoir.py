"""Answers of earlier searches, so that asking nearly the same again costs nothing and is never stale.

Sources: the knowledge reservoir and retrieval trigger of ERAgent (Shi et al., ECAI 2024, arXiv 2407.10670). There an
answer is taken from the reservoir when enough of it is somewhat similar; here only when the question is the same in
other words, since a wrong or stale answer costs more than a search. Every user has a reservoir of their own, in RAM.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from ..memory.embedders.base import Embedder, Vectors
from ..memory.errors import EmbeddingFailed
from ..memory.store import check_user_id
from .backends import Found, SearchBackend

__all__ = ["Answer", "Reservoir", "Trigger"]

SEARCHES_KEPT = 200
"""Of one user."""
USERS_KEPT = 1000

_NAME = re.compile(r"\b(?:\w*\d\w*|[A-Z]\w+)\b")
_QUOTED = re.compile(r"[\"“]([^\"”]+)[\"”]")
_ASKED_WITH = "what which who whose when where why how is are was were do does did can could will would tell find"
_ASKS = frozenset(re.findall(r"\w+", _ASKED_WITH))
_FLEETING = re.compile(
    r"\b(?:now|today|tonight|tomorrow|yesterday|current\w*|latest|newest|recent\w*|live|breaking|news|weather|forecast"
    r"|open|close[sd]?|hours|stock|available|availability|schedule|traffic|score|results?)\b",
    re.IGNORECASE,
)
_CHANGING = re.compile(
    r"\b(?:price\w*|cost\w*|cheap\w*|expensive|sale|discount|rate|rates|fare|version|release\w*|best|top|popular|how much"
    r"|this (?:week|month|year))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """When an earlier answer will do: the question must be this similar, and the answer not older than its kind
    allows. What is fleeting ("now", "in stock") is never answered from the reservoir."""

    similarity: float = 0.62
    """Cosine of what is asked, names left out; chosen on half of the questions of `tailored eval searches`."""
    changing: timedelta = timedelta(hours=1)
    lasting: timedelta = timedelta(days=14)

    def lifetime(self, query: str) -> timedelta:
        """How long an answer to the query holds."""
        if _FLEETING.search(query):
            return timedelta(0)
        return self.changing if _CHANGING.search(query) else self.lasting

    def same(self, one: str, other: str, cosine: float) -> bool:
        """Whether two queries ask the same thing."""
        return cosine >= self.similarity and _names(one) == _names(other)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a search gave; `asked` is when the backend was asked, `saved` whether that was an earlier time."""

    found: tuple[Found, ...]
    asked: datetime
    saved: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Kept:
    query: str
    vector: Vectors
    count: int
    version: str
    answer: Answer


class Reservoir:
    """A search backend with what each user found before. Safe to use from several threads."""

    def __init__(
        self,
        backend: SearchBackend,
        embedder: Embedder,
        *,
        clock: Callable[[], datetime],
        trigger: Trigger | None = None,
    ) -> None:
        self.name = backend.name
        self._backend = backend
        self._embedder = embedder
        self._clock = clock
        self._trigger = trigger or Trigger()
        self._kept: OrderedDict[str, deque[_Kept]] = OrderedDict()
        self._lock = threading.Lock()

    def search(self, user_id: str, query: str, *, count: int = 5) -> Answer:
        """What the user found before, where that will do; else what the backend finds now.

        Raises InvalidUserId; BackendFailed.
        """
        check_user_id(user_id)
        vector, now, version = self._embed(query), self._clock(), self._backend.version
        if vector is not None:
            for kept in self._of(user_id):
                if self._will_do(kept, query, vector, count, now, version):
                    return Answer(found=kept.answer.found[:count], asked=kept.answer.asked, saved=True)
        answer = Answer(found=tuple(self._backend.search(query, count=count)), asked=now, saved=False)
        if vector is not None and answer.found and self._trigger.lifetime(query):
            kept = _Kept(query=query, vector=vector, count=count, version=version, answer=answer)
            self._keep(user_id, kept)
        return answer

    def forget(self, user_id: str) -> None:
        """Drop everything that this user found."""
        with self._lock:
            self._kept.pop(user_id, None)

    def _will_do(self, kept: _Kept, query: str, vector: Vectors, count: int, now: datetime, version: str) -> bool:
        lifetime = min(self._trigger.lifetime(query), self._trigger.lifetime(kept.query))
        fresh = now - kept.answer.asked < lifetime and kept.version == version and kept.count >= count
        return fresh and self._trigger.same(query, kept.query, float(kept.vector @ vector))

    def _of(self, user_id: str) -> Sequence[_Kept]:
        """Newest first."""
        with self._lock:
            return list(self._kept.get(user_id, ()))[::-1]

    def _keep(self, user_id: str, kept: _Kept) -> None:
        with self._lock:
            self._kept.setdefault(user_id, deque(maxlen=SEARCHES_KEPT)).append(kept)
            self._kept.move_to_end(user_id)
            while len(self._kept) > USERS_KEPT:
                self._kept.popitem(last=False)

    def _embed(self, query: str) -> Vectors | None:
        """None when it cannot be embedded: then nothing is compared and the backend is asked."""
        try:
            return np.asarray(self._embedder.embed([_aspect(query)])[0])
        except EmbeddingFailed:
            return None


def _names(query: str) -> frozenset[str]:
    """Names, numbers and quotations in a query: where they differ, something else is asked."""
    quoted = {text.casefold() for text in _QUOTED.findall(query)}
    words = {match.group().casefold() for match in _NAME.finditer(query)}
    return frozenset((words - _ASKS) | quoted)


def _aspect(query: str) -> str:
    """What is asked, whatever it is asked about: names are compared on their own, and would make all questions about
    one thing look alike."""
    masked = _NAME.sub(lambda match: match.group() if match.group().casefold() in _ASKS else "it", query)
    return re.sub(r"\bit(?:\W+it\b)+", "it", masked)
