from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tailored.agent.learning.diff import Span, diff

TEXTS = st.text(alphabet="ab .\n'é🎉", max_size=30)


@given(TEXTS, TEXTS)
def test_the_spans_hold_both_texts_whole(draft: str, edited: str) -> None:
    spans = diff(draft, edited)

    assert "".join(span.draft for span in spans) == draft
    assert "".join(span.edited for span in spans) == edited


@given(TEXTS, TEXTS)
def test_only_equal_spans_are_called_equal(draft: str, edited: str) -> None:
    assert all((span.operation == "equal") == (span.draft == span.edited) for span in diff(draft, edited))


def test_changed_words_side_by_side_are_one_change() -> None:
    changed = [span for span in diff("a very late start", "a rather early start") if span.operation != "equal"]

    assert changed == [Span(operation="replace", draft="very late", edited="rather early")]


def test_an_added_line_is_an_insertion() -> None:
    assert diff("one", "one\ntwo")[-1] == Span(operation="insert", draft="", edited="\ntwo")
