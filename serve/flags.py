"""The flags that several commands share, and the settings they lead to."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from ..agent.settings import Settings

__all__ = ["ConfigFlag", "DataFlag", "ModelFlag", "UserFlag", "as_flags", "settings_of"]

ConfigFlag = Annotated[Path | None, typer.Option("--config", help="Settings file (TOML); default ./tailored.toml.")]
DataFlag = Annotated[Path | None, typer.Option("--data", help="Data folder; default ./tailored-data.")]
ModelFlag = Annotated[str | None, typer.Option("--model", help="local, local:NAME, openai:gpt-…, ollama:…")]
UserFlag = Annotated[str, typer.Option("--user", "-u", help="Whose memory is used.")]


def settings_of(config: Path | None, *, data: Path | None = None, model: str | None = None) -> Settings:
    """The settings with these flags. Raises ConfigError."""
    from ..agent.settings import load_settings

    return load_settings(config, flags=as_flags(data=data, model=model))


def as_flags(*, data: Path | None, model: str | None) -> Mapping[str, Any]:
    """The flags that were given, as a part of the settings tree."""
    folder: Mapping[str, Any] = {} if data is None else {"data_dir": data}
    return folder if model is None else {**folder, "model": {"name": model}}
