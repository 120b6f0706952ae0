"""The commands. Each is thin: read the flags, open what it needs, hand over."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from ..agent import Assistant
    from ..agent.settings import Settings

__all__ = ["app"]

app = typer.Typer(
    name="tailored",
    help="The assistant that gets better at you every time you correct it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
models_app = typer.Typer(help="The local models' weights.", no_args_is_help=True)
app.add_typer(models_app, name="models")

ConfigFlag = Annotated[Path | None, typer.Option("--config", help="Settings file (TOML); default ./tailored.toml.")]
DataFlag = Annotated[Path | None, typer.Option("--data", help="Data folder; default ./tailored-data.")]
ModelFlag = Annotated[str | None, typer.Option("--model", help="local, local:NAME, openai:gpt-…, ollama:…")]
UserFlag = Annotated[str, typer.Option("--user", "-u", help="Whose memory is used.")]


@app.command()
def chat(
    user: UserFlag = "me",
    thread: Annotated[str | None, typer.Option(help="Conversation to go on with; default a new one.")] = None,
    data: DataFlag = None,
    model: ModelFlag = None,
    config: ConfigFlag = None,
) -> None:
    """Talk. Lines in a pipe are answered one by one; /help lists what else can be done."""
    from .terminal.session import chat_at_terminal

    with _assistant(_settings(config, data=data, model=model)) as assistant:
        raise typer.Exit(chat_at_terminal(assistant, user, thread))


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="What to ask; - reads it from standard input.")],
    user: UserFlag = "me",
    why: Annotated[bool, typer.Option("--why", help="Say what the reply used and cost.")] = False,
    data: DataFlag = None,
    model: ModelFlag = None,
    config: ConfigFlag = None,
) -> None:
    """Ask one thing and print the reply."""
    text = sys.stdin.read() if question == "-" else question
    with _assistant(_settings(config, data=data, model=model)) as assistant:
        reply = assistant.chat(user, text)
        typer.echo(reply.text)
        if why:
            typer.echo(f"\n{reply.why}", err=True)


@app.command()
def demo(
    keep: Annotated[Path | None, typer.Option(help="Keep the demo's data in this folder.")] = None,
    model: ModelFlag = None,
    config: ConfigFlag = None,
    second_day: Annotated[bool, typer.Option("--second-day", hidden=True)] = False,
) -> None:
    """The whole story on real input: talk, correct, talk again, recommend, reject, leave and return."""
    from .demo.story import tell, tell_return

    settings = _settings(config, data=keep, model=model)
    if second_day:
        raise typer.Exit(tell_return(settings))
    flags = [*(["--config", str(config)] if config else []), *(["--model", model] if model else [])]
    raise typer.Exit(tell(settings, keep=keep, flags=flags))


@app.command("import")
def import_items(
    source: Annotated[Path, typer.Argument(help="JSONL or CSV file of items, or a MovieLens folder.")],
    data: DataFlag = None,
    config: ConfigFlag = None,
) -> None:
    """Import a catalog of items to recommend and search."""
    from .importing import import_source

    raise typer.Exit(import_source(_settings(config, data=data), source))


@app.command("eval")
def evaluate(
    name: Annotated[str, typer.Argument(help="Which benchmark; `list` names them.")] = "list",
    data: Annotated[Path | None, typer.Option(help="The data set it measures on, where it needs one.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Figures as JSON instead of a table.")] = False,
    plot: Annotated[Path | None, typer.Option(help="Draw the figures into this file (PNG, SVG, PDF).")] = None,
    size: Annotated[int | None, typer.Option(min=1, help="How much to measure, where there is a choice.")] = None,
    config: ConfigFlag = None,
) -> None:
    """Measure a claim on this machine."""
    from .evaluating import evaluate_claim

    raise typer.Exit(evaluate_claim(_settings(config), name, data=data, as_json=json, plot=plot, size=size))


@app.command("export")
def export_user(
    user: Annotated[str, typer.Option("--user", "-u", help="Whose records.")],
    target: Annotated[Path | None, typer.Argument(help="JSON file; default standard output.")] = None,
    data: DataFlag = None,
    config: ConfigFlag = None,
) -> None:
    """Everything that is stored about a user, as JSON."""
    from .keeping import export_user

    raise typer.Exit(export_user(_settings(config, data=data), user, target))


@app.command("import-user")
def import_user(
    source: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="What `tailored export` wrote.")],
    user: Annotated[str | None, typer.Option("--user", "-u", help="Take it in for this user instead.")] = None,
    data: DataFlag = None,
    config: ConfigFlag = None,
) -> None:
    """Take in a user's export; twice is as good as once."""
    from .keeping import import_user

    raise typer.Exit(import_user(_settings(config, data=data), source, user))


@app.command()
def erase(
    user: Annotated[str, typer.Option("--user", "-u", help="Who is to be forgotten.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    data: DataFlag = None,
    config: ConfigFlag = None,
) -> None:
    """Erase a user: memory, learning jobs and every byte on the disk. Prints a receipt."""
    from .keeping import erase_user

    raise typer.Exit(erase_user(_settings(config, data=data), user, sure=yes))


@app.command()
def backup(
    target: Annotated[Path, typer.Argument(help="File to write, as backup.tar.gz.")],
    data: DataFlag = None,
    config: ConfigFlag = None,
) -> None:
    """Write the whole data folder to one file."""
    from .keeping import back_up

    raise typer.Exit(back_up(_settings(config, data=data), target))


@app.command()
def restore(
    source: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="What `tailored backup` wrote.")],
    data: DataFlag = None,
    config: ConfigFlag = None,
) -> None:
    """Make the data folder anew from a backup; it must be empty or not there."""
    from .keeping import restore

    raise typer.Exit(restore(_settings(config, data=data), source))


@app.command()
def reembed(data: DataFlag = None, config: ConfigFlag = None) -> None:
    """Embed everything anew, after the settings name another embedder. Goes on where it was when cut short."""
    from .keeping import reembed

    raise typer.Exit(reembed(_settings(config, data=data)))


@models_app.command("list")
def models_list(config: ConfigFlag = None) -> None:
    """What there is, how large, and what is here already."""
    from .weights import print_models

    print_models(_settings(config).weights_dir)


@models_app.command("pull")
def models_pull(names: Annotated[list[str], typer.Argument()], config: ConfigFlag = None) -> None:
    """Download weights; does nothing for those that are here."""
    from .weights import pull_models

    pull_models(_settings(config).weights_dir, names)


@models_app.command("verify")
def models_verify(
    names: Annotated[list[str] | None, typer.Argument(help="Default: all that are here.")] = None,
    config: ConfigFlag = None,
) -> None:
    """Compare the files' SHA-256 with the manifest."""
    from .weights import verify_models

    raise typer.Exit(verify_models(_settings(config).weights_dir, names or []))


def _settings(config: Path | None, *, data: Path | None = None, model: str | None = None) -> Settings:
    from ..agent.settings import load_settings

    flags: dict[str, Any] = {}
    if data is not None:
        flags["data_dir"] = data
    if model is not None:
        flags["model"] = {"name": model}
    return load_settings(config, flags=flags)


def _assistant(settings: Settings) -> Assistant:
    from ..agent import Assistant
    from .progress import pull_progress

    return Assistant.open(settings=settings, progress=pull_progress())
