"""The input is checked before anything runs."""

from __future__ import annotations

import tracemalloc
from contextlib import closing
from pathlib import Path

import pytest

from tailored.serve.batch.errors import InputRefused
from tailored.serve.batch.index import Index
from tailored.serve.batch.source import LONGEST_LINE, Source
from tests.serve.batch.makers import chat, write


def check(path: Path, *, strict: bool = False) -> Index:
    index = Index()
    with Source(path, default_user="me") as source:
        source.check(index, strict=strict)
    return index


def test_ids_that_are_used_twice_are_refused_with_their_lines(tmp_path: Path) -> None:
    path = write(tmp_path / "in.jsonl", [chat("a"), chat("b"), "", chat("a"), chat("b")])

    with pytest.raises(InputRefused, match=r"line 4 has the id of line 1; line 5 has the id of line 2$"):
        check(path)


def test_a_malformed_line_may_not_have_the_id_of_another(tmp_path: Path) -> None:
    path = write(tmp_path / "in.jsonl", [chat("a", tools=[]), chat("a")])

    with pytest.raises(InputRefused, match="line 2 has the id of line 1"):
        check(path)


def test_malformed_lines_are_kept_with_their_number(tmp_path: Path) -> None:
    path = write(tmp_path / "in.jsonl", [chat("a"), "{bad", "", chat("c", tools=[])])

    with closing(check(path)) as index:
        found = [(number, custom_id) for number, custom_id, _ in index.malformed()]

    assert found == [(2, None), (4, "c")]


def test_strict_refuses_them_all_at_once(tmp_path: Path) -> None:
    path = write(tmp_path / "in.jsonl", [chat("a"), "{bad", chat("c", tools=[])])

    with pytest.raises(InputRefused, match=r"line 2: .*; line 3: "):
        check(path, strict=True)


def test_a_line_without_end_is_not_read_into_memory(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    with path.open("wb") as file:
        for _ in range(5):
            file.write(b"x" * LONGEST_LINE)
        file.write(b"\n")
    with path.open("a") as file:
        file.write('{"custom_id": "after"}\n')

    with closing(check(path)) as index:
        found = list(index.malformed())

    assert [number for number, _, _ in found] == [1, 2]
    assert "longer than" in found[0][2]


def test_many_lines_need_little_memory(tmp_path: Path) -> None:
    path = write(tmp_path / "in.jsonl", (chat(f"request-{n}", user=f"user-{n % 1000}") for n in range(20_000)))

    tracemalloc.start()
    try:
        with closing(check(path)) as index:
            lines, _, users = index.counts()
            _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert (lines, users) == (20_000, 1000)
    assert peak < 3 * 2**20


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match=r"nowhere\.jsonl"):
        Source(tmp_path / "nowhere.jsonl", default_user="me")
