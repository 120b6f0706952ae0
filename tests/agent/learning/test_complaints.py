from __future__ import annotations

import pytest

from tailored.agent.learning.complaints import wishes_of
from tailored.agent.learning.feedback import asked_again, detect

REPLY = "Dear team, " + "the kitchen will be closed on Friday for repairs. " * 10

WISHES = """Too long.|length -
Way too wordy|length -
No, shorter.|length -
Make it half as long.|length -
I said under fifty words and this is a hundred and twenty.|length -
That's too short.|length +
no bullets please|bullets -
Again, without emojis please.|emoji -
I asked for bullet points.|bullets +
I asked for a numbered list.|numbering +
It's still too formal.|formality -
Make it less formal|formality -
This is too casual.|formality +
That is much too technical for my grandmother.|wording +
It needs to be friendlier.|tone +
For the third time: metric units.|units +
Good, but please drop the exclamation marks.|exclamations -
Too long, and no bullets please.|length -, bullets -"""

NAMELESS = """That's wrong.
Try again.
Not a fan of this one.
That film came out in 1994, not 1999.
You forgot the date.
I give up."""


@pytest.mark.parametrize("line", WISHES.splitlines())
def test_a_complaint_that_names_what_was_wrong_is_a_wish(line: str) -> None:
    complaint, expected = line.split("|")

    cue = detect(complaint)

    assert cue is not None
    assert cue.signal == "dissatisfied"
    assert [f"{aspect.name} {aspect.polarity}" for aspect in wishes_of(complaint, REPLY)] == expected.split(", ")


@pytest.mark.parametrize("complaint", NAMELESS.splitlines())
def test_one_that_names_nothing_is_none(complaint: str) -> None:
    assert wishes_of(complaint, REPLY) == ()


def test_shorter_means_shorter_than_the_reply_was() -> None:
    [wish] = wishes_of("Shorter please.", "word " * 100)

    assert wish.value == "Write at most 60 words"
    assert wish.target == 60


def test_a_number_of_words_is_taken_at_its_word() -> None:
    [wish] = wishes_of("I said no more than 40 words.", "word " * 100)

    assert wish.target == 40


def test_asking_the_same_again_is_a_complaint() -> None:
    cue = asked_again("How do I reset the router?", "How can I reset my router?", 0.95)

    assert cue is not None
    assert cue.signal == "dissatisfied"


@pytest.mark.parametrize(
    ("before", "turn"),
    [
        ("Which of these four leases lets me keep a dog?", "Please tell me which one of the leases lets me keep a dog"),
        (
            "Draft a three line bio for the Lisbon poster.",
            "I need the bio for the Lisbon poster in three lines, please",
        ),
        (
            "When does the last ferry to Skye leave tonight?",
            "So when does the last ferry to Skye actually leave tonight",
        ),
    ],
)
def test_asking_it_in_other_words_is_one_too(before: str, turn: str) -> None:
    assert asked_again(before, turn, 0.8) is not None
    assert asked_again(before, turn, 0.6) is None


@pytest.mark.parametrize(
    ("before", "turn", "likeness"),
    [
        ("What is the boiling point of ethanol?", "What's the boiling point of methanol?", 0.8),
        ("How do I reset the router?", "How do I reset the router's password?", 0.85),
        ("Recommend a film like Alien for tonight", "Recommend a film for tonight, please", 0.8),
        ("Write a birthday card for my aunt and a poem for my uncle", "Now write the birthday card please", 0.8),
        ("Write the release note for 2.1", "Write the release note for 2.2", 0.98),
        ("What is the capital of Peru?", "What is the capital of Chile?", 0.92),
        ("How do I reset the router?", "How often should I update the router?", 0.7),
        ("Hello there", "Hello there", 1.0),
    ],
)
def test_a_related_task_is_not(before: str, turn: str, likeness: float) -> None:
    assert asked_again(before, turn, likeness) is None
