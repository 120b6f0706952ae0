"""Commands about two texts, of which one is taken, and about what all of it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import UnknownCommand
from .editor import read_paste

if TYPE_CHECKING:
    from .commands import Chat

__all__ = ["choose", "cost", "duel", "offer_rival", "pick"]

EVERY = 3
"""Of the replies that may be duelled about, every so many are: a decision is work, too."""
FORGOTTEN = "what that choice taught is forgotten"


def choose(chat: Chat, _: str) -> None:
    """/choose: two pasted texts for the last request, the one that is taken first."""
    reply = chat.last_reply()
    chat.console.print("Paste the text that you take; end with a line that holds only a dot.", style="dim")
    chosen = read_paste(chat.read_line)
    chat.console.print("Paste the one that you leave; end in the same way.", style="dim")
    chat.did(chat.user.choose(reply.request, chosen, read_paste(chat.read_line)), FORGOTTEN)
    chat.console.print("Kept: a few such choices steer later texts of this kind.")


def duel(chat: Chat, argument: str) -> None:
    """/duel on, /duel off, /duel for a second draft of the last reply now"""
    if argument in ("on", "off"):
        chat.duels = argument == "on"
        said = "I will now and then show a second draft: /pick 1 or /pick 2 says which you like."
        chat.console.print(said if chat.duels else "No more second drafts.")
    elif argument:
        raise UnknownCommand(f"/duel takes on, off or nothing, not {argument!r}")
    elif not _draft_rival(chat):
        chat.console.print("Of this reply there is no second draft: it used tools, or says the same in another manner.")


def pick(chat: Chat, argument: str) -> None:
    """/pick 1, /pick 2"""
    if chat.rival is None:
        raise UnknownCommand("there are no two drafts to pick from: /duel makes a second one of the last reply")
    if argument not in ("1", "2"):
        raise UnknownCommand(f"/pick takes 1 (the reply) or 2 (the second draft), not {argument!r}")
    chat.did(chat.assistant.settle(chat.rival, took_rival=argument == "2"), FORGOTTEN)
    chat.rival = None
    chat.console.print("Kept: I learn from it how you like replies.")


def offer_rival(chat: Chat) -> None:
    """After a reply: forget a draft that was not picked, and now and then show a new one where duels are on."""
    chat.rival = None
    chat.replies += 1
    if chat.duels and chat.replies % EVERY == 0:
        _draft_rival(chat)


def cost(chat: Chat, _: str) -> None:
    from ..working import ledger_table

    chat.console.print(ledger_table({chat.user.id: chat.assistant.ledger(chat.user.id)}))


def _draft_rival(chat: Chat) -> bool:
    reply = chat.last_reply()
    with chat.console.status("drafting another one…"):
        chat.rival = chat.assistant.rival(reply)
    if chat.rival is None:
        return False
    chat.console.print("(2) the same in another manner, /pick 1 or /pick 2:", style="dim")
    chat.console.print(chat.rival.text, markup=False, highlight=False)
    return True
