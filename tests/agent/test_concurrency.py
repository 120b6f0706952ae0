"""Several users, threads, event loops and interruptions at once."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from langchain_core.messages import AIMessage, BaseMessage

from tailored.agent import Assistant, Settings, TextDelta
from tailored.agent.errors import UserErased
from tailored.agent.portal import Portal
from tailored.agent.window import Sent, Windows
from tailored.memory import Episode, Preference, StandingPreference
from tailored.memory.embedders.hashing import HashingEmbedder
from tailored.memory.entries import Entry
from tailored.memory.errors import StoreUnavailable
from tailored.memory.ram import InMemoryStore
from tests.agent.makers import assistant, calling, scripted
from tests.agent.test_assistant import DRAFT, EDITED, NOTE, SECOND_NOTE


def test_nothing_comes_back_when_a_user_is_erased_during_a_turn(tmp_path: Path) -> None:
    answering, erased = threading.Event(), threading.Event()

    def slow(messages: list[BaseMessage]) -> str:
        answering.set()
        erased.wait(timeout=10)
        return "You live in Porto."

    with assistant(tmp_path, [slow]) as tailored, ThreadPoolExecutor(1) as pool:
        turn = pool.submit(tailored.chat, "ada", "I live in Porto and I'm vegan.")
        answering.wait(timeout=10)
        tailored.user("ada").erase()
        erased.set()

        with pytest.raises(UserErased):
            turn.result(timeout=10)
        assert tailored.user("ada").export()["records"] == []


def test_two_edits_at_once_both_count(tmp_path: Path) -> None:
    with assistant(tmp_path, [DRAFT] * 2) as tailored, ThreadPoolExecutor(2) as pool:
        replies = [tailored.chat("ada", note, thread=note) for note in (NOTE, SECOND_NOTE)]
        lessons = list(pool.map(lambda reply: tailored.edit(reply, EDITED), replies))
        preferences: list[Preference] = tailored.user("ada").preferences

    taught = {edit_id for preference in preferences for edit_id in preference.evidence}
    assert taught == {lesson.edit.id for lesson in lessons}


def test_the_same_said_twice_at_once_is_remembered_once(tmp_path: Path) -> None:
    with assistant(tmp_path, ["Noted."] * 4) as tailored, ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: tailored.chat("ada", "I'm vegan.", thread=f"t{n}"), range(4)))
        standing: list[StandingPreference] = tailored.user("ada").standing

    assert [record.statement for record in standing] == ["The user is vegan."]


def test_turns_of_one_thread_run_one_after_the_other(tmp_path: Path) -> None:
    with assistant(tmp_path, ["One.", "Two.", "Three."]) as tailored, ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda n: tailored.chat("ada", f"Message number {n}"), range(3)))
        turns = tailored.user("ada").memories

    assert sorted(turn.order for turn in turns) == list(range(6))  # type: ignore[attr-defined]
    assert [turn.source for turn in sorted(turns, key=lambda turn: turn.order)] == ["user", "assistant"] * 3  # type: ignore[attr-defined]


def test_calls_may_come_from_several_event_loops_and_threads(tmp_path: Path) -> None:
    with assistant(tmp_path, ["One."] * 3) as tailored:
        first = asyncio.run(tailored.achat("ada", "Hello from a loop"))
        second = asyncio.run(tailored.achat("ada", "Hello from another loop"))
        third = tailored.chat("ada", "Hello from no loop")

    assert [reply.text for reply in (first, second, third)] == ["One."] * 3


def test_a_caller_that_is_cancelled_stops_its_turn(tmp_path: Path) -> None:
    async def talk() -> list[str]:
        async with assistant(tmp_path, ["one two three four five six seven"]) as tailored:
            events = tailored.astream("ada", "Count for me, slowly")
            seen = [event.text async for event in _texts(events, 2)]
            await events.aclose()
            return [*seen, *(memory.source for memory in tailored.user("ada").memories)]

    assert asyncio.run(talk()) == ["one ", "two ", "user"]


async def _texts(events, limit):  # type: ignore[no-untyped-def]
    async for event in events:
        if isinstance(event, TextDelta):
            yield event
            limit -= 1
            if not limit:
                return


def test_closing_leaves_no_thread_behind(tmp_path: Path) -> None:
    before = set(threading.enumerate())

    with assistant(tmp_path, ["Hello."], on_disk=True) as tailored:
        tailored.chat("ada", "Hello there, friend")

    left = {thread.name for thread in set(threading.enumerate()) - before if thread.name.startswith("tailored")}
    assert not left


def test_a_model_that_calls_tools_it_was_not_offered_is_stopped(tmp_path: Path) -> None:
    def stubborn(messages: list[BaseMessage]) -> AIMessage:
        return calling("recommend", query=f"attempt {len(messages)}")

    model = scripted(*[stubborn] * 50)
    with assistant(tmp_path, model, films=True, limits={"model_calls": 5}) as tailored:
        reply = tailored.chat("ada", "Recommend me something")

    assert len(model.seen) == 5
    assert reply.trace.items


def test_whoever_stops_listening_waits_until_it_is_tidied_up() -> None:
    tidy = threading.Event()

    async def numbers() -> AsyncIterator[int]:
        try:
            for number in range(100):
                yield number
                await asyncio.sleep(0.01)
        finally:
            await asyncio.sleep(0.2)
            tidy.set()

    portal = Portal()
    items = portal.iterate(numbers)
    assert next(items) == 0
    items.close()  # type: ignore[attr-defined]

    assert tidy.is_set()
    portal.close()


def test_an_error_in_the_portal_reaches_its_caller() -> None:
    async def fail() -> None:
        raise LookupError("nothing there")

    portal = Portal()
    with pytest.raises(LookupError, match="nothing there"):
        portal.call(fail)
    with pytest.raises(LookupError, match="nothing there"):
        asyncio.run(portal.acall(fail))
    portal.close()


def test_a_window_that_was_loaded_while_it_was_dropped_is_not_kept() -> None:
    texts = ["secret"]

    def load(user_id: str, thread: str) -> list[Sent]:
        loaded = [Sent(role="user", content=text, tokens=1) for text in texts]
        if texts:
            texts.clear()
            windows.drop(user_id)
        return loaded

    windows = Windows(load, max_tokens=100)
    windows.get("ada", "t")

    assert windows.get("ada", "t") == ()


def test_one_busy_user_does_not_keep_another_from_being_learned_from(tmp_path: Path) -> None:
    from tailored.agent.background import Background
    from tailored.agent.learning.queue import JobQueue

    done: list[str] = []

    async def learn(user_id: str, payload: tuple[str, ...]) -> None:
        done.append(user_id)

    async def busy() -> None:
        queue = JobQueue(tmp_path / "jobs.sqlite3")
        background = Background(queue, {"learn": learn}, quiet_s=60.0, patience_s=0.3)
        queue.enqueue("bob", "learn")
        ended = time.monotonic() + 10
        while not done and time.monotonic() < ended:
            with background.foreground():
                await asyncio.sleep(0.05)
        await background.stop()
        queue.close()

    asyncio.run(busy())
    assert done == ["bob"]


def test_a_message_is_written_down_while_the_model_thinks(tmp_path: Path) -> None:
    thinks, seen = threading.Event(), threading.Event()

    def slow(messages: list[BaseMessage]) -> str:
        thinks.set()
        seen.wait(timeout=10)
        return "Noted."

    with assistant(tmp_path, [slow]) as tailored, ThreadPoolExecutor(1) as pool:
        turn = pool.submit(tailored.chat, "ada", "I live in Porto.")
        thinks.wait(timeout=10)
        until = time.monotonic() + 10
        while not tailored.user("ada").memories and time.monotonic() < until:
            time.sleep(0.005)
        early = [memory.text for memory in tailored.user("ada").memories]
        seen.set()
        turn.result(timeout=10)
        turns = tailored.memory.records("ada", Episode)

    assert "I live in Porto." in early
    assert [turn.content for turn in turns] == ["I live in Porto.", "Noted."]


class BusyOnce(InMemoryStore):
    """Refuses the first write, as a store does whose disk was full for a moment."""

    refused = False

    def put(self, user_id: str, entries: Sequence[Entry]) -> None:
        if not self.refused:
            self.refused = True
            raise StoreUnavailable("the disk is full")
        super().put(user_id, entries)


def test_a_turn_that_was_written_in_the_end_has_not_failed(tmp_path: Path) -> None:
    store = BusyOnce()

    def slow(messages: list[BaseMessage]) -> str:
        until = time.monotonic() + 10
        while not store.refused and time.monotonic() < until:
            time.sleep(0.005)
        time.sleep(0.05)
        return "Noted."

    with Assistant.open(
        settings=Settings(data_dir=tmp_path, learning={"use_model": False}),
        model=scripted(slow),
        embedder=HashingEmbedder(),
        store=store,
    ) as tailored:
        reply = tailored.chat("ada", "I live in Porto.")
        turns = tailored.memory.records("ada", Episode)

    assert reply.text == "Noted."
    assert [turn.content for turn in turns] == ["I live in Porto.", "Noted."]


def test_a_coroutine_may_run_in_the_assistants_own_loop(tmp_path: Path) -> None:
    async def serve(tailored: Assistant) -> tuple[str, str, str]:
        pieces = [event.text async for event in tailored.astream("ada", "Hello") if isinstance(event, TextDelta)]
        beside = await asyncio.to_thread(tailored.chat, "bob", "Hello from a thread")
        return "".join(pieces), (await tailored.achat("ada", "And again")).text, beside.text

    with assistant(tmp_path, ["One."] * 4) as tailored:
        assert tailored.host(lambda: serve(tailored)) == ("One.",) * 3
        assert tailored.chat("ada", "Hello afterwards").text == "One."


def test_waiting_for_oneself_is_refused(tmp_path: Path) -> None:
    async def wait(tailored: Assistant) -> None:
        tailored.chat("ada", "Hello")

    with assistant(tmp_path, ["One."]) as tailored, pytest.raises(RuntimeError, match="wait for itself"):
        tailored.host(lambda: wait(tailored))


def test_listening_to_oneself_is_refused() -> None:
    async def numbers() -> AsyncIterator[int]:
        yield 1

    async def listen() -> list[int]:
        return list(portal.iterate(numbers))

    portal = Portal()
    with pytest.raises(RuntimeError, match=r"would wait for itself: .* asynchronous iterator"):
        asyncio.run(asyncio.wait_for(portal.acall(listen), timeout=5))  # it would never end
    portal.close()
