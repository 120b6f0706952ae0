"""Every setting, with what it means: read from the models that hold the settings, so that no page can be behind them."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from ..agent.settings import PREFIX, Settings

__all__ = ["Section", "Setting", "meanings", "reference", "sections", "variable_of"]

NAMED = "NAME"
"""Stands for a name of one's own, as of an MCP server."""
_UNITS = {"_s": "seconds", "_mib": "MiB", "_kib": "KiB", "tokens": "tokens", "context": "tokens"}
_KINDS: Mapping[object, str] = {
    bool: "`true` or `false`",
    int: "whole number",
    float: "number",
    SecretStr: "secret",
    str: "text",
}
_INTRODUCTION = f"""# Every setting

`tailored settings --reference` prints this page; `tailored settings` prints what holds where you are, and where each value
came from: a flag, else an environment variable, else `tailored.toml` (or `--config FILE`), else the default. A name that is
not here is an error, wherever it stands.

In the file a section is a table (`[limits]`, then `items = 3`). A variable is `{PREFIX}` and the name with `__` for each
dot; lists and tables are written in it as JSON.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    name: str
    default: str
    values: str
    """Which values there are, with their unit."""
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    name: str
    """As in the file, `tools.search`; empty for what stands above all tables."""
    about: str
    settings: tuple[Setting, ...]


def reference() -> str:
    """All of it as a page of Markdown."""
    return "\n".join([_INTRODUCTION, *map(_as_markdown, sections(Settings))])


def sections(model: type[BaseModel], path: tuple[str, ...] = ()) -> Iterator[Section]:
    """A model's own settings, then those of the models inside it."""
    own = [name for name, field in model.model_fields.items() if _inside(field) is None]
    told = tuple(_setting(model, path, name) for name in own)
    yield Section(name=".".join(path), about=" ".join((model.__doc__ or "").split()) if path else "", settings=told)
    for name, field in model.model_fields.items():
        if (inside := _inside(field)) is not None:
            named = (NAMED,) if get_origin(field.annotation) is not None and not _optional(field) else ()
            yield from sections(inside, (*path, name, *named))


def variable_of(path: Sequence[str]) -> str:
    """The environment variable of a setting."""
    return PREFIX + "__".join(path).upper()


@cache
def meanings(model: type[BaseModel]) -> Mapping[str, str]:
    """What the docstring under each field says, by the field's name."""
    [definition] = ast.parse(inspect.getsource(model)).body
    body = definition.body if isinstance(definition, ast.ClassDef) else []
    return {
        field.target.id: " ".join(text.split())
        for field, below in pairwise(body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and (text := _text_of(below))
    }


def _text_of(statement: ast.stmt) -> str:
    value = statement.value if isinstance(statement, ast.Expr) else None
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""


def _setting(model: type[BaseModel], path: tuple[str, ...], name: str) -> Setting:
    field = model.model_fields[name]
    return Setting(
        name=".".join((*path, name)),
        default=_default(field),
        values=_values(name, field),
        about=meanings(model).get(name, ""),
    )


def _inside(field: FieldInfo) -> type[BaseModel] | None:
    """The model that a field holds: itself, or under names, or perhaps."""
    kinds = get_args(field.annotation) if get_origin(field.annotation) is not None else (field.annotation,)
    return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)


def _optional(field: FieldInfo) -> bool:
    return get_origin(field.annotation) in (Union, UnionType)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "must be given"
    value = field.get_default(call_default_factory=True, validated_data={})
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if value is None or value == "" or (not isinstance(value, int | float) and not value):
        return "none"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


def _values(name: str, field: FieldInfo) -> str:
    unit = next((unit for end, unit in _UNITS.items() if name.endswith(end)), "")
    return ", ".join(filter(None, [unit or _kind(field.annotation), _bounds(field)]))


def _bounds(field: FieldInfo) -> str:
    bound = {
        name: f"{value:g}"
        for limit in field.metadata
        for name in ("ge", "gt", "le")
        if (value := getattr(limit, name, None)) is not None
    }
    if "gt" in bound:
        return f"above {bound['gt']}"
    if "ge" not in bound:
        return ""
    return f"{bound['ge']} to {bound['le']}" if "le" in bound else f"{bound['ge']} or more"


def _kind(annotation: Any) -> str:
    if annotation in _KINDS:
        return _KINDS[annotation]
    origin, inside = get_origin(annotation), [kind for kind in get_args(annotation) if kind not in (NoneType, ...)]
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in inside)
    if origin in (Union, UnionType):
        return _kind(inside[0])
    if origin in (tuple, frozenset):
        return "list of texts"
    return "table of secrets" if origin is not None else "folder"


def _as_markdown(section: Section) -> str:
    heading = f"## [{section.name}]" if section.name else "## Above all tables"
    rows = [
        f"| `{setting.name.removeprefix(section.name + '.')}` | {setting.default} | {setting.values} | {setting.about} "
        f"| `{variable_of(setting.name.split('.'))}` |"
        for setting in section.settings
    ]
    table = ["| name | default | value | what | variable |", "|---|---|---|---|---|", *rows]
    return "\n".join([heading, "", *([section.about, ""] if section.about else []), *table, ""])
