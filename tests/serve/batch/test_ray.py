"""Lines answered by two processes of a local Ray, with memory on a Chroma server."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.memory.server import chroma_server
from tests.serve.batch.makers import chat, edit, rows, write
from tests.serve.openai_server import serving
from tests.serve.test_cli import NOTE, answer, tailored

WITH_RAY = ("--engine", "ray", "--workers", "2")


def contents(path: Path) -> dict[str, Any]:
    bodies = {row["custom_id"]: row["response"]["body"] for row in rows(path)}
    return {name: body.get("choices") or body["wishes"] for name, body in bodies.items()}


@pytest.mark.skipif(find_spec("ray") is None, reason="ray is not installed: pip install 'tailored[ray]'")
def test_two_workers_answer_as_one_process_does(tmp_path: Path) -> None:
    lines = [
        line
        for user in ("ada", "bob", "carla")
        for line in (
            chat(f"{user}-1", NOTE, user=user),
            edit(f"{user}-2", user, f"line:{user}-1", "- Office closes Friday, noon\n- Plan ahead"),
            chat(f"{user}-3", NOTE, user=user),
        )
    ]
    write(tmp_path / "in.jsonl", lines)
    (tmp_path / "chroma").mkdir()

    with serving(answer) as server, chroma_server(tmp_path / "chroma") as port:
        shared = {"TAILORED_STORE__URL": f"http://127.0.0.1:{port}"}
        by_ray = tailored(tmp_path, server, "batch", "in.jsonl", "ray.jsonl", *WITH_RAY, **shared)
        here = tailored(tmp_path, server, "batch", "in.jsonl", "here.jsonl")

    assert by_ray.returncode == 0, by_ray.stderr
    assert here.returncode == 0, here.stderr
    assert contents(tmp_path / "ray.jsonl") == contents(tmp_path / "here.jsonl")
    assert len(rows(tmp_path / "ray.jsonl")) == len(lines)


@pytest.mark.skipif(find_spec("ray") is None, reason="ray is not installed: pip install 'tailored[ray]'")
def test_processes_that_share_no_memory_are_refused(tmp_path: Path) -> None:
    write(tmp_path / "in.jsonl", [chat("1")])

    with serving(answer) as server:
        done = tailored(tmp_path, server, "batch", "in.jsonl", "out.jsonl", *WITH_RAY)

    assert done.returncode == 1
    assert "store.url" in done.stderr
