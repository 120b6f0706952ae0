from __future__ import annotations

import time
from math import log1p

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tailored.memory.lexical import K1, B, LexicalIndex, stems

TEXTS = ["the cat sat", "a cat and a dog", "dogs bark at cats", "nothing here"]


def index(texts: list[str]) -> LexicalIndex:
    made = LexicalIndex()
    for row, text in enumerate(texts):
        made.add(row, text)
    return made


def bm25(made: LexicalIndex, text: str, n_rows: int) -> list[float]:
    return [float(score) for score in made.match(dict.fromkeys(stems(text), 1.0), n_rows).bm25]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Running, runs!", ["run", "run"]),
        ("What is the MAKEFILE?", ["makefil"]),
        ("version 2.1", ["version", "2", "1"]),
        ("Größe ﬁne", ["grösse", "fine"]),
        ("東京タワー", ["東京", "京タ", "タワ", "ワー"]),
        ("snake_case", ["snake", "case"]),
        ("", []),
    ],
)
def test_stems(text: str, terms: list[str]) -> None:
    assert stems(text) == terms


def test_bm25_is_the_formula() -> None:
    made = index(TEXTS)

    score = bm25(made, "dog", 4)[1]

    lengths = [len(stems(text)) for text in TEXTS]
    norm = K1 * (1 - B + B * lengths[1] / (sum(lengths) / 4))
    assert score == pytest.approx(log1p((4 - 2 + 0.5) / (2 + 0.5)) * (K1 + 1) / (1 + norm), rel=1e-5)


def test_rows_without_a_term_score_zero() -> None:
    assert bm25(index(TEXTS), "cat", 4)[3] == 0


def test_a_removed_text_is_not_found() -> None:
    made = index(TEXTS)

    made.remove(1)

    assert bm25(made, "dog", 4)[1] == 0


def test_adding_to_a_row_replaces_its_text() -> None:
    made = index(TEXTS)

    made.add(0, "a horse")

    assert made.terms(0) == {"hors"}


def test_what_is_written_between_two_searches_counts_in_the_second() -> None:
    made = index(TEXTS)
    bm25(made, "dog", 4)

    made.add(3, "a long text of many other words")

    assert bm25(made, "dog", 4) == bm25(index([*TEXTS[:3], "a long text of many other words"]), "dog", 4)


def test_a_row_beyond_the_first_allocation_is_found() -> None:
    made = LexicalIndex()

    made.add(5000, "zebra")

    assert np.flatnonzero(made.match({"zebra": 1.0}, 5001).bm25).tolist() == [5000]


@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["", *TEXTS, "cat cat cat", "zebra dog"])), max_size=25))
def test_any_history_ends_like_a_fresh_index(changes: list[tuple[int, str]]) -> None:
    changed = LexicalIndex()
    final: dict[int, str] = {}
    for row, text in changes:
        if text:
            changed.add(row, text)
            final[row] = text
        else:
            changed.remove(row)
            final.pop(row, None)
    fresh = LexicalIndex()
    for row, text in final.items():
        fresh.add(row, text)

    asked = dict.fromkeys(["cat", "dog", "zebra"], 1.0)

    assert np.allclose(changed.match(asked, 6).bm25, fresh.match(asked, 6).bm25)
    assert np.allclose(changed.match(asked, 6).coverage, fresh.match(asked, 6).coverage)


def test_coverage_of_all_the_words_is_one() -> None:
    match = index(TEXTS).match({"cat": 1.0, "dog": 1.0}, 4)

    assert match.coverage[1] == pytest.approx(1)


def test_words_that_nobody_said_lower_coverage() -> None:
    made = index(TEXTS)

    assert made.match({"cat": 1.0, "caroline": 1.0}, 4).coverage[0] < 0.5


def test_a_query_without_terms_matches_nothing() -> None:
    assert not index(TEXTS).match({}, 4).bm25.any()


def test_an_empty_index_matches_nothing() -> None:
    assert not LexicalIndex().match({"cat": 1.0}, 3).bm25.any()


def test_a_query_is_fast_at_a_thousand_texts() -> None:
    rng = np.random.default_rng(0)
    made = index([" ".join(f"w{word}" for word in rng.zipf(1.3, 20) % 3000) for _ in range(1000)])
    asked = dict.fromkeys([f"w{word}" for word in (1, 2, 5, 30, 200, 2000)], 1.0)
    taken = []
    for _ in range(50):
        start = time.perf_counter()
        made.match(asked, 1000)
        taken.append(time.perf_counter() - start)

    assert sorted(taken)[25] < 0.001
