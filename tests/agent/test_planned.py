"""A list that a model plans by tools: whatever the model does, it ends, and nothing in it is made up or seen."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tailored.agent.planned import plan_list
from tailored.tools import Catalog, CatalogIndex, Picker, import_catalog
from tailored.tools.filters import NoneOf
from tailored.tools.recommenders import standard
from tailored.tools.steering import Steering
from tests.agent.makers import assistant, scripted
from tests.tools.parts import WordEmbedder, event, movie_picker

LIKED = [event("1", day=1), event("4", day=2)]


class Model:
    """Plays its lines, and repeats the last one for ever."""

    def __init__(self, *lines: str) -> None:
        self._lines = lines
        self.seen: list[list[tuple[str, str]]] = []

    def __call__(self, prompt: list[tuple[str, str]], schema: dict[str, Any]) -> str:
        self.seen.append(prompt)
        return self._lines[min(len(self.seen), len(self._lines)) - 1]


def retrieve(value: str) -> str:
    return json.dumps({"tool": "retrieve", "value": value})


FINISH = json.dumps({"tool": "finish"})


@pytest.fixture(scope="module")
def picker(tmp_path_factory: pytest.TempPathFactory) -> Picker:
    return movie_picker(tmp_path_factory.mktemp("movies"))


def ids(candidates: Sequence[Any]) -> list[str]:
    return [candidate.item.id for candidate in candidates]


def test_values_are_retrieved_by_until_the_model_finishes(picker: Picker) -> None:
    model = Model(retrieve("horror"), retrieve("comedy"), FINISH)

    planned = plan_list(model, picker, "ada", LIKED, count=3)

    assert planned.values == ("horror", "comedy")
    assert planned.calls == 3
    assert "Annie Hall (1977) (comedy, romance)" in model.seen[0][-1][1]
    assert "horror: " in model.seen[1][-1][1], "the model is told what came back"


def test_what_is_retrieved_by_comes_forward(picker: Picker) -> None:
    plain = ids(plan_list(Model(FINISH), picker, "ada", LIKED).candidates)
    planned = ids(plan_list(Model(retrieve("romance"), FINISH), picker, "ada", LIKED).candidates)

    assert planned.index("5") <= plain.index("5")
    assert sorted(planned) == sorted(plain)


@pytest.mark.parametrize(
    ("lines", "values", "calls"),
    [
        ((retrieve("horror"), retrieve("horror")), ("horror",), 2),
        ((f"Sure!\n```json\n{retrieve('horror')}\n```", FINISH), ("horror",), 2),
        (('{"tool": "retrieve", "value": "horror"', FINISH), ("horror",), 2),
        (("I like films.", retrieve("comedy"), FINISH), ("comedy",), 3),
        (("no", "no"), (), 2),
        ((retrieve("<item 99999>"), retrieve("opera")), (), 2),
        (("[1, 2]", '{"tool": "search"}'), (), 2),
    ],
)
def test_steps_are_mended_asked_again_or_end_the_plan(
    picker: Picker, lines: tuple[str, ...], values: tuple[str, ...], calls: int
) -> None:
    planned = plan_list(Model(*lines), picker, "ada", LIKED)

    assert (planned.values, planned.calls) == (values, calls)
    assert planned.candidates


def test_a_model_that_never_finishes_is_stopped_after_seven_calls(picker: Picker) -> None:
    lines = [line for value in ("horror", "sci-fi", "comedy", "romance") for line in ("nonsense", retrieve(value))]

    planned = plan_list(Model(*lines), picker, "ada", LIKED)

    assert planned.calls == 7
    assert planned.values == ("horror", "sci-fi", "comedy")
    assert planned.candidates


def test_nothing_seen_or_refused_is_listed(picker: Picker) -> None:
    refused = Steering(must=(NoneOf(facet="genres", values=("action",)),))

    planned = plan_list(Model(retrieve("horror"), FINISH), picker, "ada", LIKED, steering=refused)

    assert set(ids(planned.candidates)) == {"3", "5", "7"}


def test_somebody_new_gets_a_list_without_a_call(picker: Picker) -> None:
    planned = plan_list(Model("never asked"), picker, "ada", [])

    assert planned.calls == 0
    assert len(planned.candidates) == 7


@pytest.fixture(scope="module")
def dramatic(tmp_path_factory: pytest.TempPathFactory) -> Picker:
    """Forty dramas that everybody sees, and eight westerns that nobody does."""
    folder = tmp_path_factory.mktemp("dramatic")
    movies = [f"{n},Drama {n} (1990),Drama" for n in range(1, 41)]
    movies += [f"{n},Western {n} (1950),Western" for n in range(41, 49)]
    seen = [f"{who},{n},4.5,{1000 * who + n}" for who in range(1, 9) for n in range(who, 41, 2)]
    (folder / "movies.csv").write_text("\n".join(["movieId,title,genres", *movies]), "utf-8")
    (folder / "ratings.csv").write_text("\n".join(["userId,movieId,rating,timestamp", *seen]), "utf-8")
    import_catalog(folder, folder / "catalog")
    index = CatalogIndex.open(Catalog.open(folder / "catalog"), WordEmbedder())
    return Picker(index, standard(index))


def test_what_was_liked_lately_and_is_lacking_is_retrieved_though_nobody_named_it(dramatic: Picker) -> None:
    few, many = ([event(str(n), day=n) for n in range(41, 41 + count)] for count in (4, 5))

    assert plan_list(Model(FINISH), dramatic, "ada", few).values == ()
    planned = plan_list(Model(FINISH), dramatic, "ada", many)

    assert (planned.values, planned.calls) == (("western",), 1)


def test_a_value_that_the_list_has_enough_of_counts_nothing(dramatic: Picker) -> None:
    likes = [event(str(n), day=n) for n in (1, 2, 3, 41, 42, 43)]

    finished = plan_list(Model(FINISH), dramatic, "ada", likes)
    named = plan_list(Model(retrieve("drama"), FINISH), dramatic, "ada", likes)

    assert named.values == ("drama", "western")
    assert ids(named.candidates) == ids(finished.candidates)


def test_an_assistant_plans_a_list_under_what_was_said_outright(tmp_path: Path) -> None:
    with assistant(tmp_path, scripted(retrieve("science fiction"), FINISH), films=True) as tailored:
        tailored.user("ada").remember("Never suggest horror films.")
        tailored.user("ada").rate("alien-1979", 5)
        planned = tailored.plan_list("ada", "nothing before 1990", count=5)

    assert len(planned) == 5
    for candidate in planned:
        assert "horror" not in candidate.item.labels
        assert candidate.item.facets["year"] >= 1990
