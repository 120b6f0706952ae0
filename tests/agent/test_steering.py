"""A person's words steer the lists of a thread, whatever the model asks for, until they are taken back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tailored.agent import Assistant, Reply, ShownItem
from tailored.agent.models.constrained import ConstrainedToolModel
from tailored.agent.settings import Settings
from tailored.memory.embedders.hashing import HashingEmbedder
from tailored.memory.ram import InMemoryStore
from tailored.tools import import_catalog
from tests.agent.makers import FILMS, assistant, calling, scripted


def directed(folder: Path, *script: Any, **settings: Any) -> Assistant:
    """An assistant whose model needs constraints to call tools, as the local one does."""
    import_catalog(FILMS, folder / "catalog")
    return Assistant.open(
        settings=Settings(data_dir=folder, **{"learning": {"use_model": False}, **settings}),
        model=ConstrainedToolModel(inner=scripted(*script)),
        embedder=HashingEmbedder(),
        store=InMemoryStore(),
    )


def years(items: tuple[ShownItem, ...]) -> list[int]:
    return [int(item.title[-5:-1]) for item in items]


def ids(reply: Reply) -> set[str]:
    return {item.id for item in reply.trace.items}


def test_what_is_said_of_a_list_holds_whatever_the_model_asks_for(tmp_path: Path) -> None:
    script = [
        calling("recommend", query="films", count=3), "Enjoy.",
        calling("recommend", query="horror", count=2, include={"genres": ["horror"]}), "Enjoy.",
    ]  # fmt: skip
    with assistant(tmp_path, script, films=True) as tailored:
        first = tailored.chat("ada", "Recommend me ten films")
        second = tailored.chat("ada", "no horror, nothing before 1980, like number 3 but funnier")

    assert len(first.trace.items) == len(second.trace.items) == 10
    assert not [item for item in second.trace.items if "horror" in item.labels]
    assert min(years(second.trace.items)) >= 1980
    assert not ids(first) & ids(second), "what was compared with has been seen"
    assert first.trace.items[2].title in second.trace.steered[0]


def test_a_list_that_is_certain_to_be_wanted_costs_no_model_call(tmp_path: Path) -> None:
    with directed(tmp_path) as tailored:
        reply = tailored.chat("ada", "Recommend me three comedies from the 90s")

    assert len(reply.trace.items) == 3
    assert all("comedy" in item.labels and 1990 <= year <= 1999 for item, year in zip(
        reply.trace.items, years(reply.trace.items), strict=True))  # fmt: skip
    assert reply.cost.calls == 0
    assert reply.trace.tools[0].arguments["count"] == 3


def test_what_was_said_holds_for_the_next_lists_of_the_thread_and_not_beyond(tmp_path: Path) -> None:
    with directed(tmp_path) as tailored:
        tailored.chat("ada", "Recommend me eight films, only dramas", thread="one")
        others = tailored.chat("ada", "others, please", thread="one")
        anew = tailored.chat("ada", "Recommend me eight films", thread="one")
        elsewhere = tailored.chat("ada", "Recommend me eight films", thread="two")

    assert len(others.trace.items) == 8
    assert all("drama" in item.labels for item in others.trace.items)
    for reply in (anew, elsewhere):
        assert not all("drama" in item.labels for item in reply.trace.items)


def test_what_a_criticised_list_showed_is_not_shown_again(tmp_path: Path) -> None:
    with directed(tmp_path) as tailored:
        first = tailored.chat("ada", "Recommend me five films")
        second = tailored.chat("ada", f"less {first.trace.items[0].labels[0]}")

    assert len(second.trace.items) == 5
    assert not ids(first) & ids(second)


def test_what_was_said_before_and_counts_still_is_told(tmp_path: Path) -> None:
    with directed(tmp_path) as tailored:
        tailored.chat("ada", "Recommend me five films, no dramas")
        later = tailored.chat("ada", "others, please, nothing before 1980")
        anew = tailored.chat("ada", "Recommend me five films")

    assert later.trace.steered == ("year from 1980",)
    assert later.trace.held == ("without drama",)
    assert "What you said before still counts: without drama" in later.why
    assert not anew.trace.held


def test_what_was_said_can_be_taken_back(tmp_path: Path) -> None:
    with directed(tmp_path) as tailored:
        first = tailored.chat("ada", "Recommend me ten films")
        refused = tailored.chat("ada", "I don't like dramas")
        tailored.undo(refused)
        again = tailored.chat("ada", "Recommend me ten films")

        assert tailored.user("ada").standing == []
    assert not [item for item in refused.trace.items if "drama" in item.labels]
    assert ids(again) == ids(first)


def test_a_critique_of_a_list_teaches_nothing_about_texts(tmp_path: Path) -> None:
    with directed(tmp_path) as tailored:
        first = tailored.chat("ada", "Recommend me five films")
        shorter = tailored.chat("ada", "too long")
        tailored.learn_now()

        assert tailored.user("ada").preferences == []
    assert shorter.trace.steered[-1] == "shorter"
    assert "minutes" in shorter.trace.items[0].reason
    assert not ids(first) & ids(shorter)


def test_somebody_new_is_asked_one_question_and_the_answer_is_taken(tmp_path: Path) -> None:
    with directed(tmp_path) as tailored:
        asked = tailored.chat("ada", "What should I watch tonight?")
        answered = tailored.chat("ada", "comedy")

    assert asked.trace.items
    assert asked.trace.question in asked.text
    assert asked.text.count("?") == 1
    assert "comedy" in asked.trace.question
    assert all("comedy" in item.labels for item in answered.trace.items)
    assert not answered.trace.question


@pytest.mark.parametrize(
    "text", ["Recommend me three films", "Recommend me a comedy", "Surprise me: what should I watch?"]
)
def test_who_says_what_is_wanted_is_not_asked(tmp_path: Path, text: str) -> None:
    with directed(tmp_path) as tailored:
        reply = tailored.chat("ada", text)

    assert reply.trace.items
    assert not reply.trace.question


def test_who_is_known_is_not_asked(tmp_path: Path) -> None:
    with directed(tmp_path) as tailored:
        for item in ("alien-1979", "casablanca-1942", "some-like-it-hot-1959"):
            tailored.user("ada").rate(item, 5)
        reply = tailored.chat("ada", "What should I watch tonight?")

    assert not reply.trace.question


def test_no_more_questions_are_asked_than_the_settings_allow(tmp_path: Path) -> None:
    with directed(tmp_path, limits={"questions": 1}) as tailored:
        first, second = (tailored.chat("ada", text) for text in ("Recommend me a film", "Recommend me a film"))

    assert first.trace.question
    assert not second.trace.question


@pytest.mark.parametrize(
    "text", ["Suggest a name for my cat", "What should I cook tonight?", "Recommend a restaurant in Porto"]
)
def test_what_is_not_of_the_catalog_is_answered_without_it(tmp_path: Path, text: str) -> None:
    with directed(tmp_path, "Mittens.") as tailored:
        reply = tailored.chat("ada", text)

    assert reply.text == "Mittens."
    assert not reply.trace.tools


def test_what_the_catalog_does_not_know_is_said(tmp_path: Path) -> None:
    with directed(tmp_path) as tailored:
        reply = tailored.chat("ada", "Recommend me three films under $20")

    assert len(reply.trace.items) == 3
    assert "The catalog does not say the price" in reply.text


def test_suggestions_are_made_of_what_a_user_speaks_of(tmp_path: Path) -> None:
    with directed(tmp_path) as tailored:
        tailored.chat("ada", "Recommend me three westerns")
        tailored.chat("ada", "Recommend me two films by Kurosawa")
        tailored.chat("ada", "Never suggest horror films. Recommend me one film")
        tailored.learn_now()

        suggested = tailored.suggest("ada")
        assert tailored.suggest("bob") == ()
    assert suggested
    assert any("western" in query or "Kurosawa" in query for query in suggested)
    assert not [query for query in suggested if "horror" in query]


def test_nothing_of_a_message_but_the_catalogs_words_is_kept_for_suggestions(tmp_path: Path) -> None:
    with directed(tmp_path, "Fine.") as tailored:
        tailored.chat("ada", "My neighbour Zelda adores westerns about gold")
        tailored.learn_now()

        entities = [record for record in tailored.user("ada").export()["records"] if record["kind"] == "entity"]
    assert [(entity["facet"], entity["name"]) for entity in entities] == [("genres", "western")]
    assert "zelda" not in str(entities).casefold()
