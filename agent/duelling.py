"""Duels: a second draft of a reply in another manner, and what is learned from which one the user takes.

Only where somebody asks for it: a duel costs a second call of the model and a decision of the user.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..memory import Choice
from .compose import Composer
from .corrections import Corrections
from .learning.duels import Duels, usual_manner
from .models.failures import as_model_fault
from .trace import Reply
from .window import Windows

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

__all__ = ["Duelling", "Rival"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """Another draft for the request of `reply`."""

    reply: Reply
    text: str
    manner: str
    replys_manner: str


class Duelling:
    """Drafts rivals, and settles duels."""

    def __init__(
        self,
        composer: Composer,
        corrections: Corrections,
        windows: Windows,
        model: Callable[[], BaseChatModel],
    ) -> None:
        self._composer = composer
        self._corrections = corrections
        self._windows = windows
        self._model = model

    async def rival(self, reply: Reply) -> Rival | None:
        """A draft in another manner; None where there can be none: a reply with tools or items, a private one, one that
        is not the last of its thread any more, or a rival that says the same. Raises a ModelFault."""
        prepared = await asyncio.to_thread(self._prepare, reply)
        if prepared is None:
            return None
        messages, own, other = prepared
        try:
            drafted = await (await asyncio.to_thread(self._model)).ainvoke(messages)
        except Exception as error:
            raise as_model_fault(error) from error
        text = drafted.text.strip()
        if not text or text == reply.text.strip():
            return None
        return Rival(reply=reply, text=text, manner=other, replys_manner=own)

    def settle(self, rival: Rival, *, took_rival: bool) -> Choice:
        """Learn from which draft was taken; the thread goes on with that one. `forget` takes it back."""
        reply = rival.reply
        drafts = [(reply.text, rival.replys_manner), (rival.text, rival.manner)]
        (chosen, its_manner), (rejected, other_manner) = reversed(drafts) if took_rival else drafts
        choice = self._corrections.choose(
            reply.user_id,
            reply.request,
            chosen,
            rejected,
            reply_id=reply.id,
            manners=(its_manner, other_manner),
        )
        self._windows.drop(reply.user_id)
        return choice

    def _prepare(self, reply: Reply) -> tuple[list[tuple[str, str]], str, str] | None:
        """What the model is sent, and the manners of the reply and of its rival."""
        window = self._windows.get(reply.user_id, reply.thread)
        trace = reply.trace
        if reply.private or trace.tools or trace.items or len(window) < 2 or window[-1].content != reply.text:
            return None
        duels = self._composer.duels(reply.user_id)
        own = usual_manner(duels)
        other = Duels.fit(duels).challenger(own)
        earlier = [("human" if sent.role == "user" else "ai", sent.content) for sent in window[:-1]]
        return [("system", self._composer.system(reply.user_id, other)), *earlier], own, other
