"""What an owner's settings add, in whole turns: their recommender, their search, exploring slots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from langchain_core.messages import AIMessage

from tailored.agent import Assistant
from tailored.agent.settings import Settings
from tailored.agent.showings import KEPT, SLACK
from tailored.memory import Interaction
from tailored.memory.embedders.hashing import HashingEmbedder
from tailored.memory.ram import InMemoryStore
from tailored.tools import import_catalog
from tailored.tools.recommenders import Asked, Scored
from tests.agent.makers import FILMS, calling, scripted
from tests.tools.search_server import Server, search_server


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with search_server() as running:
        yield running


def open_assistant(folder: Path, *script: str | AIMessage, recommender: object = None, **tools: object) -> Assistant:
    return Assistant.open(
        settings=Settings(data_dir=folder, **{"learning": {"use_model": False}, "tools": tools}),  # type: ignore[arg-type]
        model=scripted(*script),
        embedder=HashingEmbedder(),
        store=InMemoryStore(),
        recommender=recommender,  # type: ignore[arg-type]
    )


def favours_parasite(asked: Asked) -> Scored:
    return {"parasite-2019": 1.0}


def broken(asked: Asked) -> Scored:
    raise RuntimeError("no")


def test_the_owners_recommender_changes_the_list(tmp_path: Path) -> None:
    import_catalog(FILMS, tmp_path / "catalog")
    with open_assistant(tmp_path, recommender=favours_parasite, recommender_weight=9.0) as assistant:
        assert assistant.user("ada").recommend(count=1)[0].item.id == "parasite-2019"


def test_a_turn_concludes_without_it_and_says_what_is_missing(tmp_path: Path) -> None:
    import_catalog(FILMS, tmp_path / "catalog")
    script = (calling("recommend", query="", count=3), "Enjoy!")
    with open_assistant(tmp_path, *script, recommender=broken) as assistant:
        reply = assistant.chat("ada", "Recommend me three films")

    assert len(reply.trace.items) == 3
    assert "(The owner's recommender: failed with RuntimeError.)" in reply.text


def test_an_address_that_is_not_there_does_not_keep_a_list_from_coming(tmp_path: Path, server: Server) -> None:
    import_catalog(FILMS, tmp_path / "catalog")
    with open_assistant(tmp_path, recommender_url=f"{server.url}/status/503") as assistant:
        assert len(assistant.user("ada").recommend(count=3)) == 3

    assert server.asked[-1].sent["user_id"] == "ada"


def test_the_last_place_may_explore(tmp_path: Path) -> None:
    import_catalog(FILMS, tmp_path / "catalog")
    with open_assistant(tmp_path, exploring_slots=1) as assistant:
        chances = [one.propensity for one in assistant.user("ada").recommend(count=4)]

    assert chances[:3] == [1.0, 1.0, 1.0]
    assert 0 < chances[3] < 1


def shown(assistant: Assistant) -> list[Interaction]:
    return [event for event in assistant.user("ada").interactions if event.event == "shown"]


def test_what_a_turn_explored_is_written_down_with_its_chance(tmp_path: Path) -> None:
    import_catalog(FILMS, tmp_path / "catalog")
    script = (calling("recommend", query="", count=4), "Enjoy!")
    with open_assistant(tmp_path, *script, exploring_slots=1) as assistant:
        reply = assistant.chat("ada", "Recommend me four films")
        [explored] = shown(assistant)

    assert explored.item_id == reply.trace.items[-1].id
    assert 0 < explored.value < 1
    assert explored.evidence == (reply.id,)
    assert explored.source == "assistant"


def test_a_private_turn_writes_no_showing(tmp_path: Path) -> None:
    import_catalog(FILMS, tmp_path / "catalog")
    script = (calling("recommend", query="", count=4), "Enjoy!")
    with open_assistant(tmp_path, *script, exploring_slots=1) as assistant:
        reply = assistant.chat("ada", "Recommend me four films", private=True)

        assert len(reply.trace.items) == 4
        assert shown(assistant) == []


def test_a_list_outside_of_talk_writes_its_showing_too(tmp_path: Path) -> None:
    import_catalog(FILMS, tmp_path / "catalog")
    with open_assistant(tmp_path, exploring_slots=2) as assistant:
        listed = assistant.user("ada").recommend(count=4)

        assert {(event.item_id, event.value) for event in shown(assistant)} == {
            (one.item.id, one.propensity) for one in listed[2:]
        }


def test_without_exploring_nothing_is_written_down(tmp_path: Path) -> None:
    import_catalog(FILMS, tmp_path / "catalog")
    with open_assistant(tmp_path) as assistant:
        assistant.user("ada").recommend(count=4)

        assert assistant.user("ada").interactions == []


def test_what_was_shown_and_left_alone_makes_room_for_others(tmp_path: Path) -> None:
    import_catalog(FILMS, tmp_path / "catalog")
    of_one_year = {"year": {"min": 1954, "max": 1954}}  # three films: one is the best, two are explored in turn
    with open_assistant(tmp_path, exploring_slots=1) as assistant:
        for _ in range(60):
            assistant.user("ada").recommend("a giant sea creature", count=2, include=of_one_year)
        counts = Counter(event.item_id for event in shown(assistant))

    assert len(counts) == 2
    assert min(counts.values()) >= 12


def test_old_showings_go(tmp_path: Path) -> None:
    import_catalog(FILMS, tmp_path / "catalog")
    with open_assistant(tmp_path, exploring_slots=5) as assistant:
        for _ in range((KEPT + SLACK) // 5 + 1):
            assistant.user("ada").recommend(count=6)

        assert len(shown(assistant)) == KEPT


def test_documents_are_searched_once_for_the_same_question(tmp_path: Path, server: Server) -> None:
    search = {"kind": "web", "url": f"{server.url}/searxng", "about": "Garden and kitchen."}
    question = "How do I plant roses?"
    script = [calling("look_up", query=question), "In spring.", calling("look_up", query=question), "In spring."]
    asked = len(server.asked)
    with open_assistant(tmp_path, *script, search=search) as assistant:
        replies = [assistant.chat("ada", question, thread=thread) for thread in ("one", "two")]

    assert [[tool.ok for tool in reply.trace.tools] for reply in replies] == [[True], [True]]
    assert len(server.asked) == asked + 1


def test_erasing_a_user_drops_what_was_searched(tmp_path: Path, server: Server) -> None:
    search = {"kind": "web", "url": f"{server.url}/searxng"}
    question = "How do I plant roses?"
    script = [calling("look_up", query=question), "In spring.", calling("look_up", query=question), "In spring."]
    asked = len(server.asked)
    with open_assistant(tmp_path, *script, search=search) as assistant:
        assistant.chat("ada", question)
        assistant.user("ada").erase()
        assistant.chat("ada", question)

    assert len(server.asked) == asked + 2


def test_a_search_that_fails_does_not_end_the_turn(tmp_path: Path, server: Server) -> None:
    search = {"kind": "web", "url": f"{server.url}/status/500"}
    with open_assistant(tmp_path, calling("look_up", query="roses"), "I could not look it up.", search=search) as a:
        reply = a.chat("ada", "How do I plant roses?")

    assert reply.text == "I could not look it up."
    assert "status 500" in reply.trace.tools[0].message
