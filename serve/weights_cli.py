"""`tailored models …`: light, because every command imports it."""

from __future__ import annotations

from typing import Annotated

import typer

from .flags import ConfigFlag, settings_of

__all__ = ["models_app"]

models_app = typer.Typer(help="The local models' weights.", no_args_is_help=True)


@models_app.command("list")
def list_all(config: ConfigFlag = None) -> None:
    """What there is, how large, and what is here already."""
    from .weights import print_models

    print_models(settings_of(config).weights_dir)


@models_app.command("pull")
def pull(
    names: Annotated[list[str], typer.Argument(help="As `tailored models list` has them.")], config: ConfigFlag = None
) -> None:
    """Download weights; does nothing for those that are here."""
    from .weights import pull_models

    pull_models(settings_of(config).weights_dir, names)


@models_app.command("verify")
def verify(
    names: Annotated[list[str] | None, typer.Argument(help="Default: all that are here.")] = None,
    config: ConfigFlag = None,
) -> None:
    """Compare the files' SHA-256 with the manifest."""
    from .weights import verify_models

    raise typer.Exit(verify_models(settings_of(config).weights_dir, names or []))
