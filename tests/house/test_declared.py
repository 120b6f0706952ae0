"""Every module that we import is declared: a dependency of a dependency may leave at any release."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
OURS = {"agent", "evals", "memory", "prompts", "serve", "tools", "tests", "tailored"}
SOURCES = [*ROOT.glob("*.py"), *(path for name in OURS - {"tailored"} for path in (ROOT / name).rglob("*.py"))]


def declared() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    requirements = [*project["dependencies"], *(entry for extra in extras for entry in extra)]
    return {normal(re.split(r"[<>=!~\[; ]", entry)[0]) for entry in requirements}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imported() -> set[str]:
    found = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                found.add(node.module.split(".")[0])
    return found - set(sys.stdlib_module_names) - OURS


def test_every_import_is_declared() -> None:
    distributions = packages_distributions()
    names = {module: {normal(name) for name in distributions.get(module, [module])} for module in imported()}

    undeclared = {module: sorted(candidates) for module, candidates in names.items() if not candidates & declared()}

    assert not undeclared
