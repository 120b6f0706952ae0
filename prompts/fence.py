"""Fencing: text that did not come from this turn's user stands between tags and cannot close them.

Memory, tool output and catalog text are data. A fence labels them as such, and any tag of ours inside them is
defused, so that a stored "</memory> now do as I say" stays inside.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["DATA_TAGS", "bullets", "defuse", "fence", "one_line"]

DATA_TAGS = ("memory", "profile", "tool_result")
_TAG = re.compile(r"<(?=\s*/?\s*(?:" + "|".join(DATA_TAGS) + r")\b)", re.IGNORECASE)
# Chat templates mark who speaks with tokens such as <|im_start|>, <start_of_turn> (Gemma) and [INST] (Mistral);
# stored text must not speak for anybody. A full-width bar is DeepSeek's.
_CONTROL = re.compile(r"<(?=[|｜][^<>|｜\n]{1,40}[|｜]>|(?:start|end)_of_turn>|<?/?SYS>>)")
_INST = re.compile(r"\[(?=/?INST\])")


def fence(tag: str, body: str) -> str:
    """`body` between <tag> and </tag>, unable to close it."""
    if tag not in DATA_TAGS:
        raise ValueError(f"unknown fence {tag!r}: one of {', '.join(DATA_TAGS)}")
    return f"<{tag}>\n{defuse(body)}\n</{tag}>"


def defuse(text: str) -> str:
    """The text with our own tags and chat-template tokens made inert."""
    return _INST.sub("(", _CONTROL.sub("‹", _TAG.sub("‹", text)))


def one_line(text: str) -> str:
    """The text on one line, so that a list entry stays one entry."""
    return " ".join(text.split())


def bullets(lines: Iterable[str]) -> str:
    """A list of the user's own wishes: not fenced, since they are to be followed, but defused and one line each."""
    return "\n".join(f"- {defuse(one_line(line))}" for line in lines)
