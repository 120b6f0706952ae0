"""The recommender that the owner of the application has already: a Python callable, or an HTTP endpoint.

It may be slow, raise, name items that the catalog does not have, or give scores that are no numbers: the list is then
made without it, or without those, and says so.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

import numpy as np

from ..catalog import Catalog
from ..errors import RecommenderFailed
from ..fusion import Moments, Scores
from .base import Glance, History, Positions
from .rows import SparseRow

if TYPE_CHECKING:
    import httpx2

__all__ = ["Asked", "Owned", "Scored", "over_http"]

AT_ONCE = 8
"""Calls that may wait for an answer; a callable that hangs does not take more threads than that."""
WANTED = 200

Scored = Mapping[str, float] | Sequence[str]
"""Scores by item id, higher is better; or ids alone, best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the owner's recommender is told; items oldest first."""

    user_id: str
    liked: tuple[str, ...]
    disliked: tuple[str, ...]
    query: str
    count: int


class Owned:
    """An owner's recommender as one of ours. `timeout_s` is how long a list waits for it."""

    def __init__(
        self, catalog: Catalog, ask: Callable[[Asked], Scored], *, timeout_s: float = 1.0, name: str = "owned"
    ) -> None:
        self.name = name
        self._catalog = catalog
        self._ask = ask
        self._timeout_s = timeout_s
        self._free = threading.BoundedSemaphore(AT_ONCE)

    def score(self, user_id: str, history: History, *, query: str = "") -> Scores:
        row = self._row(user_id, history, query, WANTED)
        scores = np.zeros(len(self._catalog), np.float32)
        scores[row.columns] = row.values
        return scores

    def glance(self, user_id: str, history: History, *, query: str = "", count: int) -> Glance:
        row = self._row(user_id, history, query, count)
        moments = Moments.of_sparse(row.values, len(self._catalog))
        return Glance(best=row.columns, at=lambda wanted: moments.standardise(row.at(wanted)))

    def _row(self, user_id: str, history: History, query: str, count: int) -> SparseRow:
        asked = Asked(
            user_id=user_id,
            liked=self._ids(history.positions[history.likings >= 0]),
            disliked=self._ids(history.positions[history.likings < 0]),
            query=query,
            count=count,
        )
        scored = self._usable(self._answer(asked))
        if not scored:
            raise RecommenderFailed(f"{self.name}: the answer has no item of the catalog with a finite score")
        order = sorted(scored)
        return SparseRow(
            columns=np.array(order, np.int64), values=np.array([scored[place] for place in order], np.float32)
        )

    def _answer(self, asked: Asked) -> Scored:
        """The callable's answer. It runs in a thread of its own, since nothing else can be stopped waiting for."""
        if not self._free.acquire(blocking=False):
            raise RecommenderFailed(f"{self.name}: {AT_ONCE} earlier calls have not come back yet")
        answers: SimpleQueue[Any] = SimpleQueue()

        def run() -> None:
            try:
                answers.put(self._ask(asked))
            except Exception as error:  # anybody's code
                answers.put(error)
            finally:
                self._free.release()

        threading.Thread(target=run, daemon=True).start()
        try:
            answer = answers.get(timeout=self._timeout_s)
        except Empty:
            raise RecommenderFailed(f"{self.name}: no answer within {self._timeout_s:g} s") from None
        if isinstance(answer, RecommenderFailed):
            raise answer
        if isinstance(answer, Exception):
            raise RecommenderFailed(f"{self.name}: failed with {type(answer).__name__}") from answer
        return answer  # type: ignore[no-any-return]

    def _usable(self, answer: Scored) -> dict[int, float]:
        if isinstance(answer, str) or not isinstance(answer, Mapping | Sequence):
            raise RecommenderFailed(f"{self.name}: answered with {type(answer).__name__}, not scores by id or ids")
        if not isinstance(answer, Mapping):
            answer = {item_id: 1 / (place + 1) for place, item_id in enumerate(answer) if isinstance(item_id, str)}
        return {
            self._catalog.position(item_id): float(score)
            for item_id, score in answer.items()
            if item_id in self._catalog and isinstance(score, int | float) and math.isfinite(score)
        }

    def _ids(self, positions: Positions) -> tuple[str, ...]:
        return tuple(self._catalog.ids[int(position)] for position in positions)


def over_http(client: httpx2.Client, url: str) -> Callable[[Asked], Scored]:
    """Ask an endpoint: the fields of `Asked` are posted as JSON to `url`.

    It answers `{"items": [{"id": …, "score": …}, …]}`, or `{"items": [id, …]}` best first.
    """

    def ask(asked: Asked) -> Scored:
        import httpx2

        try:
            response = client.post(url, json=asdict(asked))
            response.raise_for_status()
            items = response.json()["items"]
            if all(isinstance(item, str) for item in items):
                return list(items)
            return {str(item["id"]): item["score"] for item in items}
        except httpx2.HTTPStatusError as error:
            raise RecommenderFailed(f"the recommender's address answered {error.response.status_code}") from error
        except httpx2.HTTPError as error:
            raise RecommenderFailed(f"the recommender cannot be reached ({type(error).__name__})") from error
        except (ValueError, KeyError, TypeError) as error:
            raise RecommenderFailed("the recommender's answer is not {'items': [{'id': …, 'score': …}]}") from error

    return ask
