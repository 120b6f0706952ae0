"""Does recall find what was said, and nothing when nothing was? Long chats, without a language model.

For every question the data names the turns that answer it. Reported is the mean share of them among the first k
(recall at k), for our ranking and, over the same turns, for BM25 alone, vectors alone and Chroma's own query; the same
for sessions; and what the floor does: how often a question asked of a wrong user's memory gets nothing (it should), and
how much of the right user's evidence it costs.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..memory.embedders.base import Embedder
from ..memory.floor import Scale
from ..memory.floor import measure as measure_scale
from ..memory.query import Query
from ..memory.recall import Policy, recall
from ..memory.thread_ranking import rank_threads
from .data_chats import chats_in
from .data_dialogue import Dialogue
from .errors import DataMissing
from .loaded_chat import OURS, LoadedChat, load, vector_database
from .report import Bar, Report
from .tally import Tally

if TYPE_CHECKING:
    from chromadb import Collection

    from ..agent.settings import Settings

__all__ = ["NOTHING", "evaluate", "floor_figures", "measure", "report"]

TURN_DEPTHS = (5, 10, 20)
SESSION_DEPTHS = (5, 10)
FLOOR_DEPTH = 10
POLICIES: tuple[Policy, ...] = ("search", "inject")

NOTHING = "nothing for a wrong user"
IN_PROMPT = "tailored, ranked or in the prompt"
"""Evidence counts as found, too, when the user states a standing wish in it by the rules of `agent.learning`: such a
wish is in every prompt, whatever is recalled."""
BASELINES = ("BM25", "dense", "Chroma")
LEAST_OF_TURNS = {
    ("locomo", "all"): 75,
    ("locomo", "multi-hop"): 43,
    ("beam", "all"): 63,
    ("beam", "preference_following"): 75,
    ("beam", "instruction_following"): 65,
}
"""Least recall@10 of turns, by set and kind of question."""
LEAST_OF_SESSIONS = {("locomo", "@5"): 91, ("locomo", "@10"): 96}
STATED = frozenset({"preference_following", "instruction_following"})
"""Kinds of questions whose evidence is a standing wish."""

Figures = dict[str, Any]


def measure(settings: Settings, data: Path | None) -> Report:
    """The figures with the configured embedder, and the bars they have to reach. `data` holds the chats.

    Raises DataMissing, DataBroken.
    """
    from .embedding_cache import open_cached

    if data is None:
        raise DataMissing("recall is measured on long chats: pass --data with a file or folder of them")
    with open_cached(settings) as embedder:
        return report({name: evaluate(chats, embedder) for name, chats in chats_in(data).items()})


def evaluate(dialogues: Sequence[Dialogue], embedder: Embedder) -> Figures:
    """All figures for some dialogues, as nested dicts of numbers in percent.

    Wrong-user questions are those of each dialogue asked of each of the others.
    """
    scale = measure_scale(embedder)
    chats = [load(dialogue, embedder) for dialogue in dialogues]
    with vector_database(chats) as collection:
        turns, sessions = _recalled_share(chats, collection)
    return {
        "dialogues": len(dialogues),
        "turns": sum(len(dialogue.episodes) for dialogue in dialogues),
        "questions": sum(len(dialogue.questions) for dialogue in dialogues),
        "turn recall": turns,
        "session recall": sessions,
        "floor": _floor(chats, chats, scale),
        "milliseconds without embedding": _latency(chats, scale),
    }


def floor_figures(asked: Sequence[Dialogue], dialogues: Sequence[Dialogue], embedder: Embedder) -> Figures:
    """What the floor does with the questions of some chats, each asked of its own chat and of all the others."""
    scale = measure_scale(embedder)
    loaded = {dialogue.name: load(dialogue, embedder) for dialogue in dialogues}
    figures = _floor([loaded[dialogue.name] for dialogue in asked], list(loaded.values()), scale)
    cost = figures[f"recall@{FLOOR_DEPTH} search"] - figures[f"recall@{FLOOR_DEPTH} inject"]
    return {**figures, "cost, points": round(cost, 1)}


def _recalled_share(chats: Sequence[LoadedChat], collection: Collection) -> tuple[Figures, Figures]:
    """Recall of turns and of sessions."""
    turns, sessions = Tally(), Tally()
    for chat in chats:
        for at, (question, evidence) in enumerate(zip(chat.dialogue.questions, chat.evidence, strict=True)):
            wanted = np.unique(chat.sessions[evidence])
            threads = [hit.thread for hit in rank_threads(chat.memories, chat.queries[at], chat.everything)]
            _tally_sessions(sessions, OURS, wanted, np.array([chat.session_names.index(name) for name in threads]))
            for way, scores in chat.rankings(at, collection).items():
                order = np.argsort(-scores, kind="stable")
                _tally_turns(turns, way, question.label, evidence, order)
                if way == OURS:
                    _tally_turns(turns, IN_PROMPT, question.label, evidence, order, chat.always_in_prompt)
                else:  # a session is as good as its best turn
                    best = np.full(len(chat.session_names), -np.inf)
                    np.maximum.at(best, chat.sessions, scores)
                    _tally_sessions(sessions, way, wanted, np.argsort(-best, kind="stable"))
    return turns.means(), sessions.means()


def _tally_turns(
    tally: Tally,
    way: str,
    label: str,
    wanted: NDArray[np.int64],
    order: NDArray[np.int64],
    besides: NDArray[np.int64] | None = None,
) -> None:
    for k in TURN_DEPTHS:
        found = order[:k] if besides is None else np.concatenate([order[:k], besides])
        for group in ("all", label):
            tally.add(_share(wanted, found), way, group, f"@{k}")


def _tally_sessions(tally: Tally, way: str, wanted: NDArray[np.int64], order: NDArray[np.int64]) -> None:
    for k in SESSION_DEPTHS:
        share = _share(wanted, order[:k])
        tally.add(share, way, "share of them", f"@{k}")
        tally.add(float(share > 0), way, "any of them", f"@{k}")


def _floor(asked: Sequence[LoadedChat], chats: Sequence[LoadedChat], scale: Scale) -> Figures:
    tally = Tally()
    for chat in asked:
        for question, query, evidence in zip(chat.dialogue.questions, chat.queries, chat.evidence, strict=True):
            for policy in POLICIES:
                rows = _recalled(chat, query, scale, policy)
                tally.add(_share(evidence, rows), f"recall@{FLOOR_DEPTH} {policy}")
            tally.add(len(rows) / 100, "hits injected")
            for other in chats:
                if other is not chat:
                    nothing = not len(_recalled(other, other.query(question.text), scale, "inject"))
                    tally.add(float(nothing), NOTHING)
    return tally.means()


def _recalled(chat: LoadedChat, query: Query, scale: Scale, policy: Policy) -> NDArray[np.int64]:
    found = recall(chat.memories, query, scale, limit=FLOOR_DEPTH, count_tokens=len, policy=policy)
    return np.array([chat.memories.row(hit.record.id) for hit in found.hits], np.int64)


def _latency(chats: Sequence[LoadedChat], scale: Scale) -> Figures:
    """Whole recalls as the agent makes them (4 hits, 300 tokens), after one warm-up round."""
    taken: list[float] = []
    for chat in chats:
        for query in [*chat.queries[:5], *chat.queries]:
            start = time.perf_counter()
            recall(chat.memories, query, scale, limit=4, budget_tokens=300, count_tokens=_words)
            taken.append(1000 * (time.perf_counter() - start))
    return {"p50": round(float(np.quantile(taken, 0.5)), 3), "p95": round(float(np.quantile(taken, 0.95)), 3)}


def _words(text: str) -> int:
    return text.count(" ") + 1


def _share(wanted: NDArray[np.int64], found: NDArray[np.int64]) -> float:
    return float(np.isin(wanted, found).mean())


# The table.


def report(figures: Figures) -> Report:
    """Figures by set, with the baselines and the bars beside them. Raises DataMissing when nothing was measured."""
    if not figures:
        raise DataMissing("nothing was measured: there are no chats")
    bars = [bar for name, found in figures.items() for bar in _bars(name, found)]
    return Report(title="evidence recalled in long chats", figures=figures, bars=bars, brief=True)


def _bars(name: str, found: Figures) -> Iterator[Bar]:
    turns, sessions = found["turn recall"], found["session recall"]
    depths = [("all", f"@{k}") for k in TURN_DEPTHS]
    for label, depth in (*depths, *((label, "@10") for label in turns[OURS] if label != "all")):
        stated = label in STATED
        yield Bar(
            name=f"{name} R{depth} {label.replace('_', ' ')}" + (" or in prompt" if stated else ""),
            value=turns[IN_PROMPT if stated else OURS][label][depth],
            beside={way: turns[way][label][depth] for way in BASELINES},
            least=LEAST_OF_TURNS.get((name, label)) if depth == "@10" else None,
            unit="%",
        )
    for k in SESSION_DEPTHS:
        yield Bar(
            name=f"{name} sessions R@{k}",
            value=sessions[OURS]["share of them"][f"@{k}"],
            beside={way: sessions[way]["share of them"][f"@{k}"] for way in BASELINES},
            least=LEAST_OF_SESSIONS.get((name, f"@{k}")),
            unit="%",
        )
    floor, speed = found["floor"], found["milliseconds without embedding"]
    if NOTHING in floor:
        yield Bar(name=f"{name} {NOTHING}", value=floor[NOTHING], least=90, unit="%")
    cost = floor[f"recall@{FLOOR_DEPTH} search"] - floor[f"recall@{FLOOR_DEPTH} inject"]
    yield Bar(name=f"{name} cost of the floor", value=round(cost, 1), most=2, unit="points")
    yield Bar(name=f"{name} recall without embedding, p95", value=speed["p95"], most=1, unit="ms")
