"""Asks the chat model of one suggestion whether the user would like it.

Four examples of others' likings, each with one suggestion that heeds it and one that does not, stand before the
question: without them the local model says yes to whatever is on the subject. They stand there whatever the prompt says
of the user, and are about nothing that a benchmark asks about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

__all__ = ["EXAMPLES", "liking"]

WOULD = "Would I like this suggestion? Answer yes or no."
UNLIKELY = -20.0
"""The log probability of a word that is not among the likeliest twenty tokens."""


def _asked(before: str, suggestion: str) -> str:
    return f"{before}\n\nSuggestion: {suggestion}\n{WOULD}"


_PAINT = "I hate the smell of paint.\n\nWhat should I do with the hall?"
_RECORDS = "I only listen to music on records.\n\nWhat can I give my own living room?"
_CASH = "I never use cash.\n\nHow should I pay the gardener?"
_PEN = "I prefer to write by hand.\n\nWhat should I take to the meeting?"

EXAMPLES = (
    (_PAINT, "Paint it in a warm yellow.", "no"),
    (_RECORDS, "A turntable with two good speakers.", "yes"),
    (_CASH, "Take the notes out of the drawer.", "no"),
    (_PAINT, "Hang up a few large photographs.", "yes"),
    (_PEN, "A notebook and a good pen.", "yes"),
    (_RECORDS, "A year of a streaming service.", "no"),
    (_CASH, "Send it to his bank account.", "yes"),
    (_PEN, "A tablet with a keyboard.", "no"),
)
"""What was said and asked, a suggestion, and the answer."""


def liking(model: BaseChatModel, system: str, message: str, suggestion: str) -> tuple[float, int]:
    """By how much "yes" is likelier than "no", in nats, and the tokens read."""
    answer = model.invoke(
        [("system", system), *_examples(), ("human", _asked(message, suggestion))],
        max_tokens=1,
        logprobs=True,
        top_logprobs=20,
        temperature=0,
    )
    chances = _words(answer.response_metadata.get("logprobs"), answer.text)
    gain = chances.get("yes", UNLIKELY) - chances.get("no", UNLIKELY)
    return gain, answer.usage_metadata["input_tokens"] if answer.usage_metadata else 0


def _examples() -> Iterator[tuple[str, str]]:
    for before, suggestion, answer in EXAMPLES:
        yield "human", _asked(before, suggestion)
        yield "ai", answer


def _words(logprobs: Mapping[str, Sequence[Mapping[str, object]]] | None, text: str) -> dict[str, float]:
    """How likely each word is as the first token, of those among the likeliest; else the word that was written."""
    first = (logprobs or {}).get("content") or []
    if not first:
        return {text.strip(" .").lower(): 0.0}
    chances: dict[str, float] = {}
    for token in first[0]["top_logprobs"]:  # type: ignore[attr-defined]
        word = token["token"].strip().lower()
        chances[word] = max(chances.get(word, -np.inf), float(token["logprob"]))
    return chances
