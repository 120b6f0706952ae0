"""Answering what a reply asked: calls of tools that wait for the user's word."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ..errors import UnknownCommand

if TYPE_CHECKING:
    from ...memory import Confirmation, ConfirmationAnswer
    from .commands import Chat

__all__ = ["allow", "always", "deny", "told"]


def allow(chat: Chat, which: str) -> None:
    """Make the call, once."""
    _answer(chat, which, "once")


def always(chat: Chat, which: str) -> None:
    """Make the call, and later ones of that tool that pass on the same kinds of things."""
    _answer(chat, which, "always")


def deny(chat: Chat, which: str) -> None:
    """Do not make the call."""
    _answer(chat, which, "no")


def told(tool: str, arguments: object, because: str) -> str:
    """What is asked, in a line."""
    return f"May I use {tool}({json.dumps(arguments, ensure_ascii=False)})? I ask because {because}."


def _answer(chat: Chat, which: str, answer: ConfirmationAnswer) -> None:
    asked = _asked(chat, which)
    if answer == "no":
        chat.assistant.confirm(chat.user.id, asked.id, answer)
        chat.console.print(f"Not done: {asked.tool}.", markup=False, highlight=False)
        return
    with chat.console.status(f"calling {asked.tool}…"):
        reply = chat.assistant.confirm(chat.user.id, asked.id, answer)
    if reply is not None:
        chat.last = reply
        chat.console.print(reply.text, markup=False, highlight=False)


def _asked(chat: Chat, which: str) -> Confirmation:
    """The one that is numbered so among what waits; the latest when no number is given."""
    waiting = chat.user.confirmations
    if not waiting:
        raise UnknownCommand("nothing waits for your word")
    if not which:
        return waiting[-1]
    if not (which.isdecimal() and 1 <= int(which) <= len(waiting)):
        raise UnknownCommand(f"which one? A number from 1 to {len(waiting)}, not {which!r}")
    return waiting[int(which) - 1]
