"""A server whose disk is really full, and then is not; a program of its own, because it fills a whole disk.

`python -m tests.serve.api.full_disk FOLDER` prints what was answered. FOLDER is a small file system of its own.
"""

from __future__ import annotations

import json
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from tailored.agent.settings import Settings
from tailored.agent.stores import open_store
from tailored.memory.embedders.hashing import HashingEmbedder
from tests.serve.api.running import Running, running
from tests.serve.openai_server import serving
from tests.serve.test_cli import answer, tailored

MOST = 400
"""Statements, which need more room than there is."""


def fill(ballast: Path, *, leaving: int) -> None:
    """Write until there is no room at all, and then leave so many bytes."""
    with open(ballast, "wb", buffering=0) as file:
        for size in (2**20, 2**10, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue
        file.truncate(file.tell() - leaving)


def told(folder: Path) -> dict[str, Any]:
    """What is answered before, while and after the disk is full."""
    ballast = folder / "ballast"
    kept = ["The user lives in Porto."]
    with running(folder / "data", on_disk=True) as api:
        api.say("ada", "I live in Porto.")
        fill(ballast, leaving=2**20)
        while asked(api, "memories", statement=f"I like tea {len(kept)}")[0] == 201 and len(kept) < MOST:
            kept.append(f"The user likes tea {len(kept)}.")
        fill(folder / "rest", leaving=0)
        full = {
            "memory": asked(api, "memories", statement="I like milk"),
            "turn": asked(api, "turns", text="Hello", stream=False),
            "readyz": api.http.get("/readyz").status_code,
            "healthz": api.http.get("/healthz").status_code,
        }
        ballast.unlink()
        again = [asked(api, "memories", statement="I like juice")[0], asked(api, "turns", text="Hi", stream=False)[0]]
    with closing(open_store(Settings(data_dir=folder / "data"), HashingEmbedder())) as store:
        texts = {entry.record.text for entry in store.load("ada")}
    fill(ballast, leaving=0)
    return {"full": full, "again": again, "kept": len(kept), "lost": sorted({*kept} - texts), "chat": chat(folder)}


def asked(api: Running, route: str, **body: Any) -> list[Any]:
    answered = api.http.post(f"/v1/users/ada/{route}", json=body)
    return [answered.status_code, answered.json()]


def chat(folder: Path) -> list[Any]:
    """How the terminal tells of it."""
    with serving(answer) as backend:
        done = tailored(folder, backend, "ask", "--user", "ada", "Hello")
    return [done.returncode, done.stderr]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(told(Path(sys.argv[1]))))
