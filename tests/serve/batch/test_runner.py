"""How lines are run, with an engine that needs no model."""

from __future__ import annotations

import json
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tailored.serve.batch.answers import Answer, Refusal
from tailored.serve.batch.errors import BatchStopped, OutputRefused
from tailored.serve.batch.journal import Journal
from tailored.serve.batch.lines import Correction, Line
from tests.serve.batch.makers import Recorder, chat, edit, rows, run, write

UNREACHABLE = Refusal(status=503, code="model_unreachable", message="the model's server cannot be reached")


def mixed(n_lines: int, n_users: int) -> list[dict[str, object]]:
    return [chat(f"c{n}", f"text {n}", user=f"u{n % n_users}") for n in range(n_lines)]


def test_every_line_is_answered_once_and_each_users_in_order(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", mixed(60, 7))
    engine = Recorder()

    tally = run(source, tmp_path / "out.jsonl", engine)

    answered = [row["custom_id"] for row in rows(tmp_path / "out.jsonl")]
    assert sorted(answered) == sorted(f"c{n}" for n in range(60))
    for user in range(7):
        mine = [int(line.custom_id[1:]) for line in engine.lines if line.user_id == f"u{user}"]
        assert mine == sorted(mine)
    assert (tally.answered, tally.failed) == (60, 0)


def test_one_worker_and_many_write_the_same_answers(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", mixed(40, 5))
    bodies = []
    for concurrency in (1, 8):
        target = tmp_path / f"out{concurrency}.jsonl"
        run(source, target, Recorder(), concurrency=concurrency)
        bodies.append({row["custom_id"]: row["response"]["body"] for row in rows(target)})

    assert bodies[0] == bodies[1]


def test_users_are_served_beside_each_other_even_when_one_has_all_the_first_lines(tmp_path: Path) -> None:
    lines = [chat(f"a{n}", user="ada") for n in range(50)] + [chat("b", user="bob")]
    engine = Recorder()

    run(write(tmp_path / "in.jsonl", lines), tmp_path / "out.jsonl", engine, concurrency=2)

    assert [line.custom_id for line in engine.lines].index("b") < 3
    assert engine.most_at_work == 2


def test_never_more_lines_at_work_than_allowed(tmp_path: Path) -> None:
    engine = Recorder()

    run(write(tmp_path / "in.jsonl", mixed(60, 20)), tmp_path / "out.jsonl", engine, concurrency=3)

    assert engine.most_at_work == 3


def test_an_edit_of_a_line_gets_the_id_of_its_reply(tmp_path: Path) -> None:
    lines = [chat("1", user="ada"), edit("2", "ada", "line:1", "New.")]
    engine = Recorder()

    run(write(tmp_path / "in.jsonl", lines), tmp_path / "out.jsonl", engine)

    assert engine.lines[1].action == Correction(text="New.", reply_id="r-1", of_line="1")


@pytest.mark.parametrize(("user", "reply"), [("bob", "line:1"), ("ada", "line:nobody"), ("ada", "line:2")])
def test_an_edit_of_no_reply_of_that_user_fails(tmp_path: Path, user: str, reply: str) -> None:
    lines = [chat("1", user="ada"), edit("2", user, reply, "New.")]

    tally = run(write(tmp_path / "in.jsonl", lines), tmp_path / "out.jsonl", Recorder(), concurrency=1)

    [error] = rows(tmp_path / "out.errors.jsonl")
    assert (tally.failed, error["custom_id"], error["error"]["code"]) == (1, "2", "line_failed")


def test_malformed_lines_are_reported_with_their_number_and_the_rest_is_done(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", [chat("1"), "{bad", chat("3", tools=[]), chat("4")])

    run(source, tmp_path / "out.jsonl", Recorder())
    again = run(source, tmp_path / "out.jsonl", Recorder())

    errors = rows(tmp_path / "out.errors.jsonl")
    assert [(error["custom_id"], error["error"]["line"]) for error in errors] == [(None, 2), ("3", 3)]
    assert [row["custom_id"] for row in rows(tmp_path / "out.jsonl")] == ["1", "4"]
    assert (again.answered, again.failed) == (0, 0)


def test_a_run_goes_on_after_a_torn_line(tmp_path: Path) -> None:
    source, target = write(tmp_path / "in.jsonl", mixed(10, 3)), tmp_path / "out.jsonl"
    run(source, target, Recorder())
    whole = target.read_bytes()
    target.write_bytes(whole[: len(whole) * 2 // 3])
    kept = whole[: len(whole) * 2 // 3].count(b"\n")

    tally = run(source, target, Recorder())

    assert tally.answered == 10 - kept
    assert sorted(row["custom_id"] for row in rows(target)) == sorted(f"c{n}" for n in range(10))


@pytest.mark.parametrize("keep", [0, 1, 12, 30])
def test_a_torn_first_line_is_no_obstacle(tmp_path: Path, keep: int) -> None:
    source, target = write(tmp_path / "in.jsonl", mixed(3, 3)), tmp_path / "out.jsonl"
    run(source, target, Recorder())
    target.write_bytes(target.read_bytes()[:keep])

    assert run(source, target, Recorder()).answered == 3


def test_what_a_cut_run_has_done_is_not_done_again(tmp_path: Path) -> None:
    engine = Recorder()
    engine.found["c0"] = Answer(body={"id": "r-old", "object": "chat.completion"}, record_id="r-old")

    run(write(tmp_path / "in.jsonl", mixed(4, 2)), tmp_path / "out.jsonl", engine, resumed=True)

    assert sorted(line.custom_id for line in engine.lines) == ["c1", "c2", "c3"]
    by_id = {row["custom_id"]: row["response"]["body"]["id"] for row in rows(tmp_path / "out.jsonl")}
    assert by_id["c0"] == "r-old"


def test_only_the_first_line_of_a_user_may_have_been_begun(tmp_path: Path) -> None:
    engine = Recorder()
    engine.found = {f"c{n}": Answer(body={"id": f"old-{n}"}, record_id=f"old-{n}") for n in range(4)}

    run(write(tmp_path / "in.jsonl", mixed(4, 2)), tmp_path / "out.jsonl", engine, resumed=True)

    assert sorted(line.custom_id for line in engine.lines) == ["c2", "c3"]


def test_another_lines_record_is_not_taken_for_this_ones(tmp_path: Path) -> None:
    source, target = write(tmp_path / "in.jsonl", mixed(1, 1)), tmp_path / "out.jsonl"
    run(source, target, Recorder())
    write(source, [*mixed(1, 1), chat("new", "text 0", user="u0")])
    engine = Recorder()
    engine.found["new"] = Answer(body={"id": "r-c0"}, record_id="r-c0")

    run(source, target, engine, resumed=True)

    assert [line.custom_id for line in engine.lines] == ["new"]


def test_a_short_outage_is_waited_out(tmp_path: Path) -> None:
    tries: list[str] = []

    def flaky(line: Line) -> Refusal | None:
        tries.append(line.custom_id)
        return UNREACHABLE if tries.count(line.custom_id) == 1 else None

    tally = run(write(tmp_path / "in.jsonl", mixed(5, 5)), tmp_path / "out.jsonl", Recorder(flaky))

    assert (tally.answered, tally.failed) == (5, 0)


def test_a_dead_model_stops_the_run_and_the_rest_is_done_later(tmp_path: Path) -> None:
    source, target = write(tmp_path / "in.jsonl", mixed(50, 1)), tmp_path / "out.jsonl"

    with pytest.raises(BatchStopped, match="cannot be reached"):
        run(source, target, Recorder(lambda line: UNREACHABLE))
    later = run(source, target, Recorder(), retry=True)

    assert later.answered == 50
    assert not (tmp_path / "out.errors.jsonl").exists()


def test_a_bug_ends_the_run_and_keeps_what_was_answered(tmp_path: Path) -> None:
    def broken(line: Line) -> Answer | None:
        if line.custom_id == "c3":
            raise ZeroDivisionError
        return None

    source, target = write(tmp_path / "in.jsonl", mixed(5, 1)), tmp_path / "out.jsonl"
    with pytest.raises(ZeroDivisionError):
        run(source, target, Recorder(broken))

    assert [row["custom_id"] for row in rows(target)] == ["c0", "c1", "c2"]


@contextmanager
def files_at_most(size: int) -> Iterator[None]:
    """A full disk, as far as one process can have one: no file grows beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_ends_the_run_and_a_later_one_goes_on(tmp_path: Path) -> None:
    source, target = write(tmp_path / "in.jsonl", mixed(60, 9)), tmp_path / "out.jsonl"

    with files_at_most(3000), pytest.raises(OSError, match="File too large"):
        run(source, target, Recorder())
    assert not target.read_bytes().endswith(b"\n")
    run(source, target, Recorder())

    assert sorted(row["custom_id"] for row in rows(target)) == sorted(f"c{n}" for n in range(60))


def test_failed_lines_are_tried_again_when_asked(tmp_path: Path) -> None:
    source, target = write(tmp_path / "in.jsonl", mixed(3, 3)), tmp_path / "out.jsonl"
    refused = Refusal(status=400, code="empty_message", message="the message is empty")
    run(source, target, Recorder(lambda line: refused if line.custom_id == "c1" else None))

    without = run(source, target, Recorder())
    again = run(source, target, Recorder(), retry=True)

    assert (without.answered, again.answered) == (0, 1)
    assert len(rows(target)) == 3


@pytest.mark.parametrize("text", ["my notes\n", "[1]\n", "my notes", '{"custom_id": "1"}\n'])
def test_somebody_elses_file_is_not_written(tmp_path: Path, text: str) -> None:
    target = tmp_path / "out.jsonl"
    target.write_text(text, encoding="utf-8")

    with pytest.raises(OutputRefused, match=r"out\.jsonl"):
        run(write(tmp_path / "in.jsonl", mixed(1, 1)), target, Recorder())

    assert target.read_text(encoding="utf-8") == text


def test_a_second_run_of_the_same_output_is_refused(tmp_path: Path) -> None:
    source, target = write(tmp_path / "in.jsonl", mixed(1, 1)), tmp_path / "out.jsonl"
    journal = Journal.open(target, new_run="20260101T000000first")

    with pytest.raises(OutputRefused, match="another run"):
        run(source, target, Recorder())

    journal.close(finished=True)
    assert run(source, target, Recorder()).answered == 1


def test_nothing_of_the_runs_own_is_left(tmp_path: Path) -> None:
    run(write(tmp_path / "in.jsonl", mixed(2, 1)), tmp_path / "out.jsonl", Recorder())

    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl"]


def test_the_output_is_in_the_form_that_openais_batches_have(tmp_path: Path) -> None:
    run(write(tmp_path / "in.jsonl", mixed(1, 1)), tmp_path / "out.jsonl", Recorder())

    [row] = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert row.keys() == {"id", "custom_id", "response", "error"}
    assert row["response"].keys() == {"status_code", "request_id", "body"}
    assert (row["response"]["status_code"], row["error"]) == (200, None)
