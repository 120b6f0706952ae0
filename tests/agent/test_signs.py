"""Signs of satisfaction that only the second stage reads, from the turn to the record."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tailored.agent import Assistant
from tailored.agent.learning.feedback import detect
from tailored.agent.learning.verdict import LABELS, chances, read
from tailored.agent.learning.verdict_weights import SPACE
from tailored.agent.settings import Settings
from tailored.memory.embedders.base import Vectors
from tailored.memory.embedders.hashing import HashingEmbedder
from tailored.memory.ram import InMemoryStore

from .makers import scripted

COMPLAINT = "The rhyme is forced."


def complaining() -> Vectors:
    """A unit vector that the second stage takes for a complaint: the random ones, weighed by how much they are."""
    tried = np.random.default_rng(0).normal(size=(600, 384)).astype(np.float32)
    tried /= np.linalg.norm(tried, axis=1, keepdims=True)
    wanted = LABELS.index("dissatisfied")
    how = np.array([chances(read(COMPLAINT), vector)[wanted] for vector in tried])
    found = (how - how.mean()) @ tried
    return np.asarray(found / np.linalg.norm(found), np.float32)


class Biased:
    """Hashed words in the name of the space that the second stage knows; one turn means a complaint."""

    space = SPACE
    dimension = 384

    def __init__(self) -> None:
        self._hashing = HashingEmbedder()
        self._complaint = complaining()

    def embed(self, texts: Sequence[str]) -> Vectors:
        vectors = self._hashing.embed(texts)
        for row, text in enumerate(texts):
            if text == COMPLAINT:
                vectors[row] = self._complaint
        return vectors


def test_a_complaint_without_a_cue_is_kept(tmp_path: Path) -> None:
    with Assistant.open(
        settings=Settings(data_dir=tmp_path, learning={"use_model": False}),
        model=scripted(*["Roses are red."] * 3),
        embedder=Biased(),
        store=InMemoryStore(),
    ) as assistant:
        for text in ("Write a poem about my garden", COMPLAINT, "What time is it in Lima?"):
            assistant.chat("ada", text, thread="poem")
        assistant.learn_now()

        kept = [record for record in assistant.user("ada").export()["records"] if record["kind"] == "feedback"]

    assert detect(COMPLAINT) is None
    assert [(record["signal"], record["note"]) for record in kept] == [("dissatisfied", "meant")]
