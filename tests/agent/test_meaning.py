"""What a message needs is read from its meaning where no rule is certain, and only there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tailored.agent.meaning import LABELS, UNSURE, Wanted, suits, wanted
from tailored.agent.named import Named, Names
from tailored.agent.need import REFUSES, Planner
from tailored.agent.need_marks import inputs, terms
from tailored.agent.need_weights import SPACE
from tailored.memory.embedders.hashing import HashingEmbedder
from tailored.tools.subject import subject_called

FILMS = subject_called("films", ["comedy", "western"])
WINES = subject_called("wines")
NO_MEANING = np.zeros(384, np.float32)
"""Leaves the decision to the marks and the words."""


def no_vector(text: str) -> Any:
    raise AssertionError(f"asked for the vector of {text!r}")


def planner(embed: Any = lambda text: NO_MEANING, *titles: str) -> Planner:
    return Planner(subject=lambda: FILMS, embed=embed, named=lambda: Named(titles))


@pytest.mark.parametrize(
    ("text", "tools"),
    [
        ("Is there a Kurosawa on file? Please check the collection", ("search",)),
        ("Could you see whether Gilda is in your catalog?", ("search",)),
        ("Any westerns we would enjoy tonight?", ("recommend",)),
        ("Could you point us to a good comedy for Friday evening?", ("recommend",)),
        ("How are films developed in a darkroom?", ()),
        ("Which book did I lend to Clara?", ()),
        ("Do you have any advice for a first date?", ()),
    ],
)
def test_words_that_no_rule_is_certain_of_are_read(text: str, tools: tuple[str, ...]) -> None:
    assert planner().need(text, tools=True).tools == tools


@pytest.mark.parametrize(
    "text",
    ["Write a review of the film", "What do you know about me?", "Did I tell you my shoe size?", "Thanks a lot!"],
)
def test_where_a_rule_is_certain_no_vector_is_asked_for(text: str) -> None:
    assert planner(no_vector).need(text, tools=True).rule != "talk"


def test_a_steered_list_costs_no_vector() -> None:
    need = planner(no_vector).need("funnier ones", tools=True, steers=True)

    assert need.tools == ("recommend",)


def test_without_tools_there_is_nothing_to_decide() -> None:
    assert planner(no_vector).need("Which westerns are there?", tools=False).tools == ()


def test_a_label_in_an_ask_for_something_else_steers_no_list() -> None:
    need = Planner(subject=lambda: FILMS).need("Recommend a good way to learn Spanish", tools=True, steers=True)

    assert need.tools == ()


@pytest.mark.parametrize(
    ("text", "tools"),
    [
        ("how long is vertigo", ("search",)),
        ("What's Vertigo about?", ("search",)),
        ("Who directed Vertigo", ("search",)),
        ("Another film like Vertigo, please", ("recommend",)),
        ("I loved Vertigo", ()),
        ("Write a review of Vertigo", ()),
        ("What should I watch tonight? Nothing scary", ("recommend",)),
    ],
)
def test_what_is_asked_of_an_item_that_is_named_is_looked_up(text: str, tools: tuple[str, ...]) -> None:
    assert planner(lambda text: NO_MEANING, "Vertigo").need(text, tools=True).tools == tools


def test_a_title_the_catalog_has_weighs() -> None:
    knows, does_not = (
        inputs(Named(titles).names("How about Vertigo?"), NO_MEANING, FILMS, "talk", {}) for titles in (["Vertigo"], [])
    )

    assert (knows != does_not).any()


@pytest.mark.parametrize(
    "text",
    [
        "Hi! My name is Ada. I live in Porto and I work as a nurse. Please never suggest horror films.",
        "Don't ever recommend westerns.",
    ],
)
def test_who_says_what_never_to_suggest_asks_for_nothing(text: str) -> None:
    need = planner(no_vector).need(text, tools=True)

    assert (need.rule, need.tools) == (REFUSES, ())


@pytest.mark.parametrize(
    "text",
    [
        "Never suggest westerns. What should I watch tonight?",
        "Don't recommend a western but something funny to watch tonight",
    ],
)
def test_who_asks_beside_it_is_served(text: str) -> None:
    assert planner().need(text, tools=True).tools == ("recommend",)


def test_where_nobody_knows_what_the_items_are_the_rules_decide() -> None:
    need = Planner(embed=no_vector).need("Suggest a name for my cat", tools=True)

    assert need.rule == "asks for advice"


def test_a_long_message_is_left_to_the_rules() -> None:
    told_at_length = "My week was long and I read a lot. " * 8 + "Which westerns are there?"

    need = planner(no_vector).need(told_at_length, tools=True)

    assert need.rule == planner().rule(told_at_length)[0]


def test_what_is_unsure_is_offered_to_the_chat_model() -> None:
    torn = Wanted(recommend=0.3, search=UNSURE - 0.15, neither=0.85 - UNSURE)

    assert torn.kind is None
    assert torn.possible == ("search", "recommend")


def test_what_is_likely_is_decided() -> None:
    assert Wanted(recommend=0.9, search=0.05, neither=0.05).kind == "recommend"


def test_chances_sum_to_one_and_follow_the_weights() -> None:
    weights = np.zeros((len(LABELS), 3), np.float32)
    weights[LABELS.index("search"), 0] = 1.0

    found = wanted(np.array([1.0, 0.0], np.float32), weights)

    assert found.search == max(found.search, found.recommend, found.neither / 2)
    assert found.recommend + found.search + found.neither == pytest.approx(1.0)


def test_what_is_learned_of_one_subject_is_read_in_another() -> None:
    assert terms("Any film by Varda?", FILMS) == terms("any bottle by Antinori?", WINES)


def test_the_plural_of_a_label_is_an_item() -> None:
    assert "ITEM" in terms("comedies!", FILMS)


def test_the_inputs_tell_whose_catalog_it_is() -> None:
    of_films, of_wines = (inputs(Names(text="a wine for tonight"), NO_MEANING, of, "talk", {}) for of in (FILMS, WINES))

    assert (of_films != of_wines).any()


def test_only_the_embedder_it_was_fitted_on_will_do() -> None:
    assert suits(SPACE)
    assert not suits(HashingEmbedder().space)
