"""Importing and asking for help must be quick: what is slow is loaded when it is used."""

from __future__ import annotations

import resource
import subprocess
import sys

import pytest

HEAVY = ("chromadb", "langchain", "langchain_core", "langgraph", "numpy", "onnxruntime", "openai", "tiktoken", "torch")
TRIES = 5


def best_of(tries: int, command: list[str]) -> float:
    """Processor seconds of the fastest run: whoever else uses the machine does not count."""
    times = []
    for _ in range(tries):
        before = _used()
        subprocess.run(command, check=True, capture_output=True)
        times.append(_used() - before)
    return min(times)


def _used() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime


def test_import_takes_less_than_300_ms() -> None:
    bare = best_of(TRIES, [sys.executable, "-c", "pass"])

    assert best_of(TRIES, [sys.executable, "-c", "import tailored"]) - bare < 0.3


def test_help_takes_less_than_500_ms() -> None:
    assert best_of(TRIES, [sys.executable, "-m", "tailored.main", "--help"]) < 0.5


@pytest.mark.parametrize("statement", ["import tailored", "import tailored.serve.cli"])
def test_nothing_heavy_is_imported(statement: str) -> None:
    code = f"{statement}; import sys; print([name for name in {HEAVY!r} if name in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert done.stdout.strip() == "[]"
