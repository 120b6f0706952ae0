"""The wheel holds every module and nothing else."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("agent", "evals", "memory", "prompts", "serve", "tools")
DATA = {
    f"tailored/{path.relative_to(ROOT)}"
    for path in (
        ROOT / "py.typed",
        ROOT / "serve" / "demo" / "films.jsonl",
        *(ROOT / "evals").glob("*.jsonl"),
        *(ROOT / "serve" / "web" / "page").iterdir(),
    )
}


def modules() -> set[str]:
    found = {path for package in PACKAGES for path in (ROOT / package).rglob("*.py")}
    return {f"tailored/{path.relative_to(ROOT)}" for path in found | {ROOT / "__init__.py", ROOT / "main.py"}}


def test_the_wheel_holds_every_module_and_nothing_else(tmp_path: Path) -> None:
    source = tmp_path / "source"
    ignored = shutil.ignore_patterns(
        ".*", "build", "dist", "*.egg-info", "__pycache__", "tests", "data", "tailored-data"
    )
    shutil.copytree(ROOT, source, ignore=ignored)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(source)]
    subprocess.run(command, check=True, capture_output=True)

    [wheel] = tmp_path.glob("*.whl")
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}

    assert names == modules() | DATA
