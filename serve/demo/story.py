"""The demo: one person, from the first hello to coming back the next day. Every answer comes from the model."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

from rich.console import Console
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from ...agent import Assistant, Event, Reply, ReplyFinished, Settings
from ...tools import import_catalog
from ..progress import pull_progress
from ..terminal.render import TurnView, diff_text
from .person import corrected

__all__ = ["NOTES", "tell", "tell_return"]

ADA = "ada"
COSTS = "demo-costs.json"
INTRODUCTION = "Hi! My name is Ada. I live in Porto and I work as a nurse. Please never suggest horror films."
NOTES = (
    "Write a short note to my team: our weekly meeting is on Thursday at 10:00 in room B2, and everybody should "
    "bring their reports.",
    "Write a short note to my team: the coffee machine gets repaired on Friday, so the kitchen is closed until noon.",
    "Write a short note to my team: new badges can be picked up at the front desk from Monday, and everybody needs "
    "to bring an ID.",
)
NOTE_ON_RETURN = (
    "Write a short note to my team: the car park is closed on Wednesday because of building work, so please come by "
    "bus or bike."
)
OTHER_TEXT = "Tell me in two sentences why the sky is blue."
FILMS = "What should I watch tonight? I feel like something slow and tender."
MEMORY = "Do you remember where I live and what I do for a living?"


@dataclass(slots=True)
class _Stage:
    """Where the story is told, and what the notes have cost Ada so far."""

    assistant: Assistant
    console: Console
    costs: list[tuple[str, int, float]] = field(default_factory=list)

    def scene(self, title: str) -> None:
        self.console.print()
        self.console.print(Rule(Text(title, style="bold"), align="left", characters="─"))

    def say(self, text: str, thread: str) -> Reply:
        self.console.print(Text(f"{ADA}> {text}", style="bold cyan"))
        view, reply = TurnView(self.console), None
        for event in self.assistant.stream(ADA, text, thread=thread):
            view.show(event)
            reply = _reply(event) or reply
        if reply is None:
            raise RuntimeError("the turn ended without a reply")
        return reply

    def note(self, text: str) -> None:
        self.console.print(text, style="dim", markup=False, highlight=False)


def tell(settings: Settings, *, keep: Path | None = None, flags: Sequence[str] = ()) -> int:
    """Tell the whole story; the second half in a new process, started with the same `flags`. The exit status."""
    with ExitStack() as stack:
        folder = keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tailored-demo-")))
        console = Console()
        _first_day(settings.model_copy(update={"data_dir": folder}), console)
        console.print()
        console.print("Ada leaves; the process ends. She comes back: a new process on the same folder.", style="bold")
        sys.stdout.flush()
        command = [sys.executable, "-m", "tailored.main", "demo", "--second-day", "--keep", str(folder), *flags]
        return subprocess.run(command, check=False).returncode


def _first_day(settings: Settings, console: Console) -> None:
    with Assistant.open(settings=settings, progress=pull_progress()) as assistant:
        stage = _Stage(assistant=assistant, console=console)
        stage.scene("Getting ready")
        _stock(stage, settings)
        with console.status("waking the model…"):
            assistant.warm_up()
        stage.scene("Ada introduces herself")
        stage.say(INTRODUCTION, "hello")
        for number, request in enumerate(NOTES, start=1):
            stage.scene(f"Note {number} of {len(NOTES) + 1}" + (": she corrects it" if number == 1 else ""))
            _write_note(stage, request, thread=f"note {number}")
        stage.scene("A different kind of text is left alone")
        _left_alone(stage, stage.say(OTHER_TEXT, "sky"))
        stage.scene("What to watch")
        _films(stage)
        (settings.data_dir / COSTS).write_text(json.dumps(stage.costs), encoding="utf-8")


def tell_return(settings: Settings) -> int:
    """The second half, in a process of its own."""
    console = Console()
    with Assistant.open(settings=settings, progress=pull_progress()) as assistant:
        stage = _Stage(assistant=assistant, console=console)
        costs = json.loads((settings.data_dir / COSTS).read_text(encoding="utf-8"))
        stage.costs = [(request, cost, ratio) for request, cost, ratio in costs]
        with console.status("learning what is still waiting…"):
            assistant.learn_now()
        stage.scene("Ada returns")
        stage.say(MEMORY, "return")
        stage.scene(f"Note {len(NOTES) + 1} of {len(NOTES) + 1}")
        _write_note(stage, NOTE_ON_RETURN, thread="note 4")
        stage.scene("What the notes cost Ada")
        _bill(stage)
    return 0


def _stock(stage: _Stage, settings: Settings) -> None:
    folder = settings.data_dir / "catalog"
    films = resources.files(__package__) / "films.jsonl"
    with resources.as_file(films) as source:
        report = import_catalog(source, folder)
    stage.assistant.restock()
    stage.note(f"{report.n_items} films imported; `tailored import` takes your own catalog.")


def _write_note(stage: _Stage, request: str, thread: str) -> None:
    reply = stage.say(request, thread)
    version = corrected(reply.text)
    if version == reply.text:
        stage.console.print("Ada sends it as it is: edit cost 0.", style="bold green")
        stage.costs.append((request, 0, 0.0))
        return
    with stage.console.status("learning from Ada's edit…"):
        lesson = stage.assistant.edit(reply, version)
    stage.costs.append((request, lesson.edit.cost, lesson.edit.cost_ratio))
    stage.console.print("Ada's version:", style="bold")
    stage.console.print(diff_text(lesson.diff, stage.console))
    stage.console.print(f"edit cost {lesson.edit.cost} tokens", style="bold red")
    for wish in lesson.wishes:
        stage.console.print(f"learned: {wish}", style="bold green", markup=False)
    if reply.trace.preferences:
        stage.note("The model did badly here: it was told Ada's style and did not follow all of it.")


def _left_alone(stage: _Stage, reply: Reply) -> None:
    if reply.trace.preferences:
        stage.note("The model was given Ada's style for notes although this is no note: that is wrong.")
    else:
        stage.note("None of what her notes taught was used: a preference belongs to its context.")


def _films(stage: _Stage) -> None:
    reply = stage.say(FILMS, "films")
    if not reply.trace.items:
        stage.note("The model did badly here: it did not ask the recommender, so nothing is recommended.")
        return
    first = reply.trace.items[0]
    reason = first.labels[0] if first.labels else ""
    stage.console.print(Text(f"{ADA} rejects {first.title}: no {reason} tonight", style="bold cyan"))
    stage.assistant.user(ADA).reject(first.id, reason)
    again = stage.say("Recommend me others, please: slow and tender films.", "films")
    before, after = (sum(reason in item.labels for item in shown.trace.items) for shown in (reply, again))
    horror = sum("horror" in item.labels for shown in (reply, again) for item in shown.trace.items)
    stage.note(f"Horror, which she never wants: {horror} in both lists.")
    stage.note(f"{reason}: {before} of {len(reply.trace.items)} before, {after} of {len(again.trace.items)} now.")
    stage.scene("Why these?")
    stage.console.print(again.why, markup=False, highlight=False)


def _bill(stage: _Stage) -> None:
    highest = max(1, *(cost for _, cost, _ in stage.costs))
    table = Table("note", "edit cost", "")
    for number, (_, cost, ratio) in enumerate(stage.costs, start=1):
        bar = Text("█" * round(30 * cost / highest), style="red")
        table.add_row(str(number), f"{cost} tokens ({ratio:.0%})", bar)
    stage.console.print(table)
    first, last = stage.costs[0][1], stage.costs[-1][1]
    verdict = "less than" if last < first else "not less than"
    stage.note(f"The last note cost {verdict} the first.")


def _reply(event: Event) -> Reply | None:
    return event.reply if isinstance(event, ReplyFinished) else None
