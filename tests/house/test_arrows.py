"""What may import what (the layout's arrows), read from the source of every module."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAY_IMPORT = {
    "memory": set[str](),
    "prompts": set[str](),
    "tools": {"memory", "prompts"},
    "agent": {"memory", "prompts", "tools"},
    "serve": {"agent", "memory", "prompts", "tools", "evals"},
    "evals": {"agent", "memory", "prompts", "tools", "serve"},
}
MODULES = [path for package in MAY_IMPORT for path in sorted((ROOT / package).rglob("*.py"))]
LINES_AT_MOST = 400


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """(line, dotted name inside the project) of every import of ours, wherever it stands in the file."""
    folder = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = folder[: len(folder) - node.level + 1]
            module = tuple((node.module or "").split(".")) if node.module else ()
            for alias in node.names:
                yield node.lineno, ".".join((*base, *module, alias.name))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "tailored":
            yield node.lineno, f"absolute:{node.module}"
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] == "tailored":
                    yield node.lineno, f"absolute:{alias.name}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_follow_the_arrows(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    allowed = MAY_IMPORT[package] | {package}

    wrong = [f"line {line}: {name}" for line, name in imported(path) if name.split(".")[0] not in allowed]

    assert not wrong


def test_the_check_sees_a_wrong_arrow(tmp_path: Path) -> None:
    lines = {name for _, name in imported(ROOT / "agent" / "shelf.py")}

    assert "tools.Catalog" in lines
    assert "memory.Memory" in lines


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_one_idea(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES_AT_MOST


def test_main_is_short() -> None:
    assert len((ROOT / "main.py").read_text(encoding="utf-8").splitlines()) < 60
