"""Second drafts, and what is learned from which one is taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from tailored.agent import Assistant, Reply
from tailored.agent.learning.duels import MIN_DUELS, Duels, usual_manner
from tailored.evals import duels as benchmark
from tailored.prompts.manners import MANNERS, OPTIONS, manner_lines
from tests.agent.makers import assistant, calling, scripted

ASKED = "Why is the sky blue?"


def duelled(tailored: Assistant, count: int, *, took_rival: bool = True) -> list[str]:
    """The rivals' manners of so many duels, each in a thread of its own."""
    manners = []
    for number in range(count):
        rival = tailored.rival(tailored.chat("ada", ASKED, thread=f"t{number}"))
        assert rival is not None
        tailored.settle(rival, took_rival=took_rival)
        manners.append(rival.manner)
    return manners


def drafts(count: int) -> list[str]:
    return [f"Draft {number}." for number in range(2 * count + 1)]


def test_the_rival_is_asked_for_in_another_manner(tmp_path: Path) -> None:
    model = scripted("Scattering.", "Oh, what a lovely question!")
    with assistant(tmp_path, model) as tailored:
        rival = tailored.rival(tailored.chat("ada", ASKED))

    assert rival is not None
    assert rival.text == "Oh, what a lovely question!"
    first, second = model.seen
    assert all(line in second[0].text and line not in first[0].text for line in manner_lines(rival.manner))
    assert [message.text for message in second[1:]] == [message.text for message in first[1:]]


def test_the_thread_goes_on_with_the_draft_that_was_taken(tmp_path: Path) -> None:
    model = scripted("Scattering.", "Air scatters blue light.", "Red light less so.")
    with assistant(tmp_path, model) as tailored:
        rival = tailored.rival(tailored.chat("ada", ASKED))
        assert rival is not None
        tailored.settle(rival, took_rival=True)
        tailored.chat("ada", "And red?")

    assert [message.text for message in model.seen[-1][1:]] == [ASKED, "Air scatters blue light.", "And red?"]


def test_replies_change_only_after_some_duels(tmp_path: Path) -> None:
    model = scripted(*drafts(MIN_DUELS))
    with assistant(tmp_path, model) as tailored:
        duelled(tailored, MIN_DUELS)
        tailored.chat("ada", ASKED, thread="last")

    plain = [seen[0].text for seen in model.seen[: 2 * MIN_DUELS : 2]]
    assert len(set(plain)) == 1
    assert any(line in model.seen[-1][0].text for line in OPTIONS.values())


def test_forgetting_a_duel_takes_it_back(tmp_path: Path) -> None:
    model = scripted(*drafts(MIN_DUELS))
    with assistant(tmp_path, model) as tailored:
        duelled(tailored, MIN_DUELS)
        ada = tailored.user("ada")
        for choice in ada.export()["records"]:
            if choice["kind"] == "choice":
                ada.forget(choice["id"])
        tailored.chat("ada", ASKED, thread="last")

    assert model.seen[-1][0].text == model.seen[0][0].text


def test_forgetting_the_reply_forgets_the_duel(tmp_path: Path) -> None:
    with assistant(tmp_path, drafts(1)) as tailored:
        duelled(tailored, 1)
        ada = tailored.user("ada")
        [reply] = [record for record in ada.export()["records"] if record.get("source") == "assistant"]
        ada.forget(reply["id"])

        assert not [record for record in ada.export()["records"] if record["kind"] == "choice"]


def test_there_is_none_about_a_list(tmp_path: Path) -> None:
    model = scripted(calling("recommend", count=1), "There you are.")
    with assistant(tmp_path, model, films=True) as tailored:
        assert tailored.rival(tailored.chat("ada", "Recommend me a film")) is None


def test_there_is_none_about_an_earlier_reply(tmp_path: Path) -> None:
    with assistant(tmp_path, ["One.", "Two."]) as tailored:
        earlier: Reply = tailored.chat("ada", ASKED)
        tailored.chat("ada", "And red?")

        assert tailored.rival(earlier) is None


def test_there_is_none_that_says_the_same(tmp_path: Path) -> None:
    with assistant(tmp_path, ["One.", "One."]) as tailored:
        assert tailored.rival(tailored.chat("ada", ASKED)) is None


def test_a_duel_says_something_about_manners_that_share_its_options() -> None:
    duels = Duels.fit([("warm", ""), ("warm,list", "list"), ("warm", "plain"), ("warm,full", "full")])

    assert "warm" in duels.best()
    assert duels.challenger(duels.best()) != duels.best()


def test_without_duels_the_prompt_is_as_it_always_is() -> None:
    assert usual_manner([]) == MANNERS[0] == ""
    assert usual_manner([("warm", "")] * (MIN_DUELS - 1)) == ""


@pytest.mark.parametrize("unknown", ["glowing", "warm,glowing"])
def test_a_manner_of_another_version_says_nothing(unknown: str) -> None:
    assert usual_manner([(unknown, "")] * MIN_DUELS) == ""


def test_ten_duels_find_more_than_random_pairs() -> None:
    gained, most = benchmark.run(seed=3, users=40)

    assert gained["ours"][10].sum() / most.sum() > gained["random pairs"][10].sum() / most.sum()
