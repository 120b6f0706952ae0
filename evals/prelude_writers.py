"""The writers compared in `prelude.py`: the same model and prompt, told more or less of what edits showed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Protocol

import numpy as np

from ..prompts import TiktokenCounter, system_prompt, turn_message
from .prelude_user import Task

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage

    from ..agent import Assistant, Reply
    from ..memory.embedders.base import Embedder, Vectors

__all__ = ["MAX_TOKENS", "Cipher", "Ours", "Pasting", "Plain", "Writer"]

MAX_TOKENS = 90
"""Of a draft."""
PASTED = 3
"""Earlier edits in the prompt of the usual way."""
TODAY = date(2026, 1, 5)

_INFER = """A user edited a draft. Name the style the user likes in one short phrase for a writer.
Only style, never the topic. Reply with the phrase alone."""


class Writer(Protocol):
    """A way of writing drafts and learning from edits."""

    def draft(self, task: Task) -> tuple[str, int]:
        """The draft, and the tokens of its prompt."""
        ...

    def learn(self, task: Task, draft: str, edited: str) -> int:
        """The tokens read for learning from an edit; `edited` is the draft itself where it was left alone."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """Never learns; with `styles`, the oracle that knows them."""

    model: BaseChatModel
    styles: Mapping[str, str] = field(default_factory=dict)

    def draft(self, task: Task) -> tuple[str, int]:
        style = self.styles.get(task.source)
        return _write(self.model, task.request, guidance=[style.capitalize()] if style else ())

    def learn(self, task: Task, draft: str, edited: str) -> int:
        return 0


@dataclass(slots=True, kw_only=True)
class Cipher:
    """CIPHER-1 (arXiv 2404.15269): the wish of the nearest text, inferred by the model from its edit."""

    model: BaseChatModel
    embedder: Embedder
    vectors: list[Vectors] = field(default_factory=list)
    wishes: list[str] = field(default_factory=list)
    used: str = ""

    def draft(self, task: Task) -> tuple[str, int]:
        near = _nearest(self.embedder, task, self.vectors, 1)
        self.used = self.wishes[near[0]] if near else ""
        return _write(self.model, task.request, guidance=[self.used] if self.used else ())

    def learn(self, task: Task, draft: str, edited: str) -> int:
        wish, read = self.used, 0
        if edited != draft:
            asked = [("system", _INFER), ("user", f"DRAFT: {draft}\n\nEDITED: {edited}")]
            answer = self.model.invoke(asked, max_tokens=30, temperature=0)
            wish, read = " ".join(answer.text.split()), _read(answer)
        self.vectors.append(self.embedder.embed([task.request])[0])
        self.wishes.append(wish)
        return read


@dataclass(slots=True, kw_only=True)
class Pasting:
    """The nearest earlier drafts and what became of them, pasted before the request."""

    model: BaseChatModel
    embedder: Embedder
    vectors: list[Vectors] = field(default_factory=list)
    edits: list[str] = field(default_factory=list)

    def draft(self, task: Task) -> tuple[str, int]:
        near = _nearest(self.embedder, task, self.vectors, PASTED)
        pasted = "\n\n".join(self.edits[index] for index in reversed(near))
        before = f"Earlier drafts of yours and what I made of them:\n\n{pasted}\n\n" if near else ""
        return _write(self.model, before + task.request)

    def learn(self, task: Task, draft: str, edited: str) -> int:
        self.vectors.append(self.embedder.embed([task.request])[0])
        self.edits.append(f"Request: {task.request}\nYour draft: {draft}\nMy version: {edited}")
        return 0


@dataclass(slots=True, kw_only=True)
class Ours:
    """The assistant, asked and edited as by anybody; every request begins a thread of its own."""

    assistant: Assistant
    user_id: str
    replies: list[Reply] = field(default_factory=list)

    def draft(self, task: Task) -> tuple[str, int]:
        reply = self.assistant.chat(self.user_id, task.request, thread=self.assistant.new_thread())
        self.replies.append(reply)
        return reply.text, reply.cost.prompt

    def learn(self, task: Task, draft: str, edited: str) -> int:
        if edited != draft:
            self.assistant.edit(self.replies[-1], edited)
        return 0


def _write(model: BaseChatModel, request: str, *, guidance: Sequence[str] = ()) -> tuple[str, int]:
    system = system_prompt(today=TODAY, tokens=TiktokenCounter())
    asked = [("system", system), ("human", turn_message(request, guidance=guidance))]
    answer = model.invoke(asked, temperature=0)
    return answer.text.strip(), _read(answer)


def _read(answer: AIMessage) -> int:
    return answer.usage_metadata["input_tokens"] if answer.usage_metadata else 0


def _nearest(embedder: Embedder, task: Task, vectors: Sequence[Vectors], count: int) -> list[int]:
    """The indices of the requests most like this one, best first."""
    if not vectors:
        return []
    similarities = np.array(vectors) @ embedder.embed([task.request])[0]
    return [int(index) for index in np.argsort(-similarities)[:count]]
