"""Who cost what, for which purpose."""

from __future__ import annotations

from pathlib import Path
from threading import Thread

import pytest

from tailored.agent.errors import LedgerUnavailable
from tailored.agent.ledger import Ledger, Spent
from tailored.agent.models.errors import ModelMisbehaved
from tests.agent.learning.test_with_a_model import answer
from tests.agent.makers import assistant, calling, scripted

TOLD = "I'm planning my sister Mia's wedding in June and I still need a present for her."


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger.sqlite3")


def test_charges_add_up_for_each_purpose(ledger: Ledger) -> None:
    ledger.charge("ada", "chat", Spent(calls=1, prompt=100, cached=80, written=20, seconds=1.5))
    ledger.charge("ada", "chat", Spent(calls=2, prompt=50, written=5, seconds=0.5))
    ledger.charge("ada", "learn", Spent(calls=1))

    assert ledger.of("ada") == {
        "chat": Spent(calls=3, prompt=150, cached=80, written=25, seconds=2.0),
        "learn": Spent(calls=1),
    }
    assert ledger.of("bob") == {}


def test_several_may_write_at_once(ledger: Ledger) -> None:
    def write() -> None:
        own = Ledger(ledger.path)  # as another process would
        for _ in range(20):
            own.charge("ada", "chat", Spent(calls=1))
        own.close()

    threads = [Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert ledger.of("ada")["chat"].calls == 80


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite3").write_bytes(b"no database" * 100)

    with pytest.raises(LedgerUnavailable, match=r"ledger\.sqlite3"):
        Ledger(tmp_path / "ledger.sqlite3")


def test_a_turn_is_charged_to_its_user(tmp_path: Path) -> None:
    with assistant(tmp_path, ["Hello Ada."]) as tailored:
        reply = tailored.chat("ada", "Hello there")
        chat = tailored.ledger("ada")["chat"]
        embed = tailored.ledger("ada")["embed"]

        assert (chat.calls, chat.prompt, chat.written) == (1, reply.cost.prompt, 2)
        assert chat.seconds > 0
        assert embed.calls > 0
        assert embed.prompt > 0
        assert tailored.ledger("bob") == {}


def test_each_call_of_a_turn_counts(tmp_path: Path) -> None:
    model = scripted(calling("recommend", count=1), "There you are.")
    with assistant(tmp_path, model, films=True) as tailored:
        reply = tailored.chat("ada", "Recommend me a film")

        assert tailored.ledger("ada")["chat"].prompt == reply.cost.prompt
        assert tailored.ledger("ada")["chat"].calls == reply.cost.calls == 2


def test_learning_is_charged_apart(tmp_path: Path) -> None:
    model = scripted("How nice.", answer(statements=[]), answer(sentences=[]))
    with assistant(tmp_path, model, learning={"use_model": True}) as tailored:
        tailored.chat("ada", TOLD)
        tailored.learn_now()

        assert tailored.ledger("ada")["chat"].calls == 1
        assert tailored.ledger("ada")["learn"].calls == 2


def test_a_call_that_failed_was_a_call(tmp_path: Path) -> None:
    with assistant(tmp_path, [OSError("no route")]) as tailored:
        with pytest.raises(ModelMisbehaved):
            tailored.chat("ada", "Hello")

        assert tailored.ledger("ada")["chat"].calls == 1


def test_nothing_of_an_erased_user_is_left(tmp_path: Path) -> None:
    with assistant(tmp_path, ["Hello."]) as tailored:
        tailored.chat("ada@example.com", "Hello")
        tailored.user("ada@example.com").erase()

        assert tailored.ledger("ada@example.com") == {}
    assert not any(b"ada@example.com" in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
