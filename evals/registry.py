"""The few fitting tools out of 200: twenty families of ten that are easily confused, written for this benchmark.

Each tool has a plain request ("Move my dentist appointment to Friday") and an oblique one that avoids its words ("Push my
dentist visit to Friday instead"). Weights were chosen on the plain requests of every other family. With `--data` (a
folder with BFCL's simple Python questions) their functions, some 370, are one more registry: real ones.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..agent.build import open_embedder
from ..agent.settings import Settings
from ..memory import Embedder
from ..prompts import TiktokenCounter
from ..tools.registry import OFFERED, ToolCard, ToolRegistry
from .errors import DataMissing
from .report import Bar, Report

__all__ = ["measure"]

TOOLS = Path(__file__).with_name("tools.jsonl")
BFCL = "BFCL_v4_simple_python.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tool:
    family: str
    name: str
    description: str
    arguments: list[str]
    plain: str
    oblique: str

    def card(self, *examples: str) -> ToolCard:
        return ToolCard(
            name=self.name, description=self.description, arguments=dict.fromkeys(self.arguments, ""), examples=examples
        )


def measure(settings: Settings, data: Path | None) -> Report:
    """Recall@5: the share of requests whose tool is among the five that are shown."""
    embedder = open_embedder(settings)
    tools = [_Tool(**json.loads(line)) for line in TOOLS.read_text(encoding="utf-8").splitlines()]
    families = sorted({tool.family for tool in tools})
    unseen = [tool for tool in tools if tool.family not in families[::2]]
    bare = ToolRegistry([tool.card() for tool in tools], embedder)
    shown = ToolRegistry([tool.card(tool.plain) for tool in tools], embedder)
    plain = _recall(bare, ((tool.plain, tool.name) for tool in unseen))
    share = _token_share(tools, bare)
    figures: dict[str, Any] = {
        "plain requests, all families": _recall(bare, ((tool.plain, tool.name) for tool in tools)),
        "oblique requests": _recall(bare, ((tool.oblique, tool.name) for tool in tools)),
        "oblique requests, each tool with one example": _recall(shown, ((tool.oblique, tool.name) for tool in tools)),
        "right tool first, plain requests": _recall(bare, ((tool.plain, tool.name) for tool in tools), 1),
    }
    if data is not None:
        figures["BFCL's functions, all in one registry"] = _bfcl(data, embedder)
    return Report(
        title=f"finding the right one of {len(tools)} tools",
        figures=figures,
        bars=(
            Bar(name=f"recall@{OFFERED}, families not chosen on", value=plain, least=0.95),
            Bar(name="tokens of what is shown, of listing all", value=100 * share, most=15, unit="%"),
        ),
    )


def _recall(registry: ToolRegistry, asked: Iterable[tuple[str, str]], limit: int = OFFERED) -> float:
    found = [name in registry.fitting(request, limit=limit) for request, name in asked]
    return sum(found) / len(found)


def _token_share(tools: Sequence[_Tool], registry: ToolRegistry) -> float:
    count: Callable[[str], int] = TiktokenCounter().count
    sizes = {tool.name: count(json.dumps(_schema(tool))) for tool in tools}
    shown = [sum(sizes[name] for name in registry.fitting(tool.plain)) for tool in tools]
    return sum(shown) / len(shown) / sum(sizes.values())


def _schema(tool: _Tool) -> dict[str, Any]:
    properties = {name: {"type": "string"} for name in tool.arguments}
    parameters = {"type": "object", "properties": properties}
    return {
        "type": "function",
        "function": {"name": tool.name, "description": tool.description, "parameters": parameters},
    }


def _bfcl(data: Path, embedder: Embedder) -> float:
    file = data if data.is_file() else next(iter(data.rglob(BFCL)), None)
    if file is None:
        raise DataMissing(f"there is no {BFCL} in {data}")
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    functions = {row["function"][0]["name"]: row["function"][0] for row in rows}
    cards = [ToolCard.of(name, each["description"], each["parameters"]) for name, each in functions.items()]
    asked = ((row["question"][0][0]["content"], row["function"][0]["name"]) for row in rows)
    return _recall(ToolRegistry(cards, embedder), asked)
