from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from tailored.agent.errors import ConfigError
from tailored.agent.reranking import open_reranker
from tailored.agent.settings import RecallSettings
from tests.agent.makers import assistant, scripted


def test_there_is_no_reranker_unless_it_is_named() -> None:
    assert open_reranker(RecallSettings(), scripted) is None


def test_the_chat_model_is_asked_of_each_memory() -> None:
    model = scripted("No", "Yes")
    reranker = open_reranker(RecallSettings(reranker="model"), lambda: model)

    assert reranker is not None
    wrong, right = reranker.scores("Where do I live?", ["I like jam.", "I live in Porto."])

    assert right > wrong


@pytest.mark.parametrize("name", ["cohere", "cross-encoder:/no/such/folder"])
def test_a_reranker_that_cannot_be_opened_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match=r"recall\.reranker"):
        open_reranker(RecallSettings(reranker=name), scripted)


def test_a_cross_encoder_needs_its_library(tmp_path: Path) -> None:
    if find_spec("sentence_transformers") is not None:
        pytest.skip("sentence-transformers is installed here")
    with pytest.raises(ConfigError, match="pip install sentence-transformers"):
        open_reranker(RecallSettings(reranker=f"cross-encoder:{tmp_path}"), scripted)


def test_the_settings_put_it_into_the_turn(tmp_path: Path) -> None:
    with assistant(tmp_path, ["Yes"] * 9, recall={"reranker": "model"}) as tailored:
        tailored.chat("ada", "My piano lesson with Mr Okafor is on Thursdays at six.", thread="one")
        reply = tailored.chat("ada", "When is my piano lesson with Mr Okafor?", thread="two")

    assert "reranker" in reply.why
