"""Tokens are counted with no network, and only with the published ranks."""

from __future__ import annotations

import hypothesis.strategies as st
from hypothesis import given, settings

from tailored.prompts import TiktokenCounter

counter = TiktokenCounter()


def test_counts_as_cl100k_base_does() -> None:
    assert counter.count("") == 0
    assert counter.count("hello world") == 2
    assert counter.count("<|endoftext|>") > 1, "special tokens in a user's text are plain text"


@given(st.text(max_size=300), st.integers(min_value=1, max_value=40))
@settings(max_examples=60, deadline=None)
def test_a_truncated_text_fits(text: str, budget: int) -> None:
    short = counter.truncate(text, budget)

    # The ellipsis may merge with what stands before it into up to two tokens more.
    assert short == text or counter.count(short) <= budget + 2


def test_a_text_that_fits_is_left_alone() -> None:
    assert counter.truncate("hello world", 2) == "hello world"
