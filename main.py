"""The command: `python main.py …` from a checkout, installed as `tailored`."""

from __future__ import annotations

import importlib
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path


def main() -> None:
    _make_importable()
    failures = importlib.import_module("tailored.serve.failures")
    with failures.reporting():
        importlib.import_module("tailored.serve.cli").app()


def _make_importable() -> None:
    """From a checkout that is not installed, its folder is the package: load it under the name `tailored`."""
    if importlib.util.find_spec("tailored") is not None:
        return
    root = Path(__file__).resolve().parent
    spec = spec_from_file_location("tailored", root / "__init__.py", submodule_search_locations=[str(root)])
    if spec is None or spec.loader is None:
        raise SystemExit(f"tailored: {root} is no checkout of tailored")
    package = module_from_spec(spec)
    sys.modules["tailored"] = package
    spec.loader.exec_module(package)


if __name__ == "__main__":
    main()
