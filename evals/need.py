"""Which tool a turn is planned to use: what is decided before the chat model is asked anything.

The messages of `toolcalls`, on its catalog. A message counts as right when the one tool that it needs is offered and no
other, or none where it needs none; where the plan is unsure the chat model decides, which is no success here. Beside it
the rules alone, as with an embedder for which nothing was fitted.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import thread_time
from typing import TYPE_CHECKING

from ..agent.meaning import suits
from ..agent.need import MAY_WANT_ITEMS, OUR_TOOLS, RECALL, Planner
from ..agent.shelf import Shelf
from ..agent.steer import Helm
from ..agent.trace import Need
from ..memory import Memory
from ..memory.ram import InMemoryStore
from ..tools import import_catalog
from .report import Bar, Report
from .toolcalls import FILMS, KINDS, USER, Asked, halves_of, read_asked

if TYPE_CHECKING:
    from ..agent.settings import Settings
    from ..memory import Embedder

__all__ = ["Plan", "measure", "opened"]

THREAD = "messages"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Planners on a catalog, and what tells them that a message speaks of a list."""

    helm: Helm
    rules: Planner
    both: Planner
    """Rules and meaning, where the embedder is the one it was fitted on."""

    def need(self, planner: Planner, message: str) -> Need:
        return planner.need(message, tools=True, steers=self.helm.read(USER, THREAD, message).steers)


def measure(settings: Settings, data: Path | None) -> Report:
    from ..agent.build import open_embedder

    asked = read_asked()
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder), open_embedder(settings)) as plan:
        by_rules = [plan.need(plan.rules, one.message) for one in asked]
        by_both = [plan.need(plan.both, one.message) for one in asked]
        ms = {name: _ms(planner, asked) for name, planner in (("rules", plan.rules), ("both", plan.both))}
    figures = {half: _figures(half, asked, by_both) for half in halves_of(asked)}
    return Report(
        title="which tool a turn is planned to use, without the chat model",
        figures={
            **figures,
            "ms a message, its vector known": ms,
            "wrong": [
                f"{one.tool}: {one.message}"
                for one, need in zip(asked, by_both, strict=True)
                if not _is_right(one, need)
            ],
        },
        bars=tuple(
            Bar(
                name=f"right of {sum(one.half == half for one in asked)} {half} messages",
                value=figures[half]["right"],
                unit="%",
                beside={"rules alone": _figures(half, asked, by_rules)["right"]},
            )
            for half in figures
        ),
    )


@contextmanager
def opened(folder: Path, embedder: Embedder) -> Iterator[Plan]:
    """The planners on the films that come with the package."""
    from ..agent.build import now

    import_catalog(FILMS, folder / "catalog")
    memory = Memory(InMemoryStore(), embedder, clock=now, count_tokens=len)
    shelf = Shelf(folder / "catalog", embedder, memory)
    try:
        yield Plan(
            helm=Helm(memory, shelf.reader),
            rules=Planner(shelf.words, shelf.subject),
            both=Planner(shelf.words, shelf.subject, memory.vector if suits(memory.space) else None, shelf.named),
        )
    finally:
        shelf.close()


def _figures(half: str, asked: Sequence[Asked], needs: Sequence[Need]) -> Mapping[str, float]:
    some = [(one, need) for one, need in zip(asked, needs, strict=True) if one.half == half]
    shares = {kind: [_is_right(one, need) for one, need in some if one.tool == kind] for kind in KINDS}
    return {
        "right": _share([_is_right(one, need) for one, need in some]),
        **{kind: _share(right) for kind, right in shares.items()},
        "left to the chat model": _share([need.rule == MAY_WANT_ITEMS for _, need in some]),
    }


def _is_right(one: Asked, need: Need) -> bool:
    wanted = {one.tool} & (OUR_TOOLS - {RECALL})
    return set(need.tools) - {RECALL} == wanted


def _ms(planner: Planner, asked: Sequence[Asked]) -> float:
    started = thread_time()
    for one in asked:
        planner.need(one.message, tools=True)
    return 1000 * (thread_time() - started) / len(asked)


def _share(right: Sequence[bool]) -> float:
    return 100 * sum(right) / len(right) if right else 0.0
