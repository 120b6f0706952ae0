"""`tailored keys …`: light, because every command imports it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ...agent.settings import Settings

__all__ = ["keys_app"]

keys_app = typer.Typer(help="Keys of the HTTP API.", no_args_is_help=True)

ConfigFlag = Annotated[Path | None, typer.Option("--config", help="Settings file (TOML); default ./tailored.toml.")]
DataFlag = Annotated[Path | None, typer.Option("--data", help="Data folder; default ./tailored-data.")]


@keys_app.command("add")
def add(
    user: Annotated[str | None, typer.Option("--user", "-u", help="Reaches this user's memory alone.")] = None,
    tenant: Annotated[
        str | None, typer.Option(help="Reaches the users whose ids begin with TENANT: and a colon.")
    ] = None,
    admin: Annotated[bool, typer.Option("--admin", help="Reaches everybody, and the metrics.")] = False,
    label: Annotated[str, typer.Option(help="What it is for.")] = "",
    per_minute: Annotated[
        int | None, typer.Option(min=1, help="Requests a minute; default api.requests_per_minute.")
    ] = None,
    data: DataFlag = None,
    config: ConfigFlag = None,
) -> None:
    """Make a key; it is shown once. From the first key on, every request needs one."""
    from .key_commands import add_key

    settings = _settings(config, data)
    raise typer.Exit(add_key(settings, user=user, tenant=tenant, admin=admin, label=label, per_minute=per_minute))


@keys_app.command("list")
def list_all(data: DataFlag = None, config: ConfigFlag = None) -> None:
    """The keys that were made, and whom they reach."""
    from .key_commands import list_keys

    raise typer.Exit(list_keys(_settings(config, data)))


@keys_app.command("revoke")
def revoke(
    key: Annotated[str, typer.Argument(help="The key's name, as `tailored keys list` has it.")],
    data: DataFlag = None,
    config: ConfigFlag = None,
) -> None:
    """Let a key open nothing any more; a running server notices at once."""
    from .key_commands import revoke_key

    raise typer.Exit(revoke_key(_settings(config, data), key))


def _settings(config: Path | None, data: Path | None) -> Settings:
    from ...agent.settings import load_settings

    return load_settings(config, flags={"data_dir": data} if data is not None else {})
