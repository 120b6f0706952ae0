"""Questions with options: reading the data, telling memory, and choosing what the user would like best."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import AIMessage, BaseMessage

from tailored.agent.build import build
from tailored.agent.models.scripted import ScriptedModel
from tailored.agent.settings import Settings
from tailored.evals import personamem, prefeval
from tailored.evals.errors import DataMissing
from tailored.evals.liking import EXAMPLES
from tailored.evals.multiple_choice import ARMS, Answered, History, Message, answers_of, report, shuffled
from tailored.memory.embedders.hashing import HashingEmbedder
from tailored.memory.ram import InMemoryStore

HISTORY = History(
    user_id="ada",
    messages=[
        Message(source="user", text="What a lovely day it is for a walk along the river."),
        Message(source="assistant", text="It is indeed."),
        Message(source="user", text="I avoid restaurants that serve fish."),
        Message(source="assistant", text="I'll keep that in mind."),
    ],
    questions=[
        shuffled("Where shall I eat tonight?", ["Green Table, no fish", "Fish & Co", "Sea Bar", "Harbour"], 0, "a")
    ],
)


def liking(messages: list[BaseMessage]) -> AIMessage:
    """Likes the reply without fish when the prompt says so, else every reply alike; the words come with chances."""
    before, suggested = messages[-1].text.split("Suggestion: ")
    knows = "fish" in before or "avoids" in messages[0].text
    yes = -0.1 if knows and "no fish" in suggested else -3.0
    top = [{"token": " Yes", "logprob": yes}, {"token": "No", "logprob": -1.0}, {"token": "yes", "logprob": -9.0}]
    return AIMessage(content="Yes", response_metadata={"logprobs": {"content": [{"top_logprobs": top}]}})


@pytest.fixture
def answers(tmp_path: Path) -> list[Answered]:
    model = ScriptedModel(script=[liking] * 16)
    settings = Settings(data_dir=tmp_path, learning={"use_model": False})
    parts = build(settings=settings, model=model, embedder=HashingEmbedder(), store=InMemoryStore())
    try:
        return list(answers_of(model, parts, settings, [HISTORY]))
    finally:
        parts.close()


def test_every_arm_answers_and_what_was_said_outright_is_told(answers: list[Answered]) -> None:
    right = {answered.arm: answered.right for answered in answers}

    assert set(right) == set(ARMS)
    assert right["Tailored"]
    assert right["whole history"]
    assert right["nothing"] == (HISTORY.questions[0].right == 0)


def test_every_arm_is_asked_behind_the_same_examples(tmp_path: Path) -> None:
    model = ScriptedModel(script=[liking] * 16)
    settings = Settings(data_dir=tmp_path, learning={"use_model": False})
    parts = build(settings=settings, model=model, embedder=HashingEmbedder(), store=InMemoryStore())
    try:
        list(answers_of(model, parts, settings, [HISTORY]))
    finally:
        parts.close()

    between = {tuple((message.type, message.text) for message in seen[1:-1]) for seen in model.seen}
    assert len(model.seen) == 16
    assert [[kind for kind, _ in examples] for examples in between] == [["human", "ai"] * len(EXAMPLES)]


def test_of_each_liking_one_example_heeds_it_and_one_does_not() -> None:
    answers: dict[str, set[str]] = {}
    for before, _, answer in EXAMPLES:
        answers.setdefault(before, set()).add(answer)

    assert len(answers) == len(EXAMPLES) / 2
    assert all(both == {"yes", "no"} for both in answers.values())


def test_the_report_compares_the_arms(answers: list[Answered]) -> None:
    made = report("PrefEval", answers, "scripted", over_nothing=25)

    assert made.figures["Tailored"]["right, %"] == 100
    assert made.figures["Tailored"]["low, %"] < 100
    assert [bar.name for bar in made.bars] == [
        "over nothing",
        "over the whole history",
        "tokens about the user, of the whole history's",
    ]


def test_options_are_shuffled_the_same_way_every_time() -> None:
    options = ["right", "b", "c", "d"]
    orders = [shuffled("?", options, 0, f"seed {number}") for number in range(20)]

    assert all(order.options[order.right] == "right" for order in orders)
    assert len({order.right for order in orders}) == 4
    assert orders == [shuffled("?", options, 0, f"seed {number}") for number in range(20)]


def write(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))


def test_prefeval_asks_about_every_preference_that_was_said(tmp_path: Path) -> None:
    items = [
        {"preference": f"I avoid {name}.", "question": f"{name}?", "classification_task_options": ["1", "2", "3", "4"]}
        for name in ("noise", "crowds")
    ]
    talks = [{"conversation": {"0": {"user": f"Hello {n}", "assistant": "Hi"}}} for n in range(5)]
    write(tmp_path / "mcq_options" / "travel_restaurant.json", items)
    write(tmp_path / "implicit_preference" / "persona-driven" / "travel_restaurant.json", talks)

    [history] = prefeval.read_histories(tmp_path, 1)

    said = [message.text for message in history.messages if message.source == "user"]
    assert {"I avoid noise.", "I avoid crowds."} < set(said)
    assert sorted(question.text for question in history.questions) == ["crowds?", "noise?"]


def test_personamem_gives_talk_without_the_persona(tmp_path: Path) -> None:
    content = "[SYSTEM] Current user persona: secret\n\n[USER] User: I sold my boat.\n\n[ASSISTANT] Assistant: Why?\n"
    query = {
        "id": "q",
        "user_id": "u",
        "query": "User: Al\n\nWhat now?\n\n(a) Sail.\n(b) Walk.\n(c) Fly.\n(d) Row.",
        "gold_answers": ["(b) Walk.", "b"],
    }
    write(tmp_path / "documents.json", [{"id": "u_0", "user_id": "u", "content": content}])
    write(tmp_path / "queries.json", [query])

    [history] = personamem.read_histories(tmp_path, 1)

    assert [(message.source, message.text) for message in history.messages] == [
        ("user", "I sold my boat."),
        ("assistant", "Why?"),
    ]
    [question] = history.questions
    assert question.text == "What now?"
    assert question.options[question.right] == "Walk."


@pytest.mark.parametrize("benchmark", [prefeval, personamem])
def test_without_its_data_a_benchmark_says_what_it_needs(benchmark: Any, tmp_path: Path) -> None:
    with pytest.raises(DataMissing, match="folder"):
        benchmark.measure(Settings(), tmp_path)
