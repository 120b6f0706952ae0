"""The commands. Each is thin: read the flags, open what it needs, hand over."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .api.cli import keys_app
from .flags import ConfigFlag, DataFlag, ModelFlag, UserFlag, as_flags, settings_of
from .weights_cli import models_app

if TYPE_CHECKING:
    from ..agent import Assistant
    from ..agent.settings import Settings

__all__ = ["app"]

TALK, ITEMS, DATA, RUN = "Talk", "Items", "What is stored", "Set up, run, measure"
"""Headings of the help."""

app = typer.Typer(
    name="tailored",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(models_app, name="models", rich_help_panel=RUN)
catalog_app = typer.Typer(
    help="The items that can be recommended: `tailored import` brings them.", no_args_is_help=True
)
app.add_typer(catalog_app, name="catalog", rich_help_panel=ITEMS)
app.add_typer(keys_app, name="keys", rich_help_panel=RUN)


def _say_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"tailored {version('tailored')}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    """The assistant that gets better at you every time you correct it."""


@app.command(rich_help_panel=TALK)
def chat(
    user: UserFlag = "me",
    thread: Annotated[str | None, typer.Option(help="Conversation to go on with; default a new one.")] = None,
    data: DataFlag = None,
    model: ModelFlag = None,
    config: ConfigFlag = None,
) -> None:
    """Talk. Lines in a pipe are answered one by one; /help lists what else can be done."""
    from .terminal.session import chat_at_terminal

    with _assistant(settings_of(config, data=data, model=model)) as assistant:
        raise typer.Exit(chat_at_terminal(assistant, user, thread))


@app.command(rich_help_panel=TALK)
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
    with _assistant(settings_of(config, data=data, model=model)) as assistant:
        reply = assistant.chat(user, text)
        typer.echo(reply.text)
        if why:
            typer.echo(f"\n{reply.why}", err=True)


@app.command(rich_help_panel=TALK)
def demo(
    keep: Annotated[Path | None, typer.Option(help="Keep the demo's data in this folder.")] = None,
    model: ModelFlag = None,
    config: ConfigFlag = None,
    second_day: Annotated[bool, typer.Option("--second-day", hidden=True)] = False,
) -> None:
    """The whole story on real input: talk, correct, talk again, recommend, reject, leave and return."""
    from .demo.story import tell, tell_return

    settings = settings_of(config, data=keep, model=model)
    if second_day:
        raise typer.Exit(tell_return(settings))
    flags = [*(["--config", str(config)] if config else []), *(["--model", model] if model else [])]
    raise typer.Exit(tell(settings, keep=keep, flags=flags))


@app.command("import", rich_help_panel=ITEMS)
def import_items(
    source: Annotated[Path, typer.Argument(help="JSONL, CSV or Parquet file of items, or a MovieLens folder.")],
    update: Annotated[
        bool, typer.Option("--update", help="Add to the catalog, replacing items of the same id.")
    ] = False,
    interactions: Annotated[
        Path | None, typer.Option(help="File of who chose what (user, item, rating, time), to learn from.")
    ] = None,
    data: DataFlag = None,
    config: ConfigFlag = None,
) -> None:
    """Import a catalog of items to recommend and search."""
    from .importing import import_source

    settings = settings_of(config, data=data)
    raise typer.Exit(import_source(settings, source, update=update, interactions=interactions))


@catalog_app.command("show")
def catalog_show(data: DataFlag = None, config: ConfigFlag = None) -> None:
    """What the catalog has: items, facets with their values, interactions."""
    from .importing import show_catalog

    raise typer.Exit(show_catalog(settings_of(config, data=data)))


@catalog_app.command("remove")
def catalog_remove(
    ids: Annotated[list[str], typer.Argument(help="Ids of items.")], data: DataFlag = None, config: ConfigFlag = None
) -> None:
    """Take items out of the catalog."""
    from .importing import remove_from_catalog

    raise typer.Exit(remove_from_catalog(settings_of(config, data=data), ids))


@app.command("eval", rich_help_panel=RUN)
def evaluate(
    name: Annotated[str, typer.Argument(help="Which benchmark; `list` names them.")] = "list",
    data: Annotated[Path | None, typer.Option(help="The data set it measures on, where it needs one.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Figures as JSON instead of a table.")] = False,
    plot: Annotated[Path | None, typer.Option(help="Draw the figures into this file (PNG, SVG, PDF).")] = None,
    size: Annotated[int | None, typer.Option(min=1, help="How much to measure, where there is a choice.")] = None,
    cache: Annotated[Path | None, typer.Option(help="Keep the chat model's answers in this folder, to go on.")] = None,
    config: ConfigFlag = None,
) -> None:
    """Measure a claim on this machine."""
    from .evaluating import evaluate_claim

    raise typer.Exit(
        evaluate_claim(settings_of(config), name, data=data, as_json=json, plot=plot, size=size, cache=cache)
    )


@app.command(rich_help_panel=TALK)
def batch(
    source: Annotated[Path, typer.Argument(help="Requests, a line of JSON each, in OpenAI's Batch format.")],
    target: Annotated[Path, typer.Argument(help="Where the answers go; an unfinished file is gone on with.")],
    user: Annotated[str, typer.Option("--user", "-u", help="Whose the lines without a `user` are.")] = "me",
    concurrency: Annotated[
        int | None, typer.Option(min=1, max=1000, help="Lines at work at a time; default 8, 1 with a local model.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Refuse an input with malformed lines.")] = False,
    retry: Annotated[bool, typer.Option("--retry", help="Try the lines again that failed.")] = False,
    read_only_memory: Annotated[bool, typer.Option("--read-only-memory", help="Remember nothing of it.")] = False,
    learn: Annotated[bool, typer.Option("--learn", help="Do the learning from it, too, at the end.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it would take, and do nothing.")] = False,
    price: Annotated[str | None, typer.Option(help="For --dry-run: IN/OUT, the price of 10^6 tokens each.")] = None,
    engine: Annotated[str, typer.Option(help="local, or ray for processes on several machines.")] = "local",
    workers: Annotated[int, typer.Option(min=1, help="Processes of the engine ray.")] = 2,
    data: DataFlag = None,
    model: ModelFlag = None,
    config: ConfigFlag = None,
) -> None:
    """Answer a file of requests, each user's in order. Cut short, the same command goes on where it was."""
    from .batch.command import Options, engine_named, estimate_batch, prices_in, run_batch

    settings = settings_of(config, data=data, model=model)
    options = Options(
        default_user=user,
        concurrency=concurrency,
        strict=strict,
        retry=retry,
        remember=not read_only_memory,
        learn=learn,
        engine=engine_named(engine),
        workers=workers,
    )
    if dry_run:
        raise typer.Exit(estimate_batch(settings, source, target, options, prices=prices_in(price)))
    raise typer.Exit(run_batch(settings, source, target, options))


@app.command(rich_help_panel=TALK)
def mcp(
    user: UserFlag = "me",
    http: Annotated[
        int | None, typer.Option("--http", metavar="PORT", min=0, max=65535, help="Serve HTTP at /mcp, not stdio.")
    ] = None,
    host: Annotated[
        str, typer.Option(help="Address to listen at; any but this machine's own needs keys.")
    ] = "127.0.0.1",
    data: DataFlag = None,
    config: ConfigFlag = None,
) -> None:
    """Memory, preferences and recommendations as tools for any MCP client."""
    from .mcp.command import serve_http, serve_stdio

    settings = settings_of(config, data=data)
    if http is None:
        serve_stdio(settings, user)
    else:
        serve_http(settings, user, host=host, port=http)


@app.command(rich_help_panel=TALK)
def serve(
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; any but this machine's own needs keys.")
    ] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = None,
    data: DataFlag = None,
    model: ModelFlag = None,
    config: ConfigFlag = None,
) -> None:
    """Serve the page, the OpenAI-compatible API and the native one over HTTP."""
    from .api.serving import serve

    settings = settings_of(config, data=data, model=model)
    given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    raise typer.Exit(serve(settings.model_copy(update={"api": settings.api.model_copy(update=given)})))


@app.command("export", rich_help_panel=DATA)
def export_user(
    user: Annotated[str, typer.Option("--user", "-u", help="Whose records.")],
    target: Annotated[Path | None, typer.Argument(help="JSON file; default standard output.")] = None,
    data: DataFlag = None,
    config: ConfigFlag = None,
) -> None:
    """Everything that is stored about a user, as JSON."""
    from .keeping import export_user

    raise typer.Exit(export_user(settings_of(config, data=data), user, target))


@app.command("import-user", rich_help_panel=DATA)
def import_user(
    source: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="What `tailored export` wrote.")],
    user: Annotated[str | None, typer.Option("--user", "-u", help="Take it in for this user instead.")] = None,
    data: DataFlag = None,
    config: ConfigFlag = None,
) -> None:
    """Take in a user's export; twice is as good as once."""
    from .keeping import import_user

    raise typer.Exit(import_user(settings_of(config, data=data), source, user))


@app.command("settings", rich_help_panel=RUN)
def show_settings(
    name: Annotated[str | None, typer.Argument(help="Only this one, or this table, and what it means.")] = None,
    reference: Annotated[bool, typer.Option("--reference", help="Every setting there is, as Markdown.")] = False,
    data: DataFlag = None,
    model: ModelFlag = None,
    config: ConfigFlag = None,
) -> None:
    """The settings that hold here, as a settings file, and where each came from. Secrets are hidden."""
    from .effective import print_reference, print_settings

    flags = as_flags(data=data, model=model)
    raise typer.Exit(print_reference() if reference else print_settings(config, flags, name))


@app.command("tools", rich_help_panel=RUN)
def show_tools(config: ConfigFlag = None) -> None:
    """The tools the assistant may use, those of MCP servers among them, and what a call of each needs."""
    from .tooling import show_tools

    raise typer.Exit(show_tools(settings_of(config)))


@app.command(rich_help_panel=DATA)
def erase(
    user: Annotated[str, typer.Option("--user", "-u", help="Who is to be forgotten.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    data: DataFlag = None,
    config: ConfigFlag = None,
) -> None:
    """Erase a user: memory, learning jobs and every byte on the disk. Prints a receipt."""
    from .keeping import erase_user

    raise typer.Exit(erase_user(settings_of(config, data=data), user, sure=yes))


@app.command(rich_help_panel=DATA)
def compact(
    folder: Annotated[
        Path | None, typer.Argument(exists=True, file_okay=False, help="A stopped Chroma server's folder instead.")
    ] = None,
    data: DataFlag = None,
    config: ConfigFlag = None,
) -> None:
    """Take the bytes of what was deleted off the disk. In a folder of our own that also happens by itself."""
    from .keeping import compact

    raise typer.Exit(compact(settings_of(config, data=data), folder))


@app.command(rich_help_panel=DATA)
def backup(
    target: Annotated[Path, typer.Argument(help="File to write, as backup.tar.gz.")],
    data: DataFlag = None,
    config: ConfigFlag = None,
) -> None:
    """Write the whole data folder to one file."""
    from .keeping import back_up

    raise typer.Exit(back_up(settings_of(config, data=data), target))


@app.command(rich_help_panel=DATA)
def restore(
    source: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="What `tailored backup` wrote.")],
    data: DataFlag = None,
    config: ConfigFlag = None,
) -> None:
    """Make the data folder anew from a backup; it must be empty or not there."""
    from .keeping import restore

    raise typer.Exit(restore(settings_of(config, data=data), source))


@app.command(rich_help_panel=DATA)
def reembed(data: DataFlag = None, config: ConfigFlag = None) -> None:
    """Embed everything anew, after the settings name another embedder. Goes on where it was when cut short."""
    from .keeping import reembed

    raise typer.Exit(reembed(settings_of(config, data=data)))


@app.command(rich_help_panel=RUN)
def worker(
    once: Annotated[bool, typer.Option("--once", help="Do what waits, then leave.")] = False,
    status: Annotated[
        bool, typer.Option("--status", help="What waits, what is being done, what was set aside.")
    ] = False,
    retry: Annotated[int | None, typer.Option(help="Try a job that was set aside again.")] = None,
    drop: Annotated[int | None, typer.Option(help="Give up a job that was set aside.")] = None,
    data: DataFlag = None,
    model: ModelFlag = None,
    config: ConfigFlag = None,
) -> None:
    """Learn in a process of its own, for several that share a Chroma server; or look after the queue of learning."""
    from . import working

    settings = settings_of(config, data=data, model=model)
    if status:
        raise typer.Exit(working.print_status(settings))
    if retry is not None:
        raise typer.Exit(working.retry_job(settings, retry))
    if drop is not None:
        raise typer.Exit(working.drop_job(settings, drop))
    raise typer.Exit(working.work_off(settings) if once else working.work(settings))


@app.command(rich_help_panel=RUN)
def ledger(
    user: Annotated[str | None, typer.Option("--user", "-u", help="Of this user only.")] = None,
    data: DataFlag = None,
    config: ConfigFlag = None,
) -> None:
    """What each user has cost: calls, tokens and seconds for replies, learning and vectors."""
    from .working import print_ledger

    raise typer.Exit(print_ledger(settings_of(config, data=data), user))


def _assistant(settings: Settings) -> Assistant:
    from ..agent import Assistant
    from .progress import pull_progress

    return Assistant.open(settings=settings, progress=pull_progress())
