from __future__ import annotations

import time

import numpy as np
import pytest

from tailored.memory.embedders.hashing import HashingEmbedder
from tailored.memory.excerpt import excerpt
from tailored.memory.floor import FLOOR, confidence, measure
from tailored.memory.fusion import Evidence, rank
from tailored.memory.query import leans_on_previous, query_of
from tailored.memory.recall import Policy, Recollection, recall
from tailored.memory.store import Entry
from tailored.memory.working_set import WorkingSet
from tests.memory.makers import EMBEDDER, SCALE, chat, count_words, episode, fact, query, working_set

SMALL_TALK = (
    "Good morning to you",
    "The weather is nice in the mountains",
    "I finished the quarterly report for the board",
    "We cooked lentil soup for the children",
    "The new train line opens in autumn",
    "My bicycle has a flat tyre again",
    "Let us plan the trip to Lisbon",
    "The printer on the second floor is broken",
)


def search(memories: WorkingSet, text: str, *, policy: Policy = "search", **options: object) -> Recollection:
    settings: dict[str, object] = {"limit": 4, "count_tokens": count_words, **options}
    return recall(memories, query(text), SCALE, policy=policy, **settings)  # type: ignore[arg-type]


def ids(found: Recollection) -> list[str]:
    return [hit.record.id for hit in found.hits]


def test_the_best_comes_first() -> None:
    memories = working_set(chat(*SMALL_TALK, "My bicycle is red and my car is blue"))

    assert ids(search(memories, "what colour is my car"))[0] == "t-8"


def test_an_answer_is_found_by_the_question_before_it() -> None:
    memories = working_set(chat(*SMALL_TALK, "What is the name of your dog?", "Rex", "Nice", "Yes"))

    assert ids(search(memories, "name of the dog"))[:2] == ["t-8", "t-9"]


def test_a_long_message_speaks_for_itself() -> None:
    long = " ".join(f"topic{n}" for n in range(400))
    short, lengthy = (
        working_set(chat(*SMALL_TALK, "What is the name of your dog?", answer)) for answer in ("Rex", long)
    )

    gained = [
        float(rank(memories, query("name of the dog"), np.ones(10, np.bool_)).arms["question"][9])
        for memories in (short, lengthy)
    ]

    assert gained[0] > 5 * gained[1]


def test_what_the_user_said_goes_before_what_an_assistant_said() -> None:
    turns = [episode("the deadline is in June", 0, source="assistant"), episode("the deadline is in June", 1)]

    assert ids(search(working_set([*turns, *chat(*SMALL_TALK, thread="x")]), "when is the deadline"))[0] == "t-1"


def test_the_named_speaker_goes_first() -> None:
    turns = [
        episode("I went hiking", 0, speaker="Tim", thread="a"),
        episode("I went hiking", 0, speaker="Ann", thread="b"),
    ]

    found = search(working_set([*turns, *chat(*SMALL_TALK)]), "Did Ann go hiking?")

    assert ids(found)[0] == "b-0"


def test_a_fact_that_no_longer_holds_ranks_below_its_successor() -> None:
    facts = [fact("old", "Ada works at Acme", superseded_by="new"), fact("new", "Since May she is employed by Globex")]

    assert ids(search(working_set([*facts, *chat(*SMALL_TALK)]), "Where does Ada work?"))[:2] == ["new", "old"]


def test_every_hit_says_why() -> None:
    hit = search(working_set(chat(*SMALL_TALK)), "flat tyre").hits[0]

    assert sum(hit.why.values()) == pytest.approx(hit.score, abs=0.05)
    assert hit.why["words"] > 1


def test_nothing_relevant_injects_nothing() -> None:
    found = search(working_set(chat(*SMALL_TALK)), "How do I whisk egg whites?", policy="inject")

    assert not found
    assert found.considered == len(SMALL_TALK)
    assert found.confidence < FLOOR


def test_searching_has_no_floor() -> None:
    assert len(search(working_set(chat(*SMALL_TALK)), "How do I whisk egg whites?")) == 4


def test_what_is_relevant_is_injected() -> None:
    found = search(working_set(chat(*SMALL_TALK)), "Did the children like the lentil soup?", policy="inject")

    assert ids(found)[0] == "t-3"


@pytest.mark.parametrize("n", [1, 2, 3])
def test_a_tiny_memory_is_injected_too(n: int) -> None:
    memories = working_set(chat("I am allergic to peanuts", *SMALL_TALK[: n - 1]))

    assert ids(search(memories, "am I allergic to peanuts", policy="inject"))[0] == "t-0"


def test_excluded_records_are_neither_found_nor_evidence() -> None:
    found = search(
        working_set(chat(*SMALL_TALK)), "We cooked lentil soup for the children", policy="inject", exclude=["t-3"]
    )

    assert "t-3" not in ids(found)
    assert found.confidence < FLOOR


def test_the_same_question_asked_before_is_no_answer() -> None:
    memories = working_set(chat(*SMALL_TALK, "Where did I park my car?"))

    found = search(memories, "where did I park my car", policy="inject")

    assert "t-8" not in ids(found)
    assert found.confidence < FLOOR


def test_an_earlier_question_that_asks_for_less_is_no_answer() -> None:
    memories = working_set(chat(*SMALL_TALK, "Where did I park?", "I park the car behind the station."))

    found = search(memories, "where did I park my car on Monday", policy="inject")

    assert "t-8" not in ids(found)
    assert "t-9" in ids(found)


def test_unknown_excluded_ids_change_nothing() -> None:
    memories = working_set(chat(*SMALL_TALK))

    assert search(memories, "tyre", exclude=["nobody"]) == search(memories, "tyre")


def test_only_wanted_kinds_are_found() -> None:
    memories = working_set([fact("f", "Ada likes soup"), *chat(*SMALL_TALK)])

    assert ids(search(memories, "soup", kinds=["fact"])) == ["f"]


def test_repetitions_are_returned_once() -> None:
    memories = working_set(chat("I like green tea.", *SMALL_TALK, "I like green tea!", "I do not like green tea"))

    found = ids(search(memories, "green tea"))

    assert len({"t-0", "t-9"} & set(found)) == 1
    assert "t-10" in found


def test_repetitions_beside_memories_without_a_vector_are_returned_once() -> None:
    with_vector = chat("I like green tea.", "I like green tea!")
    without = chat("Green is my tea pot", "Tea from China is seldom green", thread="bare")
    vectors = EMBEDDER.embed([said.text for said in with_vector])
    entries = [Entry(record=said, vector=vector) for said, vector in zip(with_vector, vectors, strict=True)]
    memories = WorkingSet([*entries, *(Entry(record=said, vector=None) for said in without)])

    found = ids(search(memories, "green tea"))

    assert len({"t-0", "t-1"} & set(found)) == 1
    assert {"bare-0", "bare-1"} < set(found)


def test_repetitions_are_returned_once_where_nothing_has_a_vector() -> None:
    texts = ("I like green tea.", "Green is my tea pot", "I like green tea!")
    memories = WorkingSet(Entry(record=said, vector=None) for said in chat(*texts))

    found = ids(search(memories, "green tea"))

    assert len({"t-0", "t-2"} & set(found)) == 1
    assert "t-1" in found


def test_what_was_said_over_and_over_is_returned_once() -> None:
    memories = working_set(chat(*["I like green tea."] * 40, "Green is my tea pot"))

    found = ids(search(memories, "green tea", limit=20))

    assert len(found) == 2
    assert "t-40" in found


def test_numbers_make_a_difference() -> None:
    memories = working_set(chat("The API answers in 250 ms on average", "The API answers in 300 ms on average"))

    assert len(search(memories, "how fast is the API")) == 2


@pytest.mark.parametrize("limit", [0, -1])
def test_no_hits_wanted_means_none(limit: int) -> None:
    assert not search(working_set(chat(*SMALL_TALK)), "tyre", limit=limit)


def test_an_empty_memory_has_nothing() -> None:
    assert search(working_set([]), "tyre") == Recollection()


def test_the_budget_holds() -> None:
    memories = working_set(chat(*(f"{text} {'word ' * 40}" for text in SMALL_TALK)))

    found = search(memories, "soup and tyre", budget_tokens=80)

    assert found.hits
    assert found.tokens == sum(count_words(hit.text) for hit in found.hits) <= 80


def test_a_long_memory_is_cut_to_what_matters() -> None:
    filler = "This sentence is about nothing in particular. " * 40
    memories = working_set(chat(*SMALL_TALK, f"{filler}The wifi password is swordfish. {filler}"))

    hit = search(memories, "wifi password", budget_tokens=60).hits[0]

    assert "swordfish" in hit.text
    assert count_words(hit.text) <= 30
    assert hit.record.text.count("particular") == 80


def test_an_excerpt_is_never_larger_than_allowed() -> None:
    text = "One two three. Four five six seven. Eight nine."

    for room in range(12):
        part, size = excerpt(text, {"four": 1.0}, count_words, max_tokens=room)
        assert count_words(part) == size <= room


def test_a_question_that_says_little_is_completed_by_what_was_said_before() -> None:
    memories = working_set(chat(*SMALL_TALK))
    previous = query("Let us plan the trip to Lisbon")

    follow_up = query_of("and when?", query("and when?").vector, previous="the trip to Lisbon", before=previous.vector)

    found = recall(memories, follow_up, SCALE, limit=1, count_tokens=count_words, policy="search")
    assert ids(found) == ["t-6"]


@pytest.mark.parametrize(
    ("text", "leans"), [("and her?", True), ("Why?", True), ("Which train line opens in autumn near Lisbon?", False)]
)
def test_which_texts_lean_on_the_one_before(text: str, leans: bool) -> None:
    assert leans_on_previous(text) is leans


def test_confidence_rises_with_each_sign() -> None:
    weak, alike, covered = (
        confidence(Evidence(best_cosine=cosine, best_coverage=coverage, n_candidates=50), SCALE)
        for cosine, coverage in ((0.2, 0.1), (0.6, 0.1), (0.2, 0.9))
    )

    assert weak < alike
    assert weak < covered


def test_more_memories_make_a_chance_likeness_more_likely() -> None:
    few, many = (confidence(Evidence(best_cosine=0.4, best_coverage=0.3, n_candidates=n), SCALE) for n in (5, 50_000))

    assert many < few


def test_the_scale_tells_related_from_unrelated() -> None:
    assert measure(HashingEmbedder()).reach > 2


def test_recall_is_fast_at_a_thousand_memories() -> None:
    rng = np.random.default_rng(0)
    texts = [" ".join(f"w{word}" for word in rng.zipf(1.3, 20) % 3000) for _ in range(1000)]
    memories = working_set(chat(*texts))
    asked = query(texts[500])
    taken = []
    for _ in range(40):
        start = time.perf_counter()
        recall(memories, asked, SCALE, limit=4, budget_tokens=300, count_tokens=count_words)
        taken.append(time.perf_counter() - start)

    assert sorted(taken)[20] < 0.003
