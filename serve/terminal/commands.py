"""The slash commands of the chat: one function each, listed in one table."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ...agent import Assistant, Lesson, Reply, ShownItem, User
from ...agent.titles import is_called
from ...memory import Record
from ...tools.errors import AmbiguousItem, UnknownItem
from ..errors import UnknownCommand
from .choosing import choose, cost, duel, pick
from .confirming import allow, always, deny
from .editor import edit_in_editor, read_paste
from .render import lesson_panel, preferences_table, records_table

if TYPE_CHECKING:
    from ...agent.duelling import Rival

__all__ = ["COMMANDS", "Chat", "run_command"]

TASTES = 5
"""How many labels a profile is shown with."""
_QUOTED = re.compile(r"""["“„«'‘](.+?)["”“»'’](?=\s|$)""")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Deed:
    """Something the person did that can be taken back: an edit, a message that steered a list or told something, a
    rating, a rejection, a choice. `words` say what is taken back."""

    what: Lesson | Reply | Record
    words: str


@dataclass(slots=True, kw_only=True)
class Chat:
    """One person's session at the terminal."""

    assistant: Assistant
    user: User
    thread: str
    console: Console
    read_line: Callable[[], str | None]
    """The next line of input, or None at its end."""
    editor: str | None
    """The command of $EDITOR; without one an edit is pasted."""
    last: Reply | None = None
    deeds: list[_Deed] = field(default_factory=list)
    """What can be taken back, the latest last."""
    items: tuple[ShownItem, ...] = ()
    """The items shown last, numbered from 1 for `/rate 1 5`."""
    items_before: dict[str, tuple[ShownItem, ...]] = field(default_factory=dict)
    """For replies that can be taken back: the items shown before them."""
    done: bool = False
    duels: bool = False
    """Whether second drafts are shown now and then."""
    rival: Rival | None = None
    """The second draft that was shown last, to be picked or left."""
    replies: int = 0

    def did(self, what: Lesson | Reply | Record, words: str) -> None:
        """Let `/undo` take it back; `words` say what is taken back then."""
        self.deeds.append(_Deed(what=what, words=words))

    def last_reply(self) -> Reply:
        if self.last is None:
            raise UnknownCommand("there is no finished reply to work on: say something first")
        return self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    run: Callable[[Chat, str], None]
    usage: str
    help: str


def run_command(chat: Chat, line: str) -> None:
    """Run a line that begins with a slash. Raises UnknownCommand naming what there is."""
    name, _, argument = line[1:].strip().partition(" ")
    command = COMMANDS.get(name.lower())
    if command is None:
        raise UnknownCommand(f"no command /{name}; there are " + " ".join(f"/{known}" for known in COMMANDS))
    command.run(chat, argument.strip())


def _why(chat: Chat, _: str) -> None:
    chat.console.print(chat.last_reply().why, markup=False, highlight=False)


def _edit(chat: Chat, argument: str) -> None:
    reply = chat.last_reply()
    edited = argument or _ask_for_edit(chat, reply.text)
    if not edited.strip():
        raise UnknownCommand("your version is empty: nothing was changed")
    with chat.console.status("learning from your edit…"):
        lesson = chat.assistant.edit(reply, edited)
    chat.did(lesson, "what that edit taught is forgotten")
    chat.console.print(lesson_panel(lesson, chat.console))


def _ask_for_edit(chat: Chat, draft: str) -> str:
    if chat.editor and chat.console.is_terminal:
        return edit_in_editor(draft, chat.editor)
    chat.console.print("Paste your version; end with a line that holds only a dot.", style="dim")
    return read_paste(chat.read_line)


def _undo(chat: Chat, _: str) -> None:
    if not chat.deeds:
        raise UnknownCommand("no edit, steering, rating or rejection of this session is left to take back")
    deed = chat.deeds.pop()
    chat.assistant.undo(deed.what)
    if isinstance(deed.what, Reply):
        chat.items = chat.items_before.pop(deed.what.id, chat.items)
    chat.console.print(f"Taken back: {deed.words}.", markup=False, highlight=False)


def _profile(chat: Chat, _: str) -> None:
    profile = chat.user.profile
    chat.console.print(profile.summary if profile else "No summary yet.", markup=False, highlight=False)
    for taste in chat.user.tastes[:TASTES]:
        chat.console.print(f"{taste.label}: liked {taste.liked} of {taste.seen}", markup=False, highlight=False)
    for standing in chat.user.standing:
        chat.console.print(f"- {standing.statement}  [{standing.id}]", markup=False, highlight=False)


def _preferences(chat: Chat, _: str) -> None:
    preferences = chat.user.preferences
    chat.console.print(preferences_table(preferences) if preferences else "Nothing learned from edits yet.")
    if chat.user.standing:
        chat.console.print("What you said outright is in /profile.")


def _memories(chat: Chat, query: str) -> None:
    found = chat.user.search(query) if query else chat.user.memories[-20:]
    chat.console.print(records_table(f"memories of {chat.user.id}", found) if found else "Nothing found.")


def _remember(chat: Chat, statement: str) -> None:
    if not statement:
        raise UnknownCommand("/remember needs what to remember: /remember I am vegan")
    known = {record.id for record in (*chat.user.memories, *chat.user.standing)}
    record = chat.user.remember(statement)
    if record.id not in known:
        chat.did(record, f"what you told me to remember: {record.text}")
    chat.console.print(f"Remembered as {record.id}.")


def _forget(chat: Chat, record_id: str) -> None:
    if not record_id:
        raise UnknownCommand("/forget needs the id of a memory; /memories, /preferences and /profile show them")
    read_from = [id_ for wish in chat.user.standing if wish.id == record_id for id_ in wish.evidence]
    chat.user.forget(record_id)
    chat.console.print("Forgotten.")
    if read_from:
        messages = " and ".join(f"/forget {id_}" for id_ in read_from)
        chat.console.print(f"What you wrote then is still remembered: {messages} forgets that, too.", highlight=False)


def _rate(chat: Chat, argument: str) -> None:
    """/rate 2 4.5, /rate Alien 5"""
    which, _, value = argument.rpartition(" ")
    try:
        rating = float(value)
    except ValueError:
        raise UnknownCommand(f"/rate needs an item and a rating from 0.5 to 5, not {argument!r}") from None
    item_id, title = _item(chat, which)
    try:
        rated = chat.user.rate(item_id, rating)
    except ValueError as error:
        raise UnknownCommand(f"/rate: {error}") from error
    chat.did(rated, f"your rating of {title}")
    chat.console.print(f"{title}: {rating:g} of 5.", markup=False, highlight=False)


def _reject(chat: Chat, argument: str) -> None:
    """/reject 2 too long, /reject The Godfather too long, /reject "The Godfather" too long"""
    item_id, title, reason = _item_and_rest(chat, argument)
    rejected = chat.user.reject(item_id, reason)
    chat.did(rejected, f"your rejection of {title}")
    chat.console.print(f"{title} will not be recommended again.", markup=False, highlight=False)


def _item(chat: Chat, which: str) -> tuple[str, str]:
    """The id and title of the item with this number in the last list, or else with this title."""
    if not which:
        raise UnknownCommand("which item? Give its number in the last list, or its title")
    if (item := _numbered(chat, which)) is not None:
        return item.id, item.title
    return chat.assistant.find_item(quoted[1] if (quoted := _QUOTED.fullmatch(which)) else which)


def _item_and_rest(chat: Chat, argument: str) -> tuple[str, str, str]:
    """The item that the argument begins with, and what follows: after a number, a quoted title, or the longest
    beginning that is exactly a title. Only the whole argument may be a title with a slip of the pen.
    """
    if (quoted := _QUOTED.match(argument)) is not None:
        return (*_item(chat, quoted[0].strip()), _rest(argument[quoted.end() :]))
    first, *_ = argument.split(maxsplit=1) or [""]
    if _numbered(chat, first) is not None:
        return (*_item(chat, first), _rest(argument[len(first) :]))
    for end in reversed([word.end() for word in re.finditer(r"\S+", argument)]):
        if (item := _exactly(chat, argument[:end])) is not None:
            return (*item, _rest(argument[end:]))
    return (*_item(chat, argument), "")


def _numbered(chat: Chat, which: str) -> ShownItem | None:
    inside = which.isdecimal() and 1 <= int(which) <= len(chat.items)
    return chat.items[int(which) - 1] if inside else None


def _exactly(chat: Chat, title: str) -> tuple[str, str] | None:
    try:
        item = chat.assistant.find_item(title)
    except AmbiguousItem:
        raise
    except UnknownItem:
        return None
    return item if is_called(title, item[1]) else None


def _rest(text: str) -> str:
    return text.lstrip(" \t,;:.-–—")


def _suggest(chat: Chat, context: str) -> None:
    queries = chat.assistant.suggest(chat.user.id, context)
    if not queries:
        chat.console.print("Nothing to suggest yet: rate items, or tell me what you like.", style="dim")
    for query in queries:
        chat.console.print(f"- {query}", markup=False, highlight=False)


def _plan(chat: Chat, wish: str) -> None:
    with chat.console.status("planning a list…"):
        found = chat.assistant.plan_list(chat.user.id, wish)
    chat.items = tuple(
        ShownItem(id=one.item.id, title=one.item.label, reason=one.reason, labels=one.item.labels) for one in found
    )
    for number, item in enumerate(chat.items, start=1):
        chat.console.print(f"{number}. {item.title}: {item.reason}", markup=False, highlight=False)


def _export(chat: Chat, path: str) -> None:
    data = json.dumps(chat.user.export(), ensure_ascii=False, indent=2)
    if not path:
        chat.console.print(data, markup=False, highlight=False, soft_wrap=True)
        return
    Path(path).expanduser().write_text(data + "\n", encoding="utf-8")
    chat.console.print(f"Written to {path}.", markup=False, highlight=False)


def _new(chat: Chat, _: str) -> None:
    chat.thread = chat.assistant.new_thread()
    chat.last = None
    chat.console.print("A new conversation. What I know about you stays.", style="dim")


def _help(chat: Chat, _: str) -> None:
    table = Table.grid(padding=(0, 2))
    for name, command in COMMANDS.items():
        table.add_row(Text(f"/{name} {command.usage}".rstrip(), style="bold"), command.help)
    chat.console.print(table)


def _quit(chat: Chat, _: str) -> None:
    chat.done = True


COMMANDS = {
    "why": Command(run=_why, usage="", help="what the last reply used and cost"),
    "edit": Command(run=_edit, usage="[new text]", help="correct the last reply; I learn from the difference"),
    "undo": Command(
        run=_undo, usage="", help="take back the last edit, rating, rejection, choice or wish; again, the one before"
    ),
    "profile": Command(run=_profile, usage="", help="who I think you are, and what always applies"),
    "preferences": Command(run=_preferences, usage="", help="what your edits taught me"),
    "memories": Command(run=_memories, usage="[words]", help="what I remember, or find in it"),
    "remember": Command(run=_remember, usage="<statement>", help="remember something for good"),
    "forget": Command(run=_forget, usage="<id>", help="forget one memory"),
    "rate": Command(run=_rate, usage="<number or title> <0.5-5>", help="rate an item"),
    "reject": Command(run=_reject, usage="<number or title> [reason]", help="never recommend an item, and why"),
    "plan": Command(run=_plan, usage="[wish]", help="ten items, retrieved by what the model says fits you"),
    "suggest": Command(run=_suggest, usage="[words]", help="what you may want to ask next"),
    "allow": Command(run=allow, usage="[number]", help="let a tool do what the reply asked about, once"),
    "always": Command(run=always, usage="[number]", help="the same, and do not ask again for this kind of thing"),
    "deny": Command(run=deny, usage="[number]", help="do not let it"),
    "export": Command(run=_export, usage="[file]", help="everything about you, as JSON"),
    "new": Command(run=_new, usage="", help="start a new conversation"),
    "choose": Command(run=choose, usage="", help="paste two texts, the one you take first; I learn which you like"),
    "duel": Command(run=duel, usage="[on|off]", help="a second draft of the last reply; on: now and then by itself"),
    "pick": Command(run=pick, usage="<1 or 2>", help="which of the two drafts you take"),
    "cost": Command(run=cost, usage="", help="what you have cost: calls, tokens, seconds"),
    "help": Command(run=_help, usage="", help="this list"),
    "quit": Command(run=_quit, usage="", help="leave; I will know you when you return"),
}
