from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from tailored.memory.embedders.base import Vectors
from tailored.memory.errors import EmbeddingFailed
from tailored.tools import Catalog, CatalogIndex, import_catalog
from tailored.tools.errors import CatalogUnavailable, SearchFailed, UnknownFacet
from tailored.tools.filters import Equals, parse_filters
from tailored.tools.lexicon import Lexicon

from .parts import WordEmbedder, movie_catalog, write_jsonl


class BrokenEmbedder(WordEmbedder):
    def embed(self, texts: Sequence[str]) -> Vectors:
        raise EmbeddingFailed("broken on purpose")


class CountingEmbedder(WordEmbedder):
    def __init__(self) -> None:
        self.n_texts = 0

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.n_texts += len(texts)
        return super().embed(texts)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> CatalogIndex:
    return CatalogIndex.open(movie_catalog(tmp_path_factory.mktemp("catalog")), WordEmbedder())


def found(index: CatalogIndex, query: str, **filters: str) -> list[str]:
    return [hit.item.id for hit in index.search(query, parse_filters(filters, {}), count=3)]


def test_a_title_is_found_first(index: CatalogIndex) -> None:
    assert found(index, "annie hall")[0] == "4"


def test_words_are_stemmed(index: CatalogIndex) -> None:
    assert found(index, "manhattans")[0] == "5"


def test_filters_hold(index: CatalogIndex) -> None:
    assert found(index, "comedy", genres="action") == ["2", "6"] or found(index, "comedy", genres="action") == [
        "6",
        "2",
    ]


@pytest.mark.parametrize("query", ["", "  \n "])
def test_an_empty_query_finds_nothing(index: CatalogIndex, query: str) -> None:
    assert found(index, query) == []


def test_an_unknown_facet_is_an_error(index: CatalogIndex) -> None:
    with pytest.raises(UnknownFacet):
        index.search("comedy", Equals(facet="mood", value="dark"))


def test_hits_come_best_first_and_no_more_than_asked(index: CatalogIndex) -> None:
    scores = [hit.score for hit in index.search("horror", count=4)]

    assert len(scores) == 4
    assert scores == sorted(scores, reverse=True)


def test_items_are_embedded_once(tmp_path: Path) -> None:
    catalog, embedder = movie_catalog(tmp_path), CountingEmbedder()
    first = CatalogIndex.open(catalog, embedder)
    again = CatalogIndex.open(catalog, embedder)

    assert embedder.n_texts == len(catalog)
    assert np.array_equal(first.vectors, again.vectors)


def test_another_space_gets_its_own_vectors(tmp_path: Path) -> None:
    catalog = movie_catalog(tmp_path)
    CatalogIndex.open(catalog, WordEmbedder())
    other = CountingEmbedder()
    other.space = "another"
    CatalogIndex.open(catalog, other)

    assert other.n_texts == len(catalog)


class TiringEmbedder(CountingEmbedder):
    """Gives up after some batches."""

    def __init__(self, batches: int) -> None:
        super().__init__()
        self.batches = batches

    def embed(self, texts: Sequence[str]) -> Vectors:
        if self.batches == 0:
            raise EmbeddingFailed("tired")
        self.batches -= 1
        return super().embed(texts)


def test_an_embedder_that_fails_is_named(tmp_path: Path) -> None:
    with pytest.raises(SearchFailed, match="embedding model"):
        CatalogIndex.open(movie_catalog(tmp_path), BrokenEmbedder())


def test_embedding_goes_on_where_it_was_cut_short(tmp_path: Path) -> None:
    rows = [{"id": str(n), "title": f"Item {n}"} for n in range(200)]
    import_catalog(write_jsonl(tmp_path / "items.jsonl", rows), tmp_path / "c")
    catalog = Catalog.open(tmp_path / "c")
    with pytest.raises(SearchFailed):
        CatalogIndex.open(catalog, TiringEmbedder(batches=2))
    second = CountingEmbedder()

    index = CatalogIndex.open(catalog, second)

    assert second.n_texts == 200 - 2 * 64
    assert np.array_equal(index.vectors, WordEmbedder().embed([item.document for item in catalog]))


def test_a_failing_embedder_makes_the_query_fail_with_a_message(tmp_path: Path) -> None:
    catalog = movie_catalog(tmp_path)
    CatalogIndex.open(catalog, WordEmbedder())
    index = CatalogIndex.open(catalog, BrokenEmbedder())

    with pytest.raises(SearchFailed, match="could not be embedded"):
        index.search("comedy")


def test_damaged_vectors_are_named(tmp_path: Path) -> None:
    catalog = movie_catalog(tmp_path)
    CatalogIndex.open(catalog, WordEmbedder())
    [path] = catalog.folder.glob("vectors-*.npy")
    path.write_bytes(b"not vectors")

    with pytest.raises(CatalogUnavailable, match="vectors"):
        CatalogIndex.open(catalog, WordEmbedder())


class TestLexicon:
    def test_no_shared_word_scores_zero(self) -> None:
        assert Lexicon.of(["red pen", "blue ink"]).scores("green").tolist() == [0, 0]

    def test_only_stop_words(self) -> None:
        assert Lexicon.of(["the", "and"]).scores("the pen").tolist() == [0, 0]

    def test_rare_words_count_more(self) -> None:
        scores = Lexicon.of(["red pen", "red ink", "red paper"]).scores("red ink")

        assert scores.argmax() == 1
