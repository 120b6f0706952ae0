"""The window keeps the prefix of a thread stable."""

from __future__ import annotations

from tailored.agent.window import Sent, Windows


def said(role: str, content: str, tokens: int = 10) -> Sent:
    return Sent(role=role, content=content, tokens=tokens)  # type: ignore[arg-type]


def empty(user_id: str, thread: str) -> list[Sent]:
    return []


def test_a_window_only_grows_at_its_end_while_it_fits() -> None:
    windows = Windows(empty, max_tokens=100)
    windows.get("ada", "t")

    windows.extend("ada", "t", [said("user", "1"), said("assistant", "2")])
    first = windows.get("ada", "t")
    windows.extend("ada", "t", [said("user", "3"), said("assistant", "4")])

    assert windows.get("ada", "t")[: len(first)] == first


def test_a_full_window_drops_its_older_half_at_once_and_starts_with_the_user() -> None:
    windows = Windows(empty, max_tokens=100)
    windows.get("ada", "t")

    for number in range(6):
        windows.extend("ada", "t", [said("user", f"q{number}"), said("assistant", f"a{number}")])

    kept = windows.get("ada", "t")
    assert kept[0].role == "user"
    assert kept[-1].content == "a5"
    assert sum(message.tokens for message in kept) <= 50


def test_threads_and_users_do_not_see_each_other() -> None:
    windows = Windows(empty, max_tokens=100)
    for user_id, thread in (("u1", "t"), ("u10", "t"), ("u1", "t2")):
        windows.get(user_id, thread)
        windows.extend(user_id, thread, [said("user", f"{user_id} {thread}")])

    windows.drop("u1")

    assert windows.get("u1", "t") == ()
    assert [message.content for message in windows.get("u10", "t")] == ["u10 t"]


def test_a_window_that_was_dropped_meanwhile_is_not_written_to() -> None:
    windows = Windows(empty, max_tokens=100)
    windows.get("ada", "t")

    windows.drop("ada")
    windows.extend("ada", "t", [said("user", "erased text")])

    assert windows.get("ada", "t") == ()


def test_one_message_larger_than_the_window_leaves_nothing() -> None:
    windows = Windows(empty, max_tokens=100)
    windows.get("ada", "t")

    windows.extend("ada", "t", [said("user", "huge", tokens=1000), said("assistant", "a")])

    assert windows.get("ada", "t") == ()
