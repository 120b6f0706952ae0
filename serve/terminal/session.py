"""Setting up a chat at the terminal: who talks, with which editor, and what is said at the start and the end."""

from __future__ import annotations

import os
import sys

from rich.console import Console
from rich.text import Text

from ...agent import Assistant
from .commands import Chat
from .repl import converse, line_reader

__all__ = ["chat_at_terminal"]


def chat_at_terminal(assistant: Assistant, user_id: str, thread: str | None) -> int:
    """Talk until the input ends; the exit status."""
    console = Console()
    chat = Chat(
        assistant=assistant,
        user=assistant.user(user_id),
        thread=thread or assistant.new_thread(),
        console=console,
        read_line=line_reader(console, user_id),
        editor=os.environ.get("VISUAL") or os.environ.get("EDITOR"),
    )
    if sys.stdin.isatty():
        _greet(chat)
    return converse(chat)


def _greet(chat: Chat) -> None:
    known = len(chat.user.memories)
    with chat.console.status("waking the model…"):
        chat.assistant.warm_up()
    things = f"{known} thing{'' if known == 1 else 's'}"
    note = f"I remember {things} of you." if known else "We have not met: tell me something about yourself."
    ways = ("/help lists commands, Ctrl-D leaves.", "dim")
    chat.console.print(Text.assemble(("Tailored", "bold"), f" for {chat.user.id}. {note} ", ways))
    if not chat.assistant.stocked:
        chat.console.print("I have no catalog to recommend from yet: `tailored import FILE` adds one.", style="dim")
