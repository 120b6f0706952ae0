from __future__ import annotations

import re

import pytest

from tailored.agent.models.errors import UnknownModel
from tailored.agent.models.manifest import DEFAULT_CHAT, DEFAULT_EMBEDDER, MANIFEST, Weights, find_weights


@pytest.mark.parametrize("weights", MANIFEST.values(), ids=lambda weights: weights.name)
def test_every_file_and_wheel_is_pinned(weights: Weights) -> None:
    hashes = [file.sha256 for file in weights.files]
    hashes += [part.wheel_sha256 for file in weights.files for part in file.parts]

    assert all(re.fullmatch("[0-9a-f]{64}", sha256) for sha256 in hashes)


@pytest.mark.parametrize("weights", MANIFEST.values(), ids=lambda weights: weights.name)
def test_every_file_can_be_had_without_the_hub(weights: Weights) -> None:
    assert all(file.parts for file in weights.files)


def test_the_defaults_are_in_the_manifest() -> None:
    assert MANIFEST[DEFAULT_CHAT].kind == "chat"
    assert MANIFEST[DEFAULT_EMBEDDER].kind == "embedder"


def test_an_embedder_is_no_chat_model() -> None:
    with pytest.raises(UnknownModel, match="no local chat model"):
        find_weights(DEFAULT_EMBEDDER, kind="chat")
