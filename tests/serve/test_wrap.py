from __future__ import annotations

from itertools import pairwise

import hypothesis.strategies as st
from hypothesis import given, settings

from tailored.serve.terminal.wrap import WordWrap

TEXT = "The quick brown fox jumps over the lazy dog.\n\n- one\n- two"


@given(st.lists(st.integers(1, len(TEXT)), max_size=8))
@settings(max_examples=40, deadline=None)
def test_lines_are_broken_between_words_however_the_text_is_cut(cuts: list[int]) -> None:
    wrap = WordWrap(16)
    edges = [0, *sorted(set(cuts)), len(TEXT)]

    shown = "".join(wrap.feed(TEXT[a:b]) for a, b in pairwise(edges)) + wrap.finish()

    assert shown.split() == TEXT.split()
    assert max(map(len, shown.splitlines())) <= 16, "spaces count: a terminal puts one too many on a line of its own"


def test_without_a_width_nothing_changes() -> None:
    wrap = WordWrap(None)

    assert wrap.feed(TEXT) + wrap.finish() == TEXT
