"""A list that a model plans: it says by which values to retrieve, tools retrieve, code makes the list (ToolRec).

The model stands in for the user and knows what goes with what they liked; it never names an item. Items come from the
recommender under masks, so that none is made up, seen or refused; the lists are joined by reciprocal ranks. The loop
ends at `finish`, at a value it has had, after seven calls, or where the model gives no usable step.

What the model names is held against what the user liked lately (calibration: Steck, RecSys 2018): a value that the
recommender's own list has enough of counts nothing, and one that it clearly lacks is retrieved though nobody named it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_core.utils.json import parse_json_markdown

from ..memory import Interaction
from ..prompts.listing import planning_messages
from ..tools import Candidate, Item, Picker, Wish
from ..tools.filters import AnyOf
from ..tools.steering import Limit, Steering, merged
from ..tools.vocabulary import Vocabulary

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

__all__ = ["Ask", "PlannedList", "asking", "plan_list"]

Ask = Callable[[list[tuple[str, str]], dict[str, Any]], str]
"""A model's text for a prompt of (role, text) pairs, under a JSON schema."""

MAX_CALLS = 7
DEPTH = 30
"""Items retrieved by each call."""
RANK_OFFSET = 60
"""Of reciprocal rank fusion (Cormack et al. 2009)."""
NAMED_WEIGHT = 0.025
"""Of a list that the model named the value of, beside 1 for the recommender's own. Chosen for the default model, whose
choice of values moves the item looked for down more often than up: it decides where the recommender hardly does."""
LACKING = 0.2
LACKING_WEIGHT = 0.15
"""A value that the recommender's own list has by so much less than what the user liked lately weighs so much of it."""
LATELY = 20
"""Items liked last, against which the list is held."""
LIKED = 5
VALUES = 16
TITLES = 3
ATTEMPTS = 2
NEUTRAL = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedList:
    """The items, best first, and the values they were retrieved by; `calls` counts those of the model."""

    candidates: tuple[Candidate, ...]
    values: tuple[str, ...]
    calls: int


def asking(model: BaseChatModel) -> Ask:
    """Ask a chat model that follows a JSON schema (`response_format`)."""

    def ask(prompt: list[tuple[str, str]], schema: dict[str, Any]) -> str:
        named = {"name": "step", "schema": schema, "strict": True}
        options: dict[str, Any] = {"response_format": {"type": "json_schema", "json_schema": named}}
        return model.invoke(prompt, max_tokens=64, temperature=0, **options).text

    return ask


def plan_list(
    ask: Ask,
    picker: Picker,
    user_id: str,
    events: Sequence[Interaction],
    *,
    count: int = 10,
    steering: Steering | None = None,
) -> PlannedList:
    """The list, always as long as the masks allow; without a usable step it is the recommender's own."""
    steering = steering or Steering()
    own = picker.pick(user_id, events, Wish(count=max(DEPTH, count), steering=steering))
    liked = _liked(picker, events)
    limits = _values(picker, liked[:LIKED])

    def retrieve(value: str) -> Sequence[Candidate]:
        return picker.pick(
            user_id, events, Wish(count=DEPTH, steering=merged(steering, Steering(must=(limits[value],))))
        )

    named, calls = _plan(ask, liked[:LIKED], list(limits), retrieve)
    gaps = {value: _gap(value, liked, own[:DEPTH]) for value in limits}
    lacking = {value: retrieve(value) for value, gap in gaps.items() if gap > LACKING and value not in named}
    retrieved = {**named, **lacking}
    lists = [(1.0, own), *((_weight(gaps[value], value in named), found) for value, found in retrieved.items())]
    return PlannedList(candidates=_joined(lists, count), values=tuple(retrieved), calls=calls)


def _plan(
    ask: Ask, liked: Sequence[Item], values: Sequence[str], retrieve: Callable[[str], Sequence[Candidate]]
) -> tuple[dict[str, Sequence[Candidate]], int]:
    """What was retrieved by each value that the model named, and the calls that took."""
    found: dict[str, Sequence[Candidate]] = {}
    calls = 0
    while calls < MAX_CALLS and values:
        done = [(value, [one.item.title for one in some[:TITLES]]) for value, some in found.items()]
        value, spent = _step(ask, liked, done, values, MAX_CALLS - calls)
        calls += spent
        if value is None or value in found:
            break
        found[value] = retrieve(value)
    return found, calls


def _weight(gap: float, named: bool) -> float:
    if gap > LACKING:
        return LACKING_WEIGHT * gap
    return NAMED_WEIGHT if named and gap > 0 else 0.0


def _gap(value: str, liked: Sequence[Item], own: Sequence[Candidate]) -> float:
    """By how much the value's share of what was liked exceeds its share of the list; a few likes say only that it is."""
    if len(liked) < LIKED:
        return LACKING
    return _share(value, liked) - _share(value, [one.item for one in own])


def _share(value: str, items: Sequence[Item]) -> float:
    """Of these items, how many have the value among their labels."""
    return sum(value in (label.casefold() for label in item.labels) for item in items) / max(1, len(items))


def _step(
    ask: Ask, liked: Sequence[Item], done: Sequence[tuple[str, Sequence[str]]], values: Sequence[str], left: int
) -> tuple[str | None, int]:
    """The value to retrieve by next, None to finish; and how many calls it took to get a usable step."""
    prompt = planning_messages([f"{item.title} ({', '.join(item.labels).lower()})" for item in liked], done)
    for attempt in range(1, min(ATTEMPTS, left) + 1):
        text = ask(prompt, _schema(values))
        try:
            return _read(text, values), attempt
        except ValueError as problem:
            prompt = [*prompt, ("assistant", text), ("user", f"That step cannot be used: {problem}. Reply again.")]
    return None, min(ATTEMPTS, left)


def _read(text: str, values: Sequence[str]) -> str | None:
    """Parse a step, mending what can be mended; ValueError says to the model what is wrong."""
    try:
        step = parse_json_markdown(text)
    except json.JSONDecodeError:
        raise ValueError("it is not one JSON object") from None
    if isinstance(step, dict) and step.get("tool") == "finish":
        return None
    value = str(step.get("value", "")).strip().casefold() if isinstance(step, dict) else ""
    if value not in values:
        raise ValueError(f'"value" must be one of {", ".join(values)}')
    return value


def _schema(values: Sequence[str]) -> dict[str, Any]:
    retrieve = {"tool": {"const": "retrieve"}, "value": {"enum": list(values)}}
    return {"anyOf": [_object(retrieve), _object({"tool": {"const": "finish"}})]}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _liked(picker: Picker, events: Sequence[Interaction]) -> list[Item]:
    """The items liked lately, the newest first."""
    catalog = picker.index.catalog
    good = [e for e in events if e.event == "picked" or (e.event == "rated" and e.value >= NEUTRAL)]
    newest = sorted((e for e in good if e.item_id in catalog), key=lambda event: event.created)[: -LATELY - 1 : -1]
    return catalog.items([catalog.position(event.item_id) for event in newest])


def _values(picker: Picker, liked: Sequence[Item]) -> dict[str, Limit]:
    """What may be retrieved by: the values of the liked items, each once."""
    vocabulary = Vocabulary.of(picker.index.catalog)
    found: dict[str, Limit] = {}
    for label in (label for item in liked for label in item.labels):
        for facet, value in vocabulary.labels((label,)):
            found.setdefault(value, AnyOf(facet=facet, values=(value,)))
    return dict(list(found.items())[:VALUES])


def _joined(lists: Sequence[tuple[float, Sequence[Candidate]]], count: int) -> tuple[Candidate, ...]:
    """Reciprocal rank fusion; an item's evidence is that of the list it came in first."""
    scores: dict[str, float] = {}
    candidates: dict[str, Candidate] = {}
    for weight, rank, candidate in _ranked(lists):
        scores[candidate.item.id] = scores.get(candidate.item.id, 0.0) + weight / (RANK_OFFSET + rank)
        candidates.setdefault(candidate.item.id, candidate)
    best = sorted(scores, key=lambda item_id: -scores[item_id])[:count]
    return tuple(candidates[item_id] for item_id in best)


def _ranked(lists: Sequence[tuple[float, Sequence[Candidate]]]) -> Iterator[tuple[float, int, Candidate]]:
    for weight, found in lists:
        for rank, candidate in enumerate(found, start=1):
            yield weight, rank, candidate
