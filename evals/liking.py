"""Asks the chat model of one suggestion whether the user would like it.

Before the question stand eight answered ones, two of each of four likings that are no user's: one suggestion that heeds
it, one that does not. Without them the local model says yes to whatever is on the subject. They are the same whatever
else the prompt says, on subjects that the benchmarks' questions are not about; with a short liking beside a question
they look more like a reminder, or a memory, beside a message than like a long history before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

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
_WINDOWS = "I always keep the windows open.\n\nHow can I make my office quieter?"
_CASH = "I never use cash.\n\nHow should I pay the gardener?"
_PEN = "I prefer to write by hand.\n\nWhat should I take to the meeting?"

EXAMPLES = (
    (_PAINT, "Paint it in a warm yellow.", "no"),
    (_WINDOWS, "Lay a thick rug on the floor.", "yes"),
    (_CASH, "Take the notes out of the drawer.", "no"),
    (_PAINT, "Hang up a few large photographs.", "yes"),
    (_PEN, "A notebook and a good pen.", "yes"),
    (_WINDOWS, "Keep everything shut and run a fan.", "no"),
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


def _words(logprobs: Mapping[str, Any] | None, text: str) -> dict[str, float]:
    """How likely each word is as the first token, of those among the likeliest; else the word that was written."""
    first = (logprobs or {}).get("content") or []
    if not first:
        return {text.strip(" .").lower(): 0.0}
    chances: dict[str, float] = {}
    for token in first[0]["top_logprobs"]:
        word = token["token"].strip().lower()
        chances[word] = max(chances.get(word, -np.inf), float(token["logprob"]))
    return chances
