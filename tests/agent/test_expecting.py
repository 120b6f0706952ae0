"""A message is embedded while its turn is opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from tailored.agent import Assistant
from tailored.agent.settings import LearningSettings, Settings
from tailored.memory.embedders.base import Vectors
from tailored.memory.embedders.hashing import HashingEmbedder
from tailored.memory.errors import EmbeddingFailed
from tailored.memory.ram import InMemoryStore
from tests.agent.makers import scripted


class Foreseeing(HashingEmbedder):
    """Tells `on_expected` of what it is to expect, in the thread that expects it."""

    def __init__(self, on_expected: Callable[[str], object]) -> None:
        super().__init__()
        self.expect = on_expected


def foreseeing(folder: Path, embedder: HashingEmbedder, *script: object) -> Assistant:
    settings = Settings(data_dir=folder, learning=LearningSettings(use_model=False))
    return Assistant.open(settings=settings, model=scripted(*script), embedder=embedder, store=InMemoryStore())


def test_a_message_is_expected_and_charged_once(tmp_path: Path) -> None:
    expected: list[str] = []

    with foreseeing(tmp_path / "with", Foreseeing(expected.append), "Noted.") as tailored:
        tailored.chat("ada", "My garden is full of snails")
        spent = tailored.ledger("ada")["embed"]
    with foreseeing(tmp_path / "without", HashingEmbedder(), "Noted.") as tailored:
        tailored.chat("ada", "My garden is full of snails")
        otherwise = tailored.ledger("ada")["embed"]

    assert expected == ["My garden is full of snails"]
    assert (spent.calls, spent.prompt) == (otherwise.calls, otherwise.prompt)


def test_a_private_message_is_not_expected(tmp_path: Path) -> None:
    expected: list[str] = []

    with foreseeing(tmp_path, Foreseeing(expected.append), "Hello.") as tailored:
        tailored.chat("ada", "My garden is full of snails", private=True)

    assert expected == []


def test_a_failure_to_expect_harms_no_turn(tmp_path: Path) -> None:
    def fail(text: str) -> None:
        raise EmbeddingFailed("not now")

    with foreseeing(tmp_path, Foreseeing(fail), "Noted.", "Of snails.") as tailored:
        tailored.chat("ada", "My garden is full of snails")
        reply = tailored.chat("ada", "What is my garden full of?", thread="other")

    assert reply.text == "Of snails."
    [recalled] = reply.trace.memories
    assert recalled.text.endswith("My garden is full of snails")


def test_an_embedder_that_fails_altogether_ends_the_turn_and_not_the_next(tmp_path: Path) -> None:
    class Broken(Foreseeing):
        failing = True

        def embed(self, texts: Sequence[str]) -> Vectors:
            if self.failing:
                raise EmbeddingFailed("out of order")
            return super().embed(texts)

    broken = Broken(lambda text: broken.embed([text]))
    with foreseeing(tmp_path, broken, "Hello.", "Hello again.") as tailored:
        with pytest.raises(EmbeddingFailed, match="out of order"):
            tailored.chat("ada", "My garden is full of snails")
        broken.failing = False
        reply = tailored.chat("ada", "My garden is full of snails")

    assert reply.text == "Hello."


def test_of_turns_that_begin_at_once_each_gets_its_own_users_memories(tmp_path: Path) -> None:
    """The first is held up while it is expected; the others neither wait for it nor are expected."""
    expected: list[str] = []
    begun, go_on = Event(), Event()

    def hold(text: str) -> None:
        expected.append(text)
        if "slugs" in text:
            begun.set()
            assert go_on.wait(10)

    asked = {"ada": "Are slugs in my garden?", "bob": "What is in my garden?", "cyd": "What is in my garden?"}
    with foreseeing(tmp_path, Foreseeing(hold), *["Noted."] * 6) as tailored, ThreadPoolExecutor(3) as pool:
        for user in asked:
            tailored.chat(user, f"In my garden is {user}'s dog")
        turns = [pool.submit(tailored.chat, "ada", asked["ada"], thread="other")]
        assert begun.wait(10)
        turns += [pool.submit(tailored.chat, user, asked[user], thread="other") for user in ("bob", "cyd")]
        recalled = [[memory.text for memory in turn.result(10).trace.memories] for turn in turns]
        go_on.set()

    for user, [text] in zip(asked, recalled, strict=True):
        assert text.endswith(f"In my garden is {user}'s dog")
    assert expected == [*[f"In my garden is {user}'s dog" for user in asked], asked["ada"]]
