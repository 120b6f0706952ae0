"""Lines answered by an assistant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from langchain_core.tools import tool

from tailored import Assistant
from tailored.agent.settings import Settings
from tailored.memory import Confirmation
from tailored.memory.embedders.hashing import HashingEmbedder
from tailored.memory.ram import InMemoryStore
from tailored.serve.batch.answers import Answer, Refusal
from tailored.serve.batch.engine import AssistantEngine
from tailored.serve.batch.lines import Action, Chat, Correction, Doing, Line, Message, Verdict
from tests.agent.makers import assistant as make_assistant
from tests.agent.makers import calling, scripted

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def line(action: Action, user: str = "ada") -> Line:
    return Line(custom_id="1", user_id=user, action=action)


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    with make_assistant(tmp_path, ["Hello.", "Hello again."], films=True) as opened:
        yield opened


async def done(engine: AssistantEngine, action: Action, user: str = "ada") -> dict[str, Any]:
    answer = await engine.answer(line(action, user), thread="t")
    assert isinstance(answer, Answer), answer
    return answer.body


async def test_a_chat_is_answered_in_openais_form(assistant: Assistant) -> None:
    body = await done(AssistantEngine(assistant), Chat(text="Hi"))

    assert body["object"] == "chat.completion"
    assert body["choices"][0]["message"]["content"] == "Hello."
    assert body["choices"][0]["finish_reason"] == "stop"
    assert body["usage"]["total_tokens"] > 0


async def test_earlier_messages_and_the_system_prompt_reach_the_model(tmp_path: Path) -> None:
    model = scripted("Blue.")
    said = (Message(role="user", content="I paint my door."), Message(role="assistant", content="Which colour?"))
    with make_assistant(tmp_path, model) as assistant:
        await done(AssistantEngine(assistant), Chat(text="You choose.", before=said, instructions="Be brief."))

    texts = [message.text for message in model.seen[0]]
    assert "Be brief." in texts[0]
    assert texts[1:3] == ["I paint my door.", "Which colour?"]


async def test_what_was_done_before_a_crash_is_found(assistant: Assistant) -> None:
    engine = AssistantEngine(assistant)
    reply = await done(engine, Chat(text="Hi"))
    actions: list[Action] = [
        Chat(text="Hi"),
        Correction(text="Good day.", reply_id=reply["id"]),
        Doing(item_id="alien-1979", event="rated", value=5.0),
    ]
    bodies = [reply, *[await done(engine, action) for action in actions[1:]]]

    for action, body in zip(actions, bodies, strict=True):
        found = await engine.find(line(action), thread="t", since=LONG_AGO)
        assert found is not None
        assert found.record_id == body["id"]
        assert await engine.find(line(action), thread="t", since=datetime.now(UTC) + timedelta(days=1)) is None
        assert await engine.find(line(action, "bob"), thread="t", since=LONG_AGO) is None


async def test_feedback_given_twice_is_given_once(assistant: Assistant) -> None:
    engine = AssistantEngine(assistant)
    reply = await done(engine, Chat(text="Hi"))

    for _ in range(2):
        await done(engine, Verdict(signal="satisfied", reply_id=reply["id"]))

    assert assistant.user("ada").counts["feedback"] == 1


@pytest.mark.parametrize(
    ("action", "status"),
    [
        (Chat(text=" "), 400),
        (Correction(text="x", reply_id="nobody's"), 404),
        (Verdict(signal="satisfied", reply_id="nobody's"), 404),
        (Doing(item_id="no film", event="picked"), 400),
    ],
)
async def test_what_cannot_be_done_is_refused(assistant: Assistant, action: Action, status: int) -> None:
    refusal = await AssistantEngine(assistant).answer(line(action), thread="t")

    assert isinstance(refusal, Refusal)
    assert refusal.status == status


async def test_what_needs_the_users_word_is_denied_and_reported(tmp_path: Path) -> None:
    sent: list[str] = []

    @tool
    def send_mail(to: str) -> str:
        """Send a mail."""
        sent.append(to)
        return "sent"

    assistant = Assistant.open(
        settings=Settings(data_dir=tmp_path),
        model=scripted(calling("send_mail", to="bob@example.org"), "I could not send it."),
        embedder=HashingEmbedder(),
        store=InMemoryStore(),
        tools=[send_mail],
    )
    with assistant:
        body = await done(AssistantEngine(assistant), Chat(text="Send Bob a mail"))
        records = [assistant.user("ada").record(record["id"]) for record in assistant.user("ada").export()["records"]]

    assert sent == []
    assert [denied["tool"] for denied in body["denied"]] == ["send_mail"]
    assert not any(isinstance(record, Confirmation) for record in records)
