"""How somebody edits, in numbers: how much and where they cut, what they put in its place, what becomes of sentences.

Made of the product's own diff and features; no word of the text itself, and no label by a person, is among them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from statistics import mean

import numpy as np

from ..agent.learning.cost import edit_cost
from ..agent.learning.diff import Span, diff
from ..agent.learning.features import Features, features
from ..memory.embedders.base import Vectors

__all__ = ["habits", "matrix"]

PARTS = 5
"""The draft is looked at in so many parts of one length: some begin at the end, some never get there."""

_WORD = re.compile(r"\w+(?:['’]\w+)*")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_MARKS = {"dash": "—–-", "semicolon": ";:", "comma": ",", "stop": ".", "question": "?", "quote": '"“”', "line": "\n"}
_SMALL_WORDS = {
    "article": {"a", "an", "the"},
    "pronoun": {"he", "she", "it", "they", "his", "her", "him", "their"},
    "be": {"was", "were", "is", "are", "be", "been", "had"},
    "and": {"and"},
    "but": {"but", "though", "yet"},
    "relative": {"that", "which", "who"},
    "like": {"like", "as"},
    "with": {"with", "without"},
    "modal": {"would", "could", "might"},
}
_ENDINGS = ("ing", "ly", "ed")


def matrix(edits: Sequence[tuple[str, str]]) -> Vectors:
    """The habits of (draft, edited) pairs, one row for each."""
    return np.array([list(habits(draft, edited).values()) for draft, edited in edits], dtype=np.float32)


def habits(draft: str, edited: str) -> Mapping[str, float]:
    """What one edit shows of its author's habits; the names are the same for every edit."""
    spans = diff(draft, edited)
    changes = [span for span in spans if span.operation != "equal"]
    known = set(_words(draft))
    removed = [word for span in changes for word in _words(span.draft)]
    added = [word for span in changes for word in _words(span.edited)]
    return {
        **_extent(draft, edited, removed, added),
        **_operations(changes),
        **_places(spans, len(draft)),
        **_sentences(draft, edited, changes),
        **_form(features(draft), features(edited)),
        **_marks(draft, edited),
        **_vocabulary(removed, added),
        "new words": _share(_words(edited), lambda word: word not in known),
    }


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def _extent(draft: str, edited: str, removed: Sequence[str], added: Sequence[str]) -> dict[str, float]:
    before, after = len(_words(draft)), len(_words(edited))
    return {
        "length ratio": math.log((after + 1) / (before + 1)),
        "cost": math.log((edit_cost(draft, edited) + 1) / (before + 1)),
        "removed": math.log1p(len(removed)),
        "added": math.log1p(len(added)),
        "added share": len(added) / (len(added) + len(removed) + 1),
    }


def _operations(changes: Sequence[Span]) -> dict[str, float]:
    sizes = [(len(_words(span.draft)), len(_words(span.edited))) for span in changes] or [(0, 0)]
    cuts = [before for before, after in sizes if before and not after]
    swaps = [(before, after) for before, after in sizes if before and after]
    return {
        "changes": math.log1p(len(changes)),
        "cuts": len(cuts) / len(sizes),
        "cuts, number": math.log1p(len(cuts)),
        "insertions, number": math.log1p(sum(1 for before, after in sizes if after and not before)),
        "swaps, number": math.log1p(len(swaps)),
        "cut words": math.log1p(_mean(cuts)),
        "swapped words": math.log1p(_mean([before for before, _ in swaps])),
        "words put in": math.log1p(_mean([after for _, after in swaps])),
        "longest cut": math.log1p(max(before for before, _ in sizes)),
        "longest insertion": math.log1p(max(after for _, after in sizes)),
        "word for word": sum(1 for size in swaps if size == (1, 1)) / len(sizes),
        "small swaps": sum(1 for size in swaps if max(size) <= 2) / len(sizes),
        "rewordings": _mean([float(_shares_word(span)) for span in changes if span.operation == "replace"]),
        "growing swaps": _mean([float(after > before) for before, after in swaps]),
        "marks alone": sum(1 for size in sizes if size == (0, 0)) / len(sizes),
    }


def _shares_word(span: Span) -> bool:
    return not set(_words(span.draft)).isdisjoint(_words(span.edited))


def _places(spans: Sequence[Span], length: int) -> dict[str, float]:
    """Where in the draft the changes are, from 0 to 1, and how many words they touch in each of its parts."""
    touched = [0] * PARTS
    places = []
    for place, span in _placed(spans, length):
        if span.operation != "equal":
            places.append(place)
            touched[min(PARTS - 1, int(PARTS * place))] += len(_words(span.draft)) + len(_words(span.edited))
    shares = {f"share of part {part}": words / (sum(touched) or 1) for part, words in enumerate(touched)}
    sizes = {f"words of part {part}": math.log1p(words) for part, words in enumerate(touched)}
    ends = {"middle": _mean(places), "first": min(places, default=1.0), "last": max(places, default=0.0)}
    return {**ends, **shares, **sizes}


def _placed(spans: Sequence[Span], length: int) -> Iterator[tuple[float, Span]]:
    position = 0
    for span in spans:
        yield (position + len(span.draft) / 2) / max(length, 1), span
        position += len(span.draft)


def _sentences(draft: str, edited: str, changes: Sequence[Span]) -> dict[str, float]:
    sentences = _SENTENCE_END.split(draft.strip())
    left = set(_words(edited))
    ends = [(_stops(span.draft), _stops(span.edited)) for span in changes] or [(0, 0)]
    return {
        "kept": mean(float(sentence in edited) for sentence in sentences),
        "first kept": float(sentences[0] in edited),
        "last kept": float(sentences[-1] in edited),
        "lost": mean(float(_mostly_gone(sentence, left)) for sentence in sentences),
        "merged": mean(float(before > after) for before, after in ends),
        "split": mean(float(before < after) for before, after in ends),
    }


def _mostly_gone(sentence: str, left: Collection[str]) -> bool:
    telling = [word for word in _words(sentence) if len(word) > 3]
    return sum(1 for word in telling if word in left) < 0.3 * len(telling)


def _stops(text: str) -> int:
    return sum(text.count(mark) for mark in ".!?")


def _form(before: Features, after: Features) -> dict[str, float]:
    names = ("contractions", "first_person", "second_person", "questions", "paragraphs", "exclamations")
    return {
        "words per sentence": math.log((after.words_per_sentence + 1) / (before.words_per_sentence + 1)),
        "sentences": math.log((after.sentences + 1) / (before.sentences + 1)),
        **{name: _signed_log(getattr(after, name) - getattr(before, name)) for name in names},
    }


def _marks(draft: str, edited: str) -> dict[str, float]:
    return {
        name: _signed_log(sum(edited.count(mark) - draft.count(mark) for mark in marks))
        for name, marks in _MARKS.items()
    }


def _vocabulary(removed: Sequence[str], added: Sequence[str]) -> dict[str, float]:
    found = {
        name: _share(added, words.__contains__) - _share(removed, words.__contains__)
        for name, words in _SMALL_WORDS.items()
    }
    for ending in _ENDINGS:
        endings = re.compile(f".*{ending}").fullmatch
        found[f"-{ending} removed"] = _share(removed, endings)
        found[f"-{ending} added"] = _share(added, endings)
    found["letters removed"] = _mean([len(word) for word in removed], 4.5)
    found["letters added"] = _mean([len(word) for word in added], 4.5)
    return found


def _share(words: Sequence[str], matches: Callable[[str], object]) -> float:
    """The share of words that match, drawn towards nothing where there are few words."""
    return sum(1 for word in words if matches(word)) / (len(words) + 3)


def _mean(values: Sequence[float], default: float = 0.0) -> float:
    return mean(values) if values else default


def _signed_log(value: int) -> float:
    return math.copysign(math.log1p(abs(value)), value)
