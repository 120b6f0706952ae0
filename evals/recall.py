"""Does recall find what was said, and nothing when nothing was? LoCoMo and BEAM, without a language model.

For every question the data names the turns that answer it. Reported is the mean share of them among the first k
(recall at k), for our ranking and for BM25 and vectors alone over the same turns; the same for sessions; and what the
floor does: how often a question asked of a wrong user's memory gets
nothing (it should), and how much of the right user's evidence it costs.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..agent.learning.statements import statements
from ..memory.embedders.base import Embedder
from ..memory.floor import Scale
from ..memory.floor import measure as measure_scale
from ..memory.fusion import rank
from ..memory.lexical import LexicalIndex, Scores
from ..memory.query import Query, ask
from ..memory.recall import Policy, recall
from ..memory.store import Entry
from ..memory.thread_ranking import rank_threads
from ..memory.working_set import Mask, WorkingSet
from . import data_beam, data_locomo
from .data_dialogue import Dialogue
from .errors import DataMissing
from .report import Bar, Report
from .tally import Tally

if TYPE_CHECKING:
    from ..agent.settings import Settings

__all__ = ["NOTHING", "evaluate", "floor_figures", "measure", "report", "run"]

TURN_DEPTHS = (5, 10, 20)
SESSION_DEPTHS = (5, 10)
FLOOR_DEPTH = 10
POLICIES: tuple[Policy, ...] = ("search", "inject")

NOTHING = "nothing for a wrong user"
IN_PROMPT = "tailored, ranked or in the prompt"
"""Evidence counts as found, too, when the user states a standing wish in it by the rules of `agent.learning`: such a
wish is in every prompt, whatever is recalled."""
RANKED = "tailored"
BARS = (
    ("locomo", RANKED, "all", 75),
    ("locomo", RANKED, "multi-hop", 43),
    ("beam", RANKED, "all", 63),
    ("beam", IN_PROMPT, "preference_following", 75),
    ("beam", IN_PROMPT, "instruction_following", 65),
)
"""(data set, way, label, least recall@10 of turns)."""

Figures = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Memory:
    """A dialogue loaded into a working set. Row i is episode i."""

    dialogue: Dialogue
    memories: WorkingSet
    plain: LexicalIndex
    """BM25 as it is usually set (k1 1.2, b 0.75), which does better alone on long messages than our setting does."""
    session_names: list[str]
    sessions: NDArray[np.int64]
    """For each row the place of its session in `session_names`."""
    queries: list[Query]
    evidence: list[NDArray[np.int64]]
    always_in_prompt: NDArray[np.int64]
    """Rows of the turns in which the user states a standing preference or instruction outright."""

    @property
    def everything(self) -> Mask:
        return np.ones(self.memories.n_rows, np.bool_)


def measure(settings: Settings, data: Path | None) -> Report:
    """The figures with the configured embedder, and the bars they have to reach. `data` holds the data sets."""
    from ..agent.build import open_embedder

    if data is None:
        raise DataMissing("recall is measured on LoCoMo and BEAM: pass --data with the folder that holds them")
    return report(run(data, open_embedder(settings)))


def report(figures: Figures) -> Report:
    """Figures with the bars they have to reach. Raises DataMissing when nothing was measured."""
    if not figures:
        raise DataMissing("there is neither `locomo/*.json` nor `beam/**/chat.json` in the folder given by --data")
    return Report(title="recall in long chats, in percent", figures=figures, bars=tuple(_bars(figures)))


def _bars(figures: Figures) -> Iterator[Bar]:
    for name, way, label, least in BARS:
        if name in figures and label in figures[name]["turn recall"][way]:
            value = figures[name]["turn recall"][way][label]["@10"]
            said = f"{label}, ranked or in the prompt" if way == IN_PROMPT else label
            yield Bar(name=f"{name} recall@10, {said}", value=value, least=least, unit="%")
    for name, found in figures.items():
        floor, speed = found["floor"], found["milliseconds without embedding"]
        cost = floor["recall@10 search"] - floor["recall@10 inject"]
        yield Bar(name=f"{name} cost of the floor", value=round(cost, 1), most=2, unit="points")
        yield Bar(name=f"{name} recall without embedding p95", value=speed["p95"], most=1, unit="ms")
        if NOTHING in floor:
            yield Bar(name=f"{name} {NOTHING}", value=floor[NOTHING], least=90, unit="%")
    if "locomo" in figures:
        for depth, least in (("@5", 91), ("@10", 96)):
            value = figures["locomo"]["session recall"]["tailored"]["share of them"][depth]
            yield Bar(name=f"locomo sessions, recall{depth}", value=value, least=least, unit="%")


def run(data: Path, embedder: Embedder, *, captions: bool = True) -> Figures:
    """Figures for each data set found under `data` (`locomo/`, `beam/`), as nested dicts of numbers in percent."""
    found = {"locomo": data_locomo.load(data / "locomo", captions=captions), "beam": data_beam.load(data / "beam")}
    return {name: evaluate(dialogues, embedder) for name, dialogues in found.items() if dialogues}


def evaluate(dialogues: Sequence[Dialogue], embedder: Embedder) -> Figures:
    """All figures for some dialogues; wrong-user questions are those of each dialogue asked of each of the others."""
    scale = measure_scale(embedder)
    loaded = [_load(dialogue, embedder) for dialogue in dialogues]
    return {
        "dialogues": len(dialogues),
        "turns": sum(len(dialogue.episodes) for dialogue in dialogues),
        "questions": sum(len(dialogue.questions) for dialogue in dialogues),
        "turn recall": _turn_recall(loaded),
        "session recall": _session_recall(loaded),
        "floor": _floor(loaded, loaded, scale),
        "milliseconds without embedding": _latency(loaded, scale),
    }


def _load(dialogue: Dialogue, embedder: Embedder) -> _Memory:
    vectors = embedder.embed([episode.text for episode in dialogue.episodes])
    entries = [Entry(record=episode, vector=vector) for episode, vector in zip(dialogue.episodes, vectors, strict=True)]
    threads = list(dict.fromkeys(episode.thread for episode in dialogue.episodes))
    rows = {episode.id: row for row, episode in enumerate(dialogue.episodes)}
    now = dialogue.episodes[-1].created
    plain = LexicalIndex(k1=1.2, b=0.75)
    for row, episode in enumerate(dialogue.episodes):
        plain.add(row, episode.text)
    return _Memory(
        dialogue=dialogue,
        plain=plain,
        memories=WorkingSet(entries),
        session_names=threads,
        sessions=np.array([threads.index(episode.thread) for episode in dialogue.episodes]),
        queries=[ask(question.text, embedder.embed, now=now) for question in dialogue.questions],
        always_in_prompt=np.array(_standing(dialogue), np.int64),
        evidence=[np.array(sorted(rows[turn] for turn in question.evidence)) for question in dialogue.questions],
    )


def _standing(dialogue: Dialogue) -> list[int]:
    return [
        row
        for row, episode in enumerate(dialogue.episodes)
        if episode.source == "user"
        and any(said.kind == "standing" for said in statements(episode.content, now=episode.created))
    ]


def _rankings(memory: _Memory, query: Query) -> Mapping[str, Scores]:
    """Scores of all turns by each way of ranking."""
    return {
        RANKED: rank(memory.memories, query, memory.everything).scores,
        "bm25": memory.plain.match(query.weights, memory.memories.n_rows).bm25,
        "dense": memory.memories.vectors @ query.vector,
    }


def _turn_recall(loaded: Sequence[_Memory]) -> Figures:
    tally = Tally()
    for memory in loaded:
        for question, query, evidence in zip(memory.dialogue.questions, memory.queries, memory.evidence, strict=True):
            for way, scores in _rankings(memory, query).items():
                order = np.argsort(-scores, kind="stable")
                for k in TURN_DEPTHS:
                    share = _share(evidence, order[:k])
                    tally.add(share, way, "all", f"@{k}")
                    tally.add(share, way, question.label, f"@{k}")
                    if way == RANKED:
                        seen = _share(evidence, np.concatenate([order[:k], memory.always_in_prompt]))
                        tally.add(seen, IN_PROMPT, "all", f"@{k}")
                        tally.add(seen, IN_PROMPT, question.label, f"@{k}")
    return tally.means()


def _session_recall(loaded: Sequence[_Memory]) -> Figures:
    tally = Tally()
    for memory in loaded:
        for query, evidence in zip(memory.queries, memory.evidence, strict=True):
            wanted = np.unique(memory.sessions[evidence])
            for way, order in _session_orders(memory, query):
                for k in SESSION_DEPTHS:
                    share = _share(wanted, order[:k])
                    tally.add(share, way, "share of them", f"@{k}")
                    tally.add(float(share > 0), way, "any of them", f"@{k}")
    return tally.means()


def _session_orders(memory: _Memory, query: Query) -> Iterator[tuple[str, NDArray[np.int64]]]:
    """Sessions by each way of ranking, best first; for the plain ways a session is as good as its best turn."""
    hits = rank_threads(memory.memories, query, memory.everything)
    yield "tailored", np.array([memory.session_names.index(hit.thread) for hit in hits])
    for way, scores in _rankings(memory, query).items():
        best = np.full(len(memory.session_names), -np.inf)
        np.maximum.at(best, memory.sessions, scores)
        yield ("best turn of tailored" if way == RANKED else way), np.argsort(-best, kind="stable")


def floor_figures(asked: Sequence[Dialogue], chats: Sequence[Dialogue], embedder: Embedder) -> Figures:
    """What the floor does with the questions of some chats, each asked of its own chat and of all the others."""
    scale = measure_scale(embedder)
    loaded = {chat.name: _load(chat, embedder) for chat in chats}
    figures = _floor([loaded[chat.name] for chat in asked], list(loaded.values()), scale)
    cost = figures[f"recall@{FLOOR_DEPTH} search"] - figures[f"recall@{FLOOR_DEPTH} inject"]
    return {**figures, "cost, points": round(cost, 1)}


def _floor(asked: Sequence[_Memory], loaded: Sequence[_Memory], scale: Scale) -> Figures:
    tally = Tally()
    for memory in asked:
        for query, evidence in zip(memory.queries, memory.evidence, strict=True):
            for policy in POLICIES:
                rows = _recalled(memory, query, scale, policy)
                tally.add(_share(evidence, rows), f"recall@{FLOOR_DEPTH} {policy}")
            tally.add(len(rows) / 100, "hits injected")
            for other in loaded:
                if other is not memory:
                    nothing = not len(_recalled(other, query, scale, "inject"))
                    tally.add(float(nothing), NOTHING)
    return tally.means()


def _recalled(memory: _Memory, query: Query, scale: Scale, policy: Policy) -> NDArray[np.int64]:
    found = recall(memory.memories, query, scale, limit=FLOOR_DEPTH, count_tokens=len, policy=policy)
    return np.array([memory.memories.row(hit.record.id) for hit in found.hits], np.int64)


def _latency(loaded: Sequence[_Memory], scale: Scale) -> Figures:
    """Whole recalls as the agent makes them (4 hits, 300 tokens), after one warm-up round."""
    taken: list[float] = []
    for memory in loaded:
        for query in [*memory.queries[:5], *memory.queries]:
            start = time.perf_counter()
            recall(memory.memories, query, scale, limit=4, budget_tokens=300, count_tokens=_words)
            taken.append(1000 * (time.perf_counter() - start))
    return {"p50": round(float(np.quantile(taken, 0.5)), 3), "p95": round(float(np.quantile(taken, 0.95)), 3)}


def _words(text: str) -> int:
    return text.count(" ") + 1


def _share(wanted: NDArray[np.int64], found: NDArray[np.int64]) -> float:
    return float(np.isin(wanted, found).mean())
