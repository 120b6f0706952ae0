"""`tailored settings`: what holds here, and where each value came from."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr
from pydantic_settings import EnvSettingsSource, TomlConfigSettingsSource
from rich.console import Console
from rich.text import Text

from ..agent.settings import Settings, load_settings
from .errors import NothingThere
from .reference import meanings, reference, variable_of

__all__ = ["Holding", "holdings", "print_reference", "print_settings"]

DEFAULT = "default"
ENVIRONMENT = "environment"
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_USERINFO = re.compile(r"(?<=://)[^/@\s]+(?=@)")
_WIDE = 44
"""Columns of a setting before the comment that says where it came from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """One setting as it holds here."""

    path: tuple[str, ...]
    value: Any
    origin: str
    """`default`, a flag, the name of an environment variable, or the settings file."""
    about: str

    @property
    def name(self) -> str:
        return ".".join(part if _BARE.fullmatch(part) else json.dumps(part) for part in self.path)

    @property
    def said(self) -> str:
        """As a line of the settings file; a comment where nothing is set, or a secret is."""
        if self.value is None:
            return f"# {self.name} is not set"
        return f"# {self.name} is set, and hidden" if _is_secret(self.value) else f"{self.name} = {_toml(self.value)}"


def print_reference() -> int:
    """Every setting there is, as Markdown; the exit status."""
    Console(soft_wrap=True).print(reference(), markup=False, highlight=False, end="")
    return 0


def print_settings(config: Path | None, flags: Mapping[str, Any], beginning: str | None = None) -> int:
    """Print what holds, as a settings file; with a `beginning` only those, and what they mean. The exit status."""
    console = Console(soft_wrap=True)
    chosen = [one for one in holdings(config, flags) if beginning is None or _begins(one.name, beginning)]
    if not chosen:
        raise NothingThere(f"no setting begins with {beginning!r}: `tailored settings` names them all")
    for one in chosen:
        if beginning is not None and one.about:
            console.print(f"\n# {one.about}", style="dim", markup=False, highlight=False)
        console.print(Text(f"{one.said:<{_WIDE}}  # {one.origin}", style="dim" if one.origin == DEFAULT else "bold"))
    return 0


def holdings(config: Path | None, flags: Mapping[str, Any]) -> Iterator[Holding]:
    """Each setting with its value and where that came from. Raises ConfigError as `load_settings` does."""
    settings = load_settings(config, flags=flags)
    file = config or Path("tailored.toml")
    sources = {
        "flag": flags,
        ENVIRONMENT: EnvSettingsSource(Settings)(),
        str(file): TomlConfigSettingsSource(Settings, file)(),
    }
    return _held(Settings, settings, (), sources)


def _held(
    kind: type[BaseModel], model: BaseModel, path: tuple[str, ...], sources: Mapping[str, Mapping[str, Any]]
) -> Iterator[Holding]:
    inner: list[tuple[tuple[str, ...], BaseModel]] = []
    for name in kind.model_fields:
        here, value = (*path, name), getattr(model, name)
        if isinstance(value, BaseModel):
            inner.append((here, value))
        elif isinstance(value, Mapping) and value and all(isinstance(one, BaseModel) for one in value.values()):
            inner.extend(((*here, key), one) for key, one in value.items())
        else:
            yield Holding(path=here, value=value, origin=_origin(here, sources), about=meanings(kind).get(name, ""))
    for here, value in inner:
        yield from _held(type(value), value, here, sources)


def _origin(path: Sequence[str], sources: Mapping[str, Mapping[str, Any]]) -> str:
    for name, values in sources.items():
        if _names(values, path):
            return _variable(path) if name == ENVIRONMENT else name
    return DEFAULT


def _names(values: Any, path: Sequence[str]) -> bool:
    for part in path:
        if not isinstance(values, Mapping) or part not in values:
            return False
        values = values[part]
    return True


def _variable(path: Sequence[str]) -> str:
    """The variable that set it: its own, or one that holds a whole table as JSON."""
    set_here = {name.upper(): name for name in os.environ}
    candidates = (variable_of(path[:length]) for length in range(len(path), 0, -1))
    return next((set_here[name] for name in candidates if name in set_here), ENVIRONMENT)


def _begins(name: str, beginning: str) -> bool:
    return name == beginning or name.startswith(beginning.rstrip(".") + ".")


def _is_secret(value: Any) -> bool:
    return isinstance(value, SecretStr) or (
        isinstance(value, Mapping) and any(isinstance(one, SecretStr) for one in value.values())
    )


def _toml(value: Any) -> str:
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    if isinstance(value, Mapping):
        return "{}"
    if isinstance(value, str | Path):
        return json.dumps(_USERINFO.sub("…", str(value)), ensure_ascii=False)
    listed = sorted(value) if isinstance(value, frozenset) else list(value)
    hidden = [_USERINFO.sub("…", one) if isinstance(one, str) else one for one in listed]
    return json.dumps(hidden, ensure_ascii=False)
