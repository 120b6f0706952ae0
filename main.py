"""The command: `python main.py …` from a checkout, installed as `tailored`."""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> None:
    from tailored.serve.cli import app
    from tailored.serve.failures import reporting

    with reporting():
        app()


if __name__ == "__main__":
    # From a checkout that is not installed, the folder itself is the package: make it importable as `tailored`.
    try:
        import tailored  # noqa: F401
    except ModuleNotFoundError:
        import importlib.util

        root = Path(__file__).resolve().parent
        spec = importlib.util.spec_from_file_location("tailored", root / "__init__.py", submodule_search_locations=[str(root)])
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules["tailored"] = module
        spec.loader.exec_module(module)
    main()
