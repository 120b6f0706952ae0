from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tailored.memory.embedders.hashing import HashingEmbedder
from tailored.memory.errors import InvalidUserId
from tailored.memory.records import InteractionEvent
from tailored.tools import (
    Candidate,
    CandidatePool,
    Catalog,
    CatalogIndex,
    Evidence,
    Item,
    Picker,
    Wish,
    import_catalog,
)
from tailored.tools.errors import InvalidRequest
from tailored.tools.filters import Equals, parse_filters
from tailored.tools.reasons import sentence
from tailored.tools.recommenders import standard
from tests.agent.makers import FILMS

from .parts import event, movie_picker


@pytest.fixture(scope="module")
def picker(tmp_path_factory: pytest.TempPathFactory) -> Picker:
    return movie_picker(tmp_path_factory.mktemp("catalog"))


class TestPick:
    def test_what_goes_with_the_liked_item_comes_first_with_the_reason(self, picker: Picker) -> None:
        [best] = picker.pick("ada", [event("1")], Wish(count=1))

        assert best.item.id == "2"
        assert best.reason.startswith("because you liked Alien (1979): horror, sci-fi")

    @pytest.mark.parametrize("kind", ["picked", "rejected", "rated"])
    def test_items_the_user_dealt_with_do_not_come_back(self, picker: Picker, kind: InteractionEvent) -> None:
        events = [event("1", kind, value=5.0)]

        assert "1" not in {c.item.id for c in picker.pick("ada", events, Wish(query="alien", count=10))}

    def test_an_item_that_was_only_shown_may_come_back(self, picker: Picker) -> None:
        assert "1" in {c.item.id for c in picker.pick("ada", [event("1", "shown")], Wish(query="alien", count=10))}

    @settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(
        seen=st.sets(st.sampled_from("1234567")),
        excluded=st.sets(st.sampled_from("1234567x")),
        count=st.integers(1, 20),
        query=st.text(max_size=20),
    )
    def test_never_a_seen_or_excluded_item(
        self, picker: Picker, seen: set[str], excluded: set[str], count: int, query: str
    ) -> None:
        wish = Wish(query=query, excluded=excluded, count=count)
        picked = [c.item.id for c in picker.pick("ada", [event(i) for i in sorted(seen)], wish)]

        assert set(picked) <= set("1234567") - seen - excluded
        assert len(picked) == len(set(picked)) == min(count, len(set("1234567") - seen - excluded))

    def test_filters_hold_against_every_score(self, picker: Picker) -> None:
        wish = Wish(query="horror", filter=parse_filters({}, {"genres": ["horror"]}), count=10)

        assert [c for c in picker.pick("ada", [event("1")], wish) if "Horror" in c.item.labels] == []

    def test_rejecting_a_reason_changes_the_next_list(self, picker: Picker) -> None:
        events = [event("1", day=0), event("6", "rejected", reason="horror", day=1)]

        assert picker.pick("ada", [event("1")], Wish(count=1))[0].item.labels[-1] == "Sci-Fi"
        assert "Horror" not in picker.pick("ada", events, Wish(count=1))[0].item.labels

    def test_every_candidate_has_a_reason(self, picker: Picker) -> None:
        assert all(c.reason for c in picker.pick("ada", [], Wish(count=10)))

    def test_what_nothing_speaks_for_says_what_it_would_teach(self, picker: Picker) -> None:
        reasons = {c.item.title: c.reason for c in picker.pick("ada", [], Wish(count=10))}

        assert reasons["The Thing (1982)"] == "to learn whether you like horror, sci-fi"
        assert reasons["Home Movie"] == "something different, to learn what you like"

    def test_without_history_popular_items_come_and_say_so(self, picker: Picker) -> None:
        [best] = picker.pick("ada", [], Wish(count=1))

        assert best.reason == "popular: chosen by 6 people"

    @pytest.mark.parametrize("wish", [Wish(query="a comedy"), Wish(filter=Equals(facet="genres", value="Comedy"))])
    def test_what_was_asked_for_is_the_reason(self, picker: Picker, wish: Wish) -> None:
        assert picker.pick("ada", [], wish)[0].reason.startswith("you asked for comedy")

    def test_a_disliked_item_is_never_the_reason(self, picker: Picker) -> None:
        picked = picker.pick("ada", [event("1", "rated", value=1.0)], Wish(count=10))

        assert not any(one.kind == "liked" for c in picked for one in c.evidence)

    def test_the_score_is_the_sum_of_its_arms(self, picker: Picker) -> None:
        for candidate in picker.pick("ada", [event("1")], Wish(query="comedy")):
            assert candidate.score == pytest.approx(sum(candidate.arms.values()), abs=0.01)

    def test_count_below_one_is_refused(self, picker: Picker) -> None:
        with pytest.raises(InvalidRequest, match="count is 0"):
            picker.pick("ada", [], Wish(count=0))

    def test_an_empty_user_id_is_refused(self, picker: Picker) -> None:
        with pytest.raises(InvalidUserId):
            picker.pick(" ", [], Wish())


class TestPool:
    def candidate(self, item_id: str) -> Candidate:
        evidence = (Evidence(kind="found"),)
        return Candidate(item=Item(id=item_id, title=f"Item {item_id}", facets={}), score=1.0, evidence=evidence)

    def test_an_item_added_again_keeps_its_place(self) -> None:
        pool = CandidatePool()
        pool.add([self.candidate("1"), self.candidate("2")])
        pool.add([self.candidate("1")])

        assert [c.item.id for c in pool.candidates] == ["1", "2"]


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        (Evidence(kind="liked", title="Alien", labels=("Horror",)), "because you liked Alien: horror"),
        (Evidence(kind="liked", title="Alien"), "goes with Alien, which you liked"),
        (Evidence(kind="popular", count=9), "popular: chosen by 9 people"),
        (Evidence(kind="asked", labels=("A", "B", "C", "D")), "you asked for a, b, c"),
    ],
)
def test_sentences(evidence: Evidence, expected: str) -> None:
    assert sentence([evidence]) == expected


def test_of_a_stranger_nothing_is_known_so_the_order_is_not_the_catalogs(tmp_path: Path) -> None:
    import_catalog(FILMS, tmp_path)
    index = CatalogIndex.open(Catalog.open(tmp_path), HashingEmbedder())
    picker = Picker(index, standard(index))
    lists = {user: [one.item.id for one in picker.pick(user, [], Wish(count=5))] for user in ("ada", "bob")}

    assert lists["ada"] != lists["bob"]
    assert lists["ada"] == [one.item.id for one in picker.pick("ada", [], Wish(count=5))]
