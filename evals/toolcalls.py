"""Which tool a turn uses: recommend, search, recall or none, with the whole loop and the local model.

Messages in four kinds, with things the user said before. "Early" ones are those with which the plan was mended, and
`need_training` fits on them; "late" ones were written after the rules had been settled, "late2" and "late3" ones each
after all that: they are reported apart, and the newest tell what to expect of new messages. "Recall" counts as done
when what the user said stands in the prompt, by the recall before the turn or by the tool. What the plan decides
without the model: benchmark `need`.
With `--data` (a folder with BFCL's files) single functions are called, or not called where none fits.
"""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..agent import Assistant
from ..agent.models.constrained import ConstrainedToolModel
from ..agent.models.errors import ModelMisbehaved
from ..agent.settings import Settings
from ..tools import import_catalog
from .errors import DataMissing
from .remembered import remembered
from .report import Bar, Report

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

__all__ = ["CASES", "FILMS", "HALVES", "KINDS", "USER", "Asked", "halves_of", "measure", "read_asked", "read_told"]

CASES = Path(__file__).with_name("toolcalls.jsonl")
FILMS = Path(__file__).parents[1] / "serve" / "demo" / "films.jsonl"
USER = "ada"
KINDS = ("recommend", "search", "recall", "answer")
HALVES = ("early", "late", "late2", "late3")
"""In the order in which they were written; but for the early ones a message is marked with its half's name."""
LEAST = 92
"""Share of the messages written last that have to be right, in per cent."""
SAMPLE = 60
"""Questions of each of BFCL's two kinds, drawn with a fixed seed."""
ANSWER_TOKENS = 8
"""What is said after the choice does not matter here."""


def measure(settings: Settings, data: Path | None, *, size: int | None = None, cache: Path | None = None) -> Report:
    """Shares of messages for which the right tool, and no other, was used; `size` is BFCL's sample."""
    asked, told = read_asked(), read_told()
    with tempfile.TemporaryDirectory() as folder, _open(settings, Path(folder), cache) as assistant:
        for statement in told:
            assistant.record_turn(USER, statement, "Noted.")
        right = [one.tool in _used(assistant, one.message) for one in asked]
    bfcl = _bfcl(settings, data, size or SAMPLE, cache) if data else {}
    halves = {
        half: [(one, ok) for one, ok in zip(asked, right, strict=True) if one.half == half] for half in halves_of(asked)
    }
    return Report(
        title="which tool a turn uses, local model",
        figures={
            **{
                half: {kind: _share([ok for one, ok in some if one.tool == kind]) for kind in KINDS}
                for half, some in halves.items()
            },
            **bfcl,
            "wrong": {
                half: [f"{one.tool}: {one.message}" for one, ok in some if not ok] for half, some in halves.items()
            },
        },
        bars=tuple(
            Bar(
                name=f"right of {len(some)} {half} messages",
                value=_share([ok for _, ok in some]),
                unit="%",
                least=LEAST if half == list(halves)[-1] else None,
            )
            for half, some in halves.items()
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A message and the tool that it needs."""

    tool: str
    message: str
    half: str


def read_asked() -> list[Asked]:
    """The messages, the early ones first."""
    asked = [
        Asked(tool=row["tool"], message=row["message"], half=_half(row)) for row in _cases() if row["tool"] != "told"
    ]
    return sorted(asked, key=lambda one: HALVES.index(one.half))


def read_told() -> list[str]:
    """What the user said before."""
    return [row["message"] for row in _cases() if row["tool"] == "told"]


def halves_of(asked: Sequence[Asked]) -> list[str]:
    """Those there are, in the order in which they were written."""
    return list(dict.fromkeys(one.half for one in asked))


def _cases() -> list[dict[str, Any]]:
    return [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]


def _half(row: Mapping[str, Any]) -> str:
    return next((half for half in reversed(HALVES) if row.get(half)), "early")


@contextmanager
def _open(settings: Settings, folder: Path, cache: Path | None) -> Iterator[Assistant]:
    import_catalog(FILMS, folder / "catalog")
    model = settings.model.model_copy(update={"max_tokens": ANSWER_TOKENS})
    learning = settings.learning.model_copy(update={"use_model": False})
    settings = settings.model_copy(update={"data_dir": folder, "model": model, "learning": learning})
    with (
        remembered(settings, cache) as answers,
        Assistant.open(settings=settings, model=ConstrainedToolModel(inner=answers)) as assistant,
    ):
        yield assistant


def _used(assistant: Assistant, message: str) -> frozenset[str]:
    """What a turn did: several where the turn both recalled and needed no tool, which serves either kind of message."""
    reply = assistant.chat(USER, message, thread=assistant.new_thread())
    catalog = {tool.name for tool in reply.trace.tools if tool.name in ("recommend", "search")}
    if catalog:
        return frozenset(catalog) if len(catalog) == 1 else frozenset()
    recalled = bool(reply.trace.memories or reply.trace.standing) or any(
        tool.name == "recall" for tool in reply.trace.tools
    )
    return frozenset({"answer", *(["recall"] if recalled else [])})


def _bfcl(settings: Settings, data: Path, size: int, cache: Path | None) -> Mapping[str, float]:
    simple = list(_rows(data, "BFCL_v4_simple_python.json"))
    answers = {row["id"]: row["ground_truth"] for row in _rows(data, "possible_answer/BFCL_v4_simple_python.json")}
    unfit = list(_rows(data, "BFCL_v4_irrelevance.json"))
    draw = random.Random(20261121)
    with remembered(settings, cache) as asked:
        model = ConstrainedToolModel(inner=asked)
        called = [(_call(model, row), answers[row["id"]]) for row in draw.sample(simple, min(size, len(simple)))]
        quiet = [_call(model, row) is None for row in draw.sample(unfit, min(size, len(unfit)))]
    return {
        "BFCL simple, function called": _share([call is not None for call, _ in called]),
        "BFCL simple, function and arguments right": _share([_fits(call, truth) for call, truth in called]),
        "BFCL irrelevance, nothing called": _share(quiet),
        "BFCL questions of each": float(len(called)),
    }


def _rows(data: Path, name: str) -> Iterator[dict[str, Any]]:
    file = data / name
    if not file.is_file():
        raise DataMissing(f"there is no {name} in {data}")
    yield from map(json.loads, file.read_text(encoding="utf-8").splitlines())


def _call(model: BaseChatModel, row: Mapping[str, Any]) -> dict[str, Any] | None:
    function = row["function"][0]
    tool = {
        "type": "function",
        "function": {
            **function,
            "name": function["name"].replace(".", "_"),
            "parameters": _json_schema(function["parameters"]),
        },
    }
    try:
        message = model.bind_tools([tool]).invoke(row["question"][0][0]["content"])
    except ModelMisbehaved:
        return None
    return dict(message.tool_calls[0]["args"]) if message.tool_calls else None


def _json_schema(schema: Any) -> Any:
    """BFCL writes Python's names of types."""
    names = {"dict": "object", "float": "number", "tuple": "array", "any": "string"}
    if isinstance(schema, Mapping):
        return {
            key: names.get(value, value) if key == "type" and isinstance(value, str) else _json_schema(value)
            for key, value in schema.items()
        }
    return [_json_schema(value) for value in schema] if isinstance(schema, list) else schema


def _fits(call: Mapping[str, Any] | None, truth: Sequence[Mapping[str, Mapping[str, list[Any]]]]) -> bool:
    """Whether every argument is one of those allowed; "" among them says that it may be left out."""
    if call is None:
        return False
    allowed = next(iter(truth[0].values()))
    known = all(name in allowed for name in call)
    return known and all(
        _among(call[name], values) if name in call else "" in values for name, values in allowed.items()
    )


def _among(value: Any, values: Sequence[Any]) -> bool:
    plain = value.strip().casefold() if isinstance(value, str) else value
    return any(plain == (each.strip().casefold() if isinstance(each, str) else each) for each in values)


def _share(right: Sequence[bool]) -> float:
    return 100 * sum(right) / len(right) if right else 0.0
