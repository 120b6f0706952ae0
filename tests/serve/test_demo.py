"""The whole scenario on a real local model: the default one where it is pulled, otherwise the smallest."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tailored.agent.models.manifest import DEFAULT_CHAT
from tailored.agent.models.weights import list_models
from tailored.agent.settings import load_settings

SMALLEST = "smollm2-135m-instruct"


def model() -> str:
    """The model to run on; skips where none is pulled."""
    here = {files.weights.name for files in list_models(load_settings().weights_dir) if files.present}
    for name in (DEFAULT_CHAT, SMALLEST):
        if {name, "all-minilm-l6-v2"} <= here:
            return name
    pytest.skip(f"no weights in {load_settings().weights_dir}: run `tailored models pull {SMALLEST} all-minilm-l6-v2`")


@pytest.mark.model
def test_the_demo_tells_the_whole_story(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tailored.main", "demo", "--keep", str(tmp_path), "--model", f"local:{model()}"]

    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=os.environ | {"COLUMNS": "200"})

    assert done.returncode == 0, done.stderr
    said = done.stdout
    assert "remembered: The user lives in Porto." in said
    assert "edit cost" in said
    assert len(re.findall(r"Ada sends it as it is|Ada's version", said)) == 4
    assert "a new process on the same folder" in said
    assert "What the notes cost Ada" in said


@pytest.mark.model
def test_a_thread_with_a_real_model_is_served_from_its_cache(tmp_path: Path) -> None:
    from tailored import Assistant
    from tailored.agent.settings import Settings

    settings = load_settings(flags={"data_dir": tmp_path, "model": {"name": f"local:{SMALLEST}", "max_tokens": 24}})
    assert isinstance(settings, Settings)
    model()
    with Assistant.open(settings=settings) as tailored:
        replies = [
            tailored.chat("ada", text) for text in ("Tell me about tea.", "And about coffee?", "Which is older?")
        ]

    assert all(reply.text for reply in replies)
    assert all(reply.cost.cached_share > 0.5 for reply in replies[1:])
