"""Fits what tells a message's need (`agent/meaning.py`) on messages written by hand, and writes it down.

    python -m tailored.evals.need_training

Fitted are the messages of `need.jsonl`, each with what it wants of a catalog of its subject ("any": of whichever), and
the early ones of `toolcalls.jsonl`; none that is much like a later one there. A message says which titles and people
the catalog has of those it names ("names", "people"); it is fitted as if the catalog had none of them as well. What asks for items of one subject asks
for nothing in a catalog of another. How well it does is estimated by cross-validation in which messages that are nearly
the same stay together, and once more with each subject left out. UNSURE is the least chance at which enough of what is
decided is right; for the estimate it is chosen without the part that is judged.
"""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..agent import meaning
from ..agent.named import Named, Names
from ..agent.need import Planner
from ..agent.need_marks import inputs, terms
from ..tools.subject import Subject, subject_called
from .toolcalls import CASES, FILMS, HALVES

if TYPE_CHECKING:
    from ..memory.embedders.base import Embedder

__all__ = ["write"]

MESSAGES = Path(__file__).with_name("need.jsonl")
TARGET = Path(meaning.__file__).with_name("need_weights.py")

PENALTY = 1e-3
FOLDS = 8
ELSEWHERE = 0.4
"""Weight of a message judged for a catalog of another subject."""
BALANCE = 0.75
"""How far the four labels are made to weigh the same: 0 not at all, 1 wholly."""
SELDOM = 3
"""Terms of fewer messages are left out."""
ALIKE = 0.75
"""Messages with such a cosine are never on both sides of a split; nor is any fitted that is so like a late one."""
ENOUGH = 0.92
"""Share of decided messages that should be right."""
LEAST = (0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7)
LINE = 110

Floats = NDArray[np.float64]
Whole = NDArray[np.int_]

LABELS_OF: Mapping[str, str] = {
    "films": "horror comedy drama thriller sci-fi western film-noir animation documentary musical romance crime war fantasy",
    "books": "fiction novel poetry memoir biography fantasy crime history",
    "albums": "rock pop jazz blues folk techno soul classical",
    "games": "rpg shooter puzzle strategy platformer roguelike",
    "recipes": "vegan vegetarian dessert soup salad curry",
    "products": "shoes laptop lamp coat headphones backpack",
    "hotels": "spa beach hostel",
    "courses": "python photography statistics",
    "wines": "red white rosé sparkling riesling",
    "articles": "cardiology oncology sepsis asthma",
    "restaurants": "sushi tapas vegetarian pizzeria",
    "podcasts": "history comedy",
}
"""Labels that a catalog of each subject might have."""
SUBJECTS: Mapping[str, Subject] = {
    called: subject_called(called, labels.split()) for called, labels in LABELS_OF.items()
}
MEDIA = frozenset(("films", "books", "albums", "games", "podcasts"))
"""Subjects of which one may ask in the same words: "something sad and slow"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    message: str
    tool: str
    subject: str
    names: Sequence[str] = ()
    people: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A message beside a catalog."""

    message: int
    subject: str
    label: int
    own: bool
    """Whether the catalog is of the message's own subject."""
    holds: bool = False
    """Whether the catalog has what the message names."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rows:
    """The cases as the model reads them."""

    cases: Sequence[Case]
    inputs: Floats
    labels: Whole
    own: NDArray[np.bool_]
    of: Whole
    """The number of each case's message."""


def write(embedder: Embedder, target: Path = TARGET) -> str:
    """Fit and write the module with the weights; says how well it did on what it was not fitted on."""
    messages, vectors = _messages(embedder)
    cases = list(_cases(messages))
    known = _known(messages)
    rows = _rows(messages, vectors, cases, known)
    folds = _folds(vectors)
    chances = _held_out(rows, folds[rows.of])
    unsure = _least(chances, rows, rows.own)
    weights = _fit(rows, np.ones(len(cases), bool)).astype(np.float16)
    encoded = base64.b85encode(weights.tobytes()).decode()
    target.write_text(_module(embedder.space, unsure, known, encoded), encoding="utf-8")
    return "\n".join(_told(messages, rows, chances, folds, unsure))


def _messages(embedder: Embedder) -> tuple[list[Message], Floats]:
    """What is fitted, with the vectors."""
    calls = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
    asked = [call for call in calls if call["tool"] != "told"]
    late = [call["message"] for call in asked if any(call.get(half) for half in HALVES[1:])]
    lines = MESSAGES.read_text(encoding="utf-8").splitlines()
    messages = [Message(**json.loads(line)) for line in lines]
    messages += [_of_films(call) for call in asked if call["message"] not in late]
    vectors = np.asarray(embedder.embed([one.message for one in messages]), float)
    unlike = (vectors @ np.asarray(embedder.embed(late), float).T).max(axis=1) < ALIKE
    return [one for one, kept in zip(messages, unlike, strict=True) if kept], vectors[unlike]


def _of_films(call: Mapping[str, Any]) -> Message:
    about = "films" if call["tool"] in meaning.LABELS[:2] else "any"
    return Message(
        message=call["message"], tool=call["tool"], subject=about, names=_films("title"), people=_films("director")
    )


@cache
def _films(field: str) -> tuple[str, ...]:
    """What the films of `toolcalls` are called, and by whom they are."""
    return tuple(dict.fromkeys(json.loads(line)[field] for line in FILMS.read_text(encoding="utf-8").splitlines()))


def _cases(messages: Sequence[Message]) -> Iterator[Case]:
    draw = np.random.default_rng(0)
    for number, one in enumerate(messages):
        label = meaning.LABELS.index(one.tool)
        own = "films" if one.subject == "any" else one.subject
        yield Case(message=number, subject=own, label=label, own=True, holds=True)
        if _named(one) != Names(text=one.message):
            yield Case(message=number, subject=own, label=label, own=False)
        others = [called for called in SUBJECTS if called not in (own, "films")]
        for other in [*(["films"] if own != "films" else []), *draw.choice(others, 2, replace=False)]:
            if one.subject == "any" or label > 1:
                yield Case(message=number, subject=str(other), label=label, own=False)
            elif _is_elsewhere(one, str(other)):
                yield Case(message=number, subject=str(other), label=meaning.LABELS.index("answer"), own=False)


def _named(one: Message) -> Names:
    """The message with what it names of a catalog that has it."""
    return Named(one.names, one.people).names(one.message)


def _is_elsewhere(one: Message, other: str) -> bool:
    """Whether a message that wants items of its subject clearly wants nothing of a catalog of the other."""
    said = set(re.findall(r"[\w'’-]+", one.message.casefold()))
    if said & (SUBJECTS[other].nouns | SUBJECTS[other].verbs):
        return False
    names = bool(said & (SUBJECTS[one.subject].nouns | SUBJECTS[one.subject].verbs))
    return names or (one.tool == "recommend" and not {one.subject, other} <= MEDIA)


def _known(messages: Sequence[Message]) -> Mapping[str, int]:
    counts = Counter(
        term
        for one in messages
        for term in terms(_named(one).text, SUBJECTS["films" if one.subject == "any" else one.subject])
    )
    kept = sorted(term for term, count in counts.items() if count >= SELDOM)
    return {term: place for place, term in enumerate(kept)}


def _rows(messages: Sequence[Message], vectors: Floats, cases: Sequence[Case], known: Mapping[str, int]) -> Rows:
    planners = {called: Planner(lambda of=of: of.nouns, lambda of=of: of) for called, of in SUBJECTS.items()}  # type: ignore[misc]
    read = [
        inputs(
            _named(messages[case.message]) if case.holds else Names(text=messages[case.message].message),
            vectors[case.message].astype(np.float32),
            SUBJECTS[case.subject],
            planners[case.subject].rule(messages[case.message].message)[0],
            known,
        )
        for case in cases
    ]
    return Rows(
        cases=cases,
        inputs=np.array(read, float),
        labels=np.array([case.label for case in cases]),
        own=np.array([case.own for case in cases]),
        of=np.array([case.message for case in cases]),
    )


def _fit(rows: Rows, among: NDArray[np.bool_]) -> Floats:
    """Ridge regression of 1 for the label and -1 for the others; the weights (labels, inputs + 1)."""
    kinds = len(meaning.LABELS)
    labels, weight = rows.labels[among], np.where(rows.own, 1.0, ELSEWHERE)[among]
    totals = np.array([weight[labels == kind].sum() for kind in range(kinds)])
    weight = weight * (totals.mean() / np.maximum(totals, 1e-9))[labels] ** BALANCE
    weight /= weight.sum()
    read = np.hstack([rows.inputs[among], np.ones((int(among.sum()), 1))])
    weighted = read * weight[:, None]
    left = weighted.T @ read
    left[np.diag_indices(len(left) - 1)] += PENALTY
    right = weighted.T @ (2 * np.eye(kinds)[labels] - 1)
    return np.asarray(np.linalg.solve(left + 1e-9 * np.eye(len(left)), right)).T


def _folds(vectors: Floats) -> Whole:
    """The part that each message is in; those that are nearly the same are in the same."""
    group = np.arange(len(vectors))
    for one, other in np.argwhere(np.triu(vectors @ vectors.T, 1) > ALIKE):
        group[group == group[other]] = group[one]
    names = np.unique(group)
    part = np.random.default_rng(0).permutation(len(names)) % FOLDS
    return np.asarray(part[np.searchsorted(names, group)])


def _held_out(rows: Rows, parts: Whole) -> Floats:
    """(cases, 3): the chance of recommend, search and neither, each case judged by a model without its part."""
    chances = np.zeros((len(rows.cases), 3))
    for part in np.unique(parts):
        weights = _fit(rows, parts != part)
        for case in np.flatnonzero(parts == part):
            wanted = meaning.wanted(rows.inputs[case].astype(np.float32), weights.astype(np.float32))
            chances[case] = wanted.recommend, wanted.search, wanted.neither
    return chances


def _is_right(rows: Rows, chances: Floats) -> NDArray[np.bool_]:
    return np.asarray(chances.argmax(axis=1) == np.minimum(rows.labels, 2))


def _least(chances: Floats, rows: Rows, among: NDArray[np.bool_]) -> float:
    right, sure = _is_right(rows, chances), chances.max(axis=1)
    shares = {least: right[among & (sure >= least)].mean() for least in LEAST}
    return next((least for least, share in shares.items() if share >= ENOUGH), LEAST[-1])


def _told(messages: Sequence[Message], rows: Rows, chances: Floats, folds: Whole, unsure: float) -> Iterator[str]:
    right, sure, parts = _is_right(rows, chances), chances.max(axis=1), folds[rows.of]
    nested = np.zeros(len(rows.cases))
    for part in np.unique(parts):
        nested[parts == part] = _least(chances, rows, rows.own & (parts != part))
    decided = rows.own & (sure >= nested)
    yield f"{len(messages)} messages beside {len(rows.cases)} catalogs; unsure below {unsure}"
    yield f"right, held out: {_percent(right[rows.own])}; with a catalog of another subject {_percent(right[~rows.own])}"
    yield f"decided {_percent((sure >= nested)[rows.own])}, right of these {_percent(right[decided])}"
    subjects = sorted({one.subject for one in messages} - {"any"})
    about = np.array([messages[number].subject for number in rows.of])
    elsewhere = _held_out(rows, np.array([subjects.index(each) + 1 if each != "any" else 0 for each in about]))
    for subject in subjects:
        own = rows.own & (about == subject)
        yield f"  {subject}: {_percent(right[own])}; left out {_percent(_is_right(rows, elsewhere)[own])} of {own.sum()}"


def _percent(right: NDArray[np.bool_]) -> str:
    return f"{100 * right.mean():.1f} %"


def _module(space: str, unsure: float, known: Mapping[str, int], weights: str) -> str:
    words, size = "\n".join(known), LINE
    pieces = [words[start : start + size] for start in range(0, len(words), size)]
    lines = [weights[start : start + size] for start in range(0, len(weights), size)]
    return (
        '"""Written by `python -m tailored.evals.need_training`: terms, and fitted weights, float16 in base 85."""\n\n'
        "from __future__ import annotations\n\n"
        '__all__ = ["SPACE", "TERMS", "UNSURE", "WEIGHTS"]\n\n'
        f'SPACE = "{space}"\n"""The embedder whose vectors they are for."""\n'
        f"UNSURE = {unsure}\n"
        "TERMS = (\n" + "".join(f"    {json.dumps(piece, ensure_ascii=False)}\n" for piece in pieces) + ")\n"
        "WEIGHTS = (\n" + "".join(f'    "{line}"\n' for line in lines) + ")\n"
    )


if __name__ == "__main__":
    from ..agent.build import open_embedder
    from ..agent.settings import load_settings

    print(write(open_embedder(load_settings())))  # noqa: T201
