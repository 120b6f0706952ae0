"""What a line may say."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tailored.serve.batch.errors import MalformedLine
from tailored.serve.batch.lines import Chat, Correction, Doing, Line, Verdict, parse
from tests.serve.batch.makers import chat, edit


def read(line: dict[str, Any]) -> Line:
    return parse(json.dumps(line).encode(), default_user="me")


def test_a_chat_is_of_its_user_or_the_default_one() -> None:
    assert read(chat("1", "Hi", user="ada")).user_id == "ada"
    assert read(chat("1", "Hi")).user_id == "me"


def test_earlier_messages_and_a_system_prompt_come_along() -> None:
    said = [("system", "Be brief."), ("user", "Hi"), ("assistant", "Hello."), ("user", "Who are you?")]
    line = chat("1")
    line["body"]["messages"] = [{"role": role, "content": text} for role, text in said]

    action = read(line).action

    assert isinstance(action, Chat)
    assert (action.instructions, action.text) == ("Be brief.", "Who are you?")
    assert [(message.role, message.text) for message in action.before] == said[1:3]


def test_how_the_model_is_run_comes_along() -> None:
    action = read(chat("1", temperature=0.5, max_completion_tokens=7, model="gpt-5")).action

    assert isinstance(action, Chat)
    assert action.options == {"temperature": 0.5, "max_tokens": 7}


def test_an_edit_names_a_reply_or_a_line() -> None:
    assert read(edit("2", "ada%40x.org", "abc", "New.")) == Line(
        custom_id="2", user_id="ada@x.org", action=Correction(text="New.", reply_id="abc")
    )
    assert read(edit("2", "ada", "line:1", "New.")).action == Correction(text="New.", of_line="1")


def test_feedback_is_read() -> None:
    line = {"custom_id": "3", "method": "POST", "url": "/v1/users/ada/replies/line:1/feedback"}

    assert read(line | {"body": {"signal": "dissatisfied", "note": "too long"}}).action == Verdict(
        signal="dissatisfied", note="too long", of_line="1"
    )


def test_an_interaction_is_read() -> None:
    body = {"item_id": "alien-1979", "event": "rated", "value": 4.5}
    line = {"custom_id": "3", "method": "POST", "url": "/v1/users/ada/interactions", "body": body}

    assert read(line).action == Doing(item_id="alien-1979", event="rated", value=4.5)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (chat(""), "custom_id"),
        (chat("1") | {"url": "/v1/embeddings"}, "/v1/embeddings"),
        (chat("1") | {"method": "GET"}, "method"),
        (chat("1") | {"more": 1}, "more"),
        (chat("1", tools=[]), "tools"),
        (chat("1", stream=True), "stream"),
        (chat("1", messages=[]), "messages"),
        (chat("1", messages=[{"role": "assistant", "content": "Hi"}]), "user's"),
        (chat("1", user=" " * 3), "user_id"),
        (edit("1", "%20", "r", "New."), "user_id"),
    ],
)
def test_what_is_wrong_is_named(line: dict[str, Any], reason: str) -> None:
    with pytest.raises(MalformedLine, match=reason):
        read(line)


def test_the_text_of_a_line_is_not_in_the_error() -> None:
    line = chat("1", messages=[{"role": "user", "content": {"secret": "walnuts"}}])

    with pytest.raises(MalformedLine) as caught:
        read(line)

    assert "walnuts" not in str(caught.value)


@pytest.mark.parametrize("data", [b"{bad", b"[]", b'"x"', b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_json_object_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedLine) as caught:
        parse(data, default_user="me")

    assert caught.value.custom_id is None


def test_the_id_of_a_line_that_is_wrong_elsewhere_is_kept() -> None:
    with pytest.raises(MalformedLine) as caught:
        read(chat("7", tools=[]))

    assert caught.value.custom_id == "7"
