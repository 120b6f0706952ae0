from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pytest
from langchain_core.messages import AIMessage

from tailored.memory.recall import Hit, Recollection
from tailored.memory.rerank import CrossEncoderReranker, Reranker, YesNoReranker, chat_odds, reranked
from tests.memory.makers import fact

FOUND = Recollection(
    hits=tuple(
        Hit(record=fact(text, text), score=3.0 - at, text=text) for at, text in enumerate(("long", "longer", "longest"))
    ),
    considered=9,
)


class ByLength:
    def scores(self, text: str, notes: Sequence[str]) -> list[float]:
        return [float(len(note)) for note in notes]


def ids(found: Recollection) -> list[str]:
    return [hit.record.id for hit in found.hits]


def test_hits_come_in_the_order_of_the_reranker() -> None:
    assert ids(reranked(FOUND, "how long?", ByLength())) == ["longest", "longer", "long"]


def test_weak_hits_are_left_out_on_demand() -> None:
    assert ids(reranked(FOUND, "how long?", ByLength(), least=6)) == ["longest", "longer"]


def test_a_hit_says_what_the_reranker_gave() -> None:
    assert reranked(FOUND, "how long?", ByLength()).hits[0].why["reranker"] == 7


def test_nothing_found_asks_no_reranker() -> None:
    assert reranked(Recollection(), "how long?", YesNoReranker(_must_not_be_asked)) == Recollection()


def _must_not_be_asked(prompt: str) -> Mapping[str, float]:
    raise AssertionError(prompt)


def test_a_model_that_says_yes_more_likely_scores_higher() -> None:
    def odds(prompt: str) -> Mapping[str, float]:
        return {" Yes": -0.1, "No": -3.0} if "swordfish" in prompt else {"no": -0.2, "NO": -2.0, "yes": -4.0}

    high, low = YesNoReranker(odds).scores("What is the password?", ["It is swordfish.", "It is sunny."])

    assert high == pytest.approx(2.9)
    assert low == pytest.approx(-4 - math.log(math.exp(-0.2) + math.exp(-2)))


def test_an_answer_that_is_neither_scores_nothing() -> None:
    assert YesNoReranker(lambda prompt: {"Maybe": 0.0}).scores("?", ["x"]) == [0.0]


class _Chat:
    """The two calls of a LangChain model that are used."""

    def __init__(self, message: AIMessage) -> None:
        self._message = message
        self.bound: Mapping[str, object] = {}

    def bind(self, **settings: object) -> _Chat:
        self.bound = settings
        return self

    def invoke(self, prompt: str) -> AIMessage:
        return self._message


def test_odds_are_read_from_a_chat_model() -> None:
    likely = [{"token": "Yes", "logprob": -0.3}, {"token": "No", "logprob": -1.5}]
    model = _Chat(AIMessage("Yes", response_metadata={"logprobs": {"content": [{"top_logprobs": likely}]}}))

    assert chat_odds(model)("?") == {"Yes": -0.3, "No": -1.5}
    assert model.bound["max_tokens"] == 1


def test_a_server_without_probabilities_answers_with_certainty() -> None:
    scores = YesNoReranker(chat_odds(_Chat(AIMessage("No.")))).scores("?", ["x"])

    assert scores == [-12.0]


def test_a_cross_encoder_is_loaded_when_it_is_first_used() -> None:
    reranker: Reranker = CrossEncoderReranker("no-such-folder")

    assert reranker is not None
