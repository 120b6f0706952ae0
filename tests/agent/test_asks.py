"""An ask for advice is about the catalog, or about something else, or does not say; and it may say how many."""

from __future__ import annotations

import pytest

from tailored.agent.asks import asked_count
from tailored.agent.need import Planner
from tailored.tools.subject import Subject

FILMS = Subject(nouns=frozenset(("film", "films", "movie", "movies", "comedy", "mystery")), verbs=frozenset(("watch", "see")), called="films")  # fmt: skip


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Recommend me ten films", "asks for items"),
        ("Can you suggest three cosy mysteries from the 90s?", "asks for items"),
        ("What should I watch tonight?", "asks for items"),
        ("Which film should we see?", "asks for items"),
        ("Recommend me something", "asks for items"),
        ("give me ten movies", "asks for items"),
        ("I feel like something slow and tender", "asks for items"),
        ("Suggest a name for my cat", "asks for an idea"),
        ("What should I cook tonight?", "asks for an idea"),
        ("What should I say to my boss?", "asks for an idea"),
        ("Recommend a restaurant in Porto", "asks for an idea"),
        ("Any ideas?", "asks for advice"),
        ("Give me feedback on this text", "talk"),
        ("I'd love a quiet mystery", "asks for items"),
        ("Help me choose a film for Sunday", "asks for items"),
        ("A comedy for six people?", "asks for items"),
        ("I don't want a comedy", "talk"),
        ("List all mysteries", "looks items up"),
        ("Do you have Blade Runner?", "looks items up"),
        ("Is there life on Mars?", "talk"),
        ("Which movie won the prize?", "asks what there is"),
        ("Which movie would suit a rainy day?", "asks for items"),
        ("We watched a film yesterday, right?", "talk"),
    ],
)
def test_what_an_ask_is_about_decides_the_rule(text: str, rule: str) -> None:
    assert Planner(subject=lambda: FILMS).need(text, tools=True).rule == rule


def test_where_nobody_knows_what_the_items_are_the_model_decides() -> None:
    need = Planner().need("Suggest a name for my cat", tools=True)

    assert (need.rule, need.tools) == ("asks for advice", ("recommend",))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Recommend me ten films", 10),
        ("Recommend me 3 comedies", 3),
        ("give me a couple of films", 2),
        ("two more, please", 2),
        ("something like number 3", None),
        ("films for two hours", None),
        ("nothing before 1980", None),
        ("I have three cats", None),
        ("Recommend me something", None),
    ],
)
def test_how_many_are_wanted_is_read(text: str, count: int | None) -> None:
    assert asked_count(text) == count
