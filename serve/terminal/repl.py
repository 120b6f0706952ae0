"""The chat at a terminal or in a pipe: lines in, events out."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from rich.console import Console

from ...agent import Event, ReplyFinished
from ..failures import FAILED, is_reported, report
from .choosing import offer_rival
from .commands import COMMANDS, Chat, run_command
from .render import TurnView

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession

__all__ = ["converse", "line_reader"]


def converse(chat: Chat) -> int:
    """Read and answer until the input ends; the exit status: 1 when a line failed in a pipe, else 0.

    A line that fails is reported and the next one is read. In a pipe an interrupt is passed on.
    """
    status = 0
    while not chat.done and (line := chat.read_line()) is not None:
        try:
            _answer(chat, line.strip())
        except KeyboardInterrupt:
            if not sys.stdin.isatty():
                raise
            chat.last = None  # a reply that was cut off cannot be edited, and the one before it is not meant
            chat.console.print("\n(stopped; what you said is kept)", style="dim")
        except Exception as error:
            if not is_reported(error):
                raise
            report(error)
            status = FAILED
    return 0 if sys.stdin.isatty() else status


def _answer(chat: Chat, line: str) -> None:
    if not line:
        return
    if line.startswith("/"):
        run_command(chat, line)
        return
    view = TurnView(chat.console)
    try:
        for event in chat.assistant.stream(chat.user.id, line, thread=chat.thread):
            view.show(event)
            _keep(chat, event)
    finally:
        view.break_line()
    offer_rival(chat)


def _keep(chat: Chat, event: Event) -> None:
    if isinstance(event, ReplyFinished):
        chat.last = event.reply
        if said := (*event.reply.trace.steered, *event.reply.trace.learned):
            chat.did(event.reply, "; ".join(said))
            chat.items_before[event.reply.id] = chat.items
        chat.items = event.reply.trace.items or chat.items


def line_reader(console: Console, name: str) -> Callable[[], str | None]:
    """A function that gives the next line, or None at the end of input; with history and completion at a terminal."""
    if not (sys.stdin.isatty() and console.is_terminal):
        return lambda: line.rstrip("\n") if (line := sys.stdin.readline()) else None
    session = _session()

    def read() -> str | None:
        while True:
            try:
                return session.prompt(f"{name}> ")
            except KeyboardInterrupt:
                continue  # Ctrl-C at the prompt clears the line; Ctrl-D leaves
            except EOFError:
                return None

    return read


def _session() -> PromptSession[str]:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import WordCompleter
    from prompt_toolkit.history import InMemoryHistory  # nothing said here is left in a file

    completer = WordCompleter([f"/{name}" for name in COMMANDS], sentence=True)
    return PromptSession(history=InMemoryHistory(), completer=completer, complete_while_typing=False)
