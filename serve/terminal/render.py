"""How the terminal shows replies, diffs and records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Column, Table
from rich.text import Text

from ...agent import Event, Lesson, Prepared, Reply, ReplyFinished, TextDelta, ToolFinished, ToolStarted
from ...agent.learning.diff import Span
from ...memory import Preference, Record
from .confirming import told
from .wrap import WordWrap

__all__ = ["TurnView", "diff_text", "lesson_panel", "preferences_table", "records_table"]


class TurnView:
    """Shows one turn's events as they come: what was recalled, tools, the text, what was remembered."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._wrap = WordWrap(console.width if console.is_terminal else None)
        self._in_text = False

    def show(self, event: Event) -> None:
        if isinstance(event, Prepared):
            self._prepared(event)
        elif isinstance(event, TextDelta):
            self._in_text = True
            self._write(self._wrap.feed(event.text))
        elif isinstance(event, ToolStarted):
            arguments = ", ".join(f"{name}: {value}" for name, value in event.arguments.items() if value)
            self._note(f"→ {event.name}({arguments})")
        elif isinstance(event, ToolFinished):
            self._note(f"← {event.name} {'done' if event.ok else 'failed'} in {event.ms:.0f} ms")
        elif isinstance(event, ReplyFinished):
            self._finished(event.reply)

    def break_line(self) -> None:
        if self._in_text:
            self._write(self._wrap.finish() + "\n")
            self._in_text = False

    def _write(self, text: str) -> None:
        self._console.print(text, end="", markup=False, highlight=False, soft_wrap=True)

    def _prepared(self, event: Prepared) -> None:
        parts = []
        if event.memories:
            parts.append(f"{len(event.memories)} memor{'y' if len(event.memories) == 1 else 'ies'}")
        if event.preferences:
            wishes = "; ".join(wish for used in event.preferences for wish in used.wishes)
            parts.append(f"what your edits taught: {wishes}")
        if parts:
            self._note("· using " + ", ".join(parts))

    def _finished(self, reply: Reply) -> None:
        self.break_line()
        if reply.trace.steered:
            self._note(f"· steered: {'; '.join(reply.trace.steered)}  (/undo takes it back)")
        if reply.trace.held:
            self._note(f"· still: {'; '.join(reply.trace.held)}")
        for asked in reply.trace.confirmations:
            self._note(f"? {told(asked.tool, asked.arguments, asked.because)}  (/allow, /always or /deny)")
        for learned in reply.trace.learned:
            self._note(f"✓ remembered: {learned}")

    def _note(self, text: str) -> None:
        self.break_line()
        self._console.print(text, style="dim", markup=False, highlight=False)


def diff_text(spans: Iterable[Span], console: Console) -> Text:
    """The edit as one text: what went struck out in red, what came in green; [-gone-] {+new+} without colours."""
    marked = console.color_system is None or console.no_color
    text = Text()
    for span in spans:
        if span.operation == "equal":
            text.append(span.edited)
            continue
        if span.draft:
            text.append(f"[-{span.draft}-]" if marked else span.draft, style="red strike")
        if span.edited:
            text.append(f"{{+{span.edited}+}}" if marked else span.edited, style="green")
    return text


def lesson_panel(lesson: Lesson, console: Console) -> Panel:
    """What an edit cost and what was learned from it."""
    cost = f"edit cost {lesson.edit.cost} tokens ({lesson.edit.cost_ratio:.0%} of the text)"
    lines: list[RenderableType] = [diff_text(lesson.diff, console), Text()]
    lines += [Text(f"learned: {wish}", style="bold") for wish in lesson.wishes]
    if not lesson.wishes:
        lines.append(Text("learned nothing: no change of style was found, only of content", style="dim"))
    return Panel(Group(*lines), title=cost, subtitle="/undo takes it back" if lesson.wishes else None)


def preferences_table(preferences: Sequence[Preference]) -> Table:
    table = Table(_id_column(), "for texts like", "wishes", "used", "accepted", title="learned from your edits")
    for preference in preferences:
        wishes = "\n".join(aspect.value for aspect in preference.aspects)
        pin = " (pinned)" if preference.pinned else ""
        table.add_row(
            Text(preference.id), Text(_cut(preference.context, 60) + pin), Text(wishes), str(preference.uses),
            str(preference.accepts),
        )  # fmt: skip
    return table


def records_table(title: str, records: Iterable[Record]) -> Table:
    table = Table(_id_column(), "kind", "since", "text", title=title)
    for record in records:
        table.add_row(
            Text(record.id),
            record.kind,
            f"{record.created:%Y-%m-%d}",
            Text(_cut(record.text, 200)),
        )
    return table


def _cut(text: str, at_most: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= at_most else f"{line[: at_most - 2].rstrip()} …"


def _id_column() -> Column:
    """Ids are typed again, for `/forget`: they are shown whole however narrow the terminal is."""
    return Column("id", overflow="fold", min_width=12)
