"""The owner's recommender: whatever it does, a list comes, and says what is missing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import pytest

from tailored.tools import Catalog, CatalogIndex, Picker, Wish
from tailored.tools.errors import RecommenderFailed
from tailored.tools.recommenders import Arm, Asked, Owned, Recommender, Scored, over_http, standard

from ..parts import WordEmbedder, event, movie_catalog
from .conformance import GlanceTests, history


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    return movie_catalog(tmp_path_factory.mktemp("catalog"))


def likes_comedies(asked: Asked) -> Scored:
    return {"4": 2.0, "5": 1.5, "gone": 9.0, "6": float("nan"), "1": float("inf")}


class TestOwned(GlanceTests):
    @pytest.fixture
    def recommender(self, catalog: Catalog) -> Recommender:
        return Owned(catalog, likes_comedies)

    def test_unknown_ids_and_scores_that_are_no_numbers_are_left_out(self, recommender: Recommender) -> None:
        assert recommender.score("ada", history()).tolist() == [0, 0, 0, 2.0, 1.5, 0, 0]


def test_it_is_told_what_the_user_did(catalog: Catalog) -> None:
    heard: list[Asked] = []
    Owned(catalog, lambda asked: heard.append(asked) or ["1"]).score("ada", history(0, 3), query="funny")  # type: ignore[func-returns-value]

    [asked] = heard
    assert (asked.user_id, asked.liked, asked.disliked, asked.query) == ("ada", ("1", "4"), (), "funny")


def test_ids_alone_are_taken_best_first(catalog: Catalog) -> None:
    scores = Owned(catalog, lambda asked: ["5", "4"]).score("ada", history())

    assert np.argsort(-scores)[:2].tolist() == [4, 3]


def broken(asked: Asked) -> Scored:
    raise RuntimeError("secret detail")


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (broken, "failed with RuntimeError"),
        (lambda asked: [], "no item of the catalog"),
        (lambda asked: ["gone"], "no item of the catalog"),
        (lambda asked: None, "answered with NoneType"),
        (lambda asked: "4", "answered with str"),
    ],
)
def test_an_answer_that_cannot_be_used_is_named(catalog: Catalog, answer: Callable[[Asked], Any], message: str) -> None:
    with pytest.raises(RecommenderFailed, match=message) as caught:
        Owned(catalog, answer).score("ada", history())

    assert "secret" not in str(caught.value)


@pytest.fixture
def stuck() -> Iterator[threading.Event]:
    gate = threading.Event()
    yield gate
    gate.set()


def test_a_slow_one_is_not_waited_for(catalog: Catalog, stuck: threading.Event) -> None:
    def wait(asked: Asked) -> Scored:
        stuck.wait(5)
        return ["4"]

    with pytest.raises(RecommenderFailed, match=r"no answer within 0\.05 s"):
        Owned(catalog, wait, timeout_s=0.05).score("ada", history())


def test_one_that_hangs_takes_no_more_threads_than_allowed(catalog: Catalog, stuck: threading.Event) -> None:
    owned = Owned(catalog, lambda asked: stuck.wait(5) and ["4"], timeout_s=0.001)  # type: ignore[arg-type,return-value]
    for _ in range(8):
        with pytest.raises(RecommenderFailed, match="no answer"):
            owned.score("ada", history())

    with pytest.raises(RecommenderFailed, match="have not come back"):
        owned.score("ada", history())


def test_a_list_is_made_without_it_and_says_so(tmp_path: Path) -> None:
    index = CatalogIndex.open(movie_catalog(tmp_path), WordEmbedder())
    picker = Picker(index, standard(index, Arm(recommender=Owned(index.catalog, broken), weight=2.0)))
    told: list[str] = []
    picked = picker.pick("ada", [event("1")], Wish(count=3), missing=told.append)

    assert len(picked) == 3
    assert told == ["owned: failed with RuntimeError"]


def test_it_changes_the_list(tmp_path: Path) -> None:
    index = CatalogIndex.open(movie_catalog(tmp_path), WordEmbedder())
    arm = Arm(recommender=Owned(index.catalog, lambda asked: {"7": 1.0}), weight=9.0)

    assert Picker(index, standard(index, arm)).pick("ada", [event("1")], Wish(count=1))[0].item.id == "7"


class TestOverHttp:
    def ask(self, handler: Callable[[httpx2.Request], httpx2.Response]) -> Scored:
        client = httpx2.Client(transport=httpx2.MockTransport(handler))
        return over_http(client, "http://shop.test/recommend")(
            Asked(user_id="ada", liked=("1",), disliked=(), query="", count=5)
        )

    def test_items_with_scores(self) -> None:
        items = {"items": [{"id": "4", "score": 0.5}, {"id": "5", "score": 0.25}]}

        assert self.ask(lambda request: httpx2.Response(200, json=items)) == {"4": 0.5, "5": 0.25}

    def test_ids_alone(self) -> None:
        assert self.ask(lambda request: httpx2.Response(200, json={"items": ["5", "4"]})) == ["5", "4"]

    @pytest.mark.parametrize(
        ("response", "message"),
        [
            (httpx2.Response(500), "answered 500"),
            (httpx2.Response(200, text="hello"), "answer is not"),
            (httpx2.Response(200, json=[1]), "answer is not"),
            (httpx2.Response(200, json={"items": [{"name": "x"}]}), "answer is not"),
        ],
    )
    def test_an_answer_of_another_form_is_named(self, response: httpx2.Response, message: str) -> None:
        with pytest.raises(RecommenderFailed, match=message):
            self.ask(lambda request: response)

    def test_no_connection_is_named(self) -> None:
        def refuse(request: httpx2.Request) -> httpx2.Response:
            raise httpx2.ConnectError("refused")

        with pytest.raises(RecommenderFailed, match="cannot be reached"):
            self.ask(refuse)
