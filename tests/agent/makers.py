"""Assistants for tests: a scripted model, a deterministic embedder, everything else real."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from langchain_core.messages import AIMessage

from tailored.agent import Assistant
from tailored.agent.models.scripted import ScriptedModel
from tailored.agent.settings import Settings
from tailored.memory.embedders.hashing import HashingEmbedder
from tailored.memory.ram import InMemoryStore
from tailored.tools import import_catalog

FILMS = Path(__file__).parents[2] / "serve" / "demo" / "films.jsonl"


def scripted(*script: Any) -> ScriptedModel:
    return ScriptedModel(script=list(script))


def calling(name: str, **arguments: Any) -> AIMessage:
    """What a model says when it calls a tool."""
    call = {"name": name, "args": arguments, "id": f"call-{name}-{len(arguments)}", "type": "tool_call"}
    return AIMessage(content="", tool_calls=[call])


def assistant(
    folder: Path,
    script: ScriptedModel | Sequence[Any] = (),
    *,
    on_disk: bool = False,
    films: bool = False,
    **settings: Any,
) -> Assistant:
    """An assistant on `folder` whose model plays `script`; background learning goes by rules unless `settings` say."""
    if films:
        import_catalog(FILMS, folder / "catalog")
    return Assistant.open(
        settings=Settings(data_dir=folder, **{"learning": {"use_model": False}, **settings}),
        model=script if isinstance(script, ScriptedModel) else scripted(*script),
        embedder=HashingEmbedder(),
        store=None if on_disk else InMemoryStore(),
    )
