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
