"""Every example runs as its reader would run it, in a folder of its own and against a real server."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.serve.openai_server import OpenAIServer, Raw, serving
from tests.serve.test_cli import answer, environment

EXAMPLES = Path(__file__).parents[2] / "examples"
SAID = {
    "edit_and_learn": "- Office closes Friday, noon",
    "langgraph_store": "{'note': 3}",
    "memory_tools": "Porto",
    "own_embedder": "I parked the car on level three",
    "own_model": "vegan",
    "own_store": "Carla plays the cello",
    "personal_agent": "2 messages remembered",
}
"""What each example prints, among other things."""


def reply(body: dict[str, Any]) -> str:
    """What the server says: where it is offered `remember` it calls it once, as a model would."""
    offered = {tool["function"]["name"] for tool in body.get("tools", ())}
    if "remember" not in offered or body["messages"][-1]["role"] != "user":
        return answer(body)
    function = {"name": "remember", "arguments": json.dumps({"statement": "I live in Porto"})}
    message = {"role": "assistant", "tool_calls": [{"id": "1", "type": "function", "function": function}]}
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls"}
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    head = {"id": "c", "object": "chat.completion", "created": 0, "model": "m"}
    return Raw(json.dumps(head | {"choices": [choice], "usage": usage}))


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with serving(reply) as running:
        yield running


def run(example: Path, tmp_path: Path, server: OpenAIServer) -> subprocess.CompletedProcess[str]:
    keys = {"OPENAI_API_KEY": "none", "OPENAI_BASE_URL": server.url}
    return subprocess.run(
        [sys.executable, str(example)],
        env=environment(tmp_path, server.url) | keys,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize("name", sorted(SAID))
def test_an_example_runs_and_says_what_it_promises(tmp_path: Path, server: OpenAIServer, name: str) -> None:
    done = run(EXAMPLES / f"{name}.py", tmp_path, server)

    assert done.returncode == 0, done.stderr
    assert SAID[name] in done.stdout


def test_every_example_is_run() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.py")} == set(SAID)
