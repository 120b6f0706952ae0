"""What users say and do becomes a summary in their later prompts, with a scripted model and everything else real."""

from __future__ import annotations

from pathlib import Path

from tailored.agent import Assistant
from tests.agent.learning.test_with_a_model import answer
from tests.agent.makers import assistant, scripted

WEDDING = "I'm planning my sister Mia's wedding in June and I still need a present for her."
PIANO = "I've been learning the piano since March, my lessons are on Thursdays."
NOTICED = answer(
    sentences=[
        {"sentence": "The user is planning the wedding of sister Mia in June.", "messages": [1]},
        {"sentence": "The user has been learning the piano since March.", "messages": [2]},
        {"sentence": "The user is moving to Berlin.", "messages": [2]},
    ]
)
NOTHING = answer(statements=[])
MODEL = {"use_model": True}


def summary(tailored: Assistant) -> list[str]:
    profile = tailored.user("ada").profile
    return profile.summary.splitlines() if profile else []


def told(tailored: Assistant) -> None:
    with tailored.learning_later():
        tailored.chat("ada", WEDDING, thread="one")
        tailored.chat("ada", PIANO, thread="two")
    tailored.learn_now()


def plays(*more: object) -> list[object]:
    """Two replies, a reading of each message for statements, one reading of both together."""
    return ["How nice.", "Good luck.", NOTHING, NOTHING, NOTICED, *more]


def test_what_occupies_a_user_is_in_later_prompts(tmp_path: Path) -> None:
    model = scripted(*plays("A scarf."))
    with assistant(tmp_path, model, learning=MODEL) as tailored:
        told(tailored)
        tailored.chat("ada", "What could it be?", thread="three")
        profile = tailored.user("ada").profile
        ids = [memory.id for memory in tailored.user("ada").memories if memory.source == "user"]

    assert "The user is planning the wedding of sister Mia in June." in model.seen[-1][0].text
    assert "Berlin" not in model.seen[-1][0].text
    assert profile is not None
    assert profile.citations == ((ids[0],), (ids[1],))


def test_a_block_of_messages_takes_one_call(tmp_path: Path) -> None:
    model = scripted(*plays())
    with assistant(tmp_path, model, learning=MODEL) as tailored:
        told(tailored)

    [asked] = [seen[-1].text for seen in model.seen if "what occupies this user" in seen[0].text]
    assert "Mia's wedding" in asked
    assert "learning the piano" in asked


def test_the_assistants_words_are_not_read(tmp_path: Path) -> None:
    model = scripted(*plays())
    with assistant(tmp_path, model, learning=MODEL) as tailored:
        told(tailored)

    assert not any("How nice" in seen[-1].text for seen in model.seen[2:])


def test_a_forgotten_message_leaves_the_summary(tmp_path: Path) -> None:
    with assistant(tmp_path, plays(), learning=MODEL) as tailored:
        told(tailored)
        ada = tailored.user("ada")
        [piano] = [memory for memory in ada.memories if memory.text == PIANO]
        ada.forget(piano.id)
        tailored.learn_now()

        assert not any("piano" in line for line in summary(tailored))


def test_a_message_that_is_forgotten_before_it_is_read_is_not_read(tmp_path: Path) -> None:
    model = scripted("How nice.", "Good luck.", NOTHING, answer(sentences=[]))
    with assistant(tmp_path, model, learning=MODEL) as tailored:
        with tailored.learning_later():
            tailored.chat("ada", WEDDING, thread="one")
            tailored.chat("ada", PIANO, thread="two")
        ada = tailored.user("ada")
        [piano] = [memory for memory in ada.memories if memory.text == PIANO]
        ada.forget(piano.id)
        tailored.learn_now()

    assert not any("piano" in seen[-1].text for seen in model.seen[2:])


def test_small_talk_is_not_read(tmp_path: Path) -> None:
    model = scripted("Hello.")
    with assistant(tmp_path, model, learning=MODEL) as tailored:
        tailored.chat("ada", "Hello there!")
        tailored.learn_now()

    assert len(model.seen) == 1


def test_tastes_have_counts_and_evidence(tmp_path: Path) -> None:
    with assistant(tmp_path, films=True) as tailored:
        ada = tailored.user("ada")
        event = ada.rate("alien-1979", 5)

        assert all(taste.evidence == (event.id,) and taste.liked == taste.seen == 1 for taste in ada.tastes)
        assert ada.tastes
