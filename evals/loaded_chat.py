"""A long chat in a working set with its questions, and the ways in which its turns can be ranked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..agent.learning.statements import statements
from ..memory.chroma_client import EmbeddedClient
from ..memory.embedders.base import Embedder
from ..memory.fusion import rank
from ..memory.lexical import LexicalIndex, Scores
from ..memory.query import Query, ask
from ..memory.store import Entry
from ..memory.working_set import Mask, WorkingSet
from .data_dialogue import Dialogue

if TYPE_CHECKING:
    from chromadb import Collection

__all__ = ["OURS", "LoadedChat", "load", "vector_database"]

OURS = "tailored"
CHROMA_HITS = 100
"""Turns that Chroma is asked for: enough for the first ten sessions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedChat:
    """A dialogue loaded into a working set. Row i is episode i."""

    dialogue: Dialogue
    embedder: Embedder
    memories: WorkingSet
    plain: LexicalIndex
    """BM25 as it is usually set (k1 1.2, b 0.75), which does better alone on long messages than our setting does."""
    session_names: list[str]
    sessions: NDArray[np.int64]
    """For each row the place of its session in `session_names`."""
    queries: list[Query]
    questions: NDArray[np.float32]
    """Vectors of the questions as they are, shape (number of questions, dimension)."""
    evidence: list[NDArray[np.int64]]
    always_in_prompt: NDArray[np.int64]
    """Rows of the turns in which the user states a standing preference or instruction outright."""

    @property
    def everything(self) -> Mask:
        return np.ones(self.memories.n_rows, np.bool_)

    def query(self, text: str) -> Query:
        """A question as it is when this memory is asked, after the last of its turns."""
        now = self.dialogue.episodes[-1].created
        return ask(text, self.embedder.embed, now=now, speakers=self.memories.speakers)

    def rankings(self, at: int, collection: Collection) -> Mapping[str, Scores]:
        """Scores of all turns for one question, by each way of ranking."""
        query, vector = self.queries[at], self.questions[at]
        return {
            OURS: rank(self.memories, query, self.everything).scores,
            "BM25": self.plain.match(query.weights, self.memories.n_rows).bm25,
            "dense": self.memories.vectors @ vector,
            "Chroma": self._by_chroma(vector, collection),
        }

    def _by_chroma(self, vector: NDArray[np.float32], collection: Collection) -> Scores:
        found = collection.query(
            query_embeddings=[vector.tolist()], n_results=CHROMA_HITS, where={"user": self.dialogue.name}, include=[]
        )
        rows = [int(name.rsplit(" ", 1)[1]) for name in found["ids"][0]]
        scores = np.full(self.memories.n_rows, -np.inf, np.float32)
        scores[rows] = -np.arange(len(rows))
        return scores


def load(dialogue: Dialogue, embedder: Embedder) -> LoadedChat:
    vectors = embedder.embed([episode.text for episode in dialogue.episodes])
    entries = [Entry(record=episode, vector=vector) for episode, vector in zip(dialogue.episodes, vectors, strict=True)]
    threads = list(dict.fromkeys(episode.thread for episode in dialogue.episodes))
    rows = {episode.id: row for row, episode in enumerate(dialogue.episodes)}
    plain = LexicalIndex(k1=1.2, b=0.75)
    for row, episode in enumerate(dialogue.episodes):
        plain.add(row, episode.text)
    chat = LoadedChat(
        dialogue=dialogue,
        embedder=embedder,
        plain=plain,
        memories=WorkingSet(entries),
        session_names=threads,
        sessions=np.array([threads.index(episode.thread) for episode in dialogue.episodes]),
        queries=[],
        questions=embedder.embed([question.text for question in dialogue.questions]),
        always_in_prompt=np.array(_standing(dialogue), np.int64),
        evidence=[np.array(sorted(rows[turn] for turn in question.evidence)) for question in dialogue.questions],
    )
    chat.queries.extend(chat.query(question.text) for question in dialogue.questions)
    return chat


@contextmanager
def vector_database(chats: Sequence[LoadedChat]) -> Iterator[Collection]:
    """All turns of some chats in one collection of Chroma, as it is out of the box but with our vectors."""
    with TemporaryDirectory() as folder:
        embedded = EmbeddedClient.open(Path(folder))
        client = embedded.client
        try:
            collection = client.create_collection("turns", embedding_function=None, metadata={"hnsw:space": "cosine"})
            for chat in chats:
                name = chat.dialogue.name
                for start in range(0, chat.memories.n_rows, client.get_max_batch_size()):
                    vectors = chat.memories.vectors[start : start + client.get_max_batch_size()]
                    ids = [f"{name} {start + at}" for at in range(len(vectors))]
                    collection.add(ids=ids, embeddings=vectors, metadatas=[{"user": name}] * len(ids))
            yield collection
        finally:
            embedded.close()


def _standing(dialogue: Dialogue) -> list[int]:
    return [
        row
        for row, episode in enumerate(dialogue.episodes)
        if episode.source == "user"
        and any(said.kind == "standing" for said in statements(episode.content, now=episode.created))
    ]
