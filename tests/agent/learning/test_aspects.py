from __future__ import annotations

import time

import pytest

from tailored.agent.learning.aspects import measure
from tailored.agent.learning.checks import violated
from tailored.agent.learning.features import features

PLAIN = (
    "The new bridge opens on Monday and the council expects many visitors. It is not far from the old road. "
    "Workers did not finish the paint in time, so some lanes will stay closed until the end of the month."
)
BULLETED = (
    "- The new bridge opens on Monday.\n- Many visitors are expected.\n- Some lanes will stay closed until next month."
)


def names(draft: str, edited: str) -> dict[str, str]:
    return {aspect.name: aspect.polarity for aspect in measure(draft, edited)}


@pytest.mark.parametrize(
    ("draft", "edited"),
    [
        (PLAIN, PLAIN),
        (PLAIN, PLAIN.replace("council", "counsil")),
        (PLAIN, PLAIN.replace("Monday", "Thursday")),
        (PLAIN, PLAIN.replace("bridge", "Lisbon tunnel")),
        (PLAIN, PLAIN.replace("many visitors", "40,000 visitors from Porto")),
        ("Call Ana on 2026-03-04 about the 30 km run.", "Call Eva on 2026-05-06 about the 42 km run."),
        ("Hi Sam,\n\nThe order ships today.\n\nBest,\nAna", "Hi Ines,\n\nThe order ships tomorrow.\n\nBest,\nAna"),
        (PLAIN, PLAIN + " The toll is two euros."),
        (PLAIN, ""),
        ("", PLAIN),
    ],
    ids=["same", "typo", "day", "name", "number", "facts", "names", "sentence", "emptied", "written"],
)
def test_content_teaches_no_style(draft: str, edited: str) -> None:
    assert measure(draft, edited) == ()


@pytest.mark.parametrize(
    ("draft", "edited", "name", "polarity"),
    [
        (PLAIN, BULLETED, "bullets", "+"),
        (BULLETED, PLAIN, "bullets", "-"),
        (PLAIN, PLAIN.split(". ")[0] + ".", "length", "-"),
        (PLAIN, PLAIN + " " + PLAIN, "length", "+"),
        (PLAIN, "Hello team,\n\n" + PLAIN, "greeting", "+"),
        ("Dear Sir,\n\n" + PLAIN, PLAIN, "greeting", "-"),
        (PLAIN, PLAIN + "\n\nKind regards,\nAna", "closing", "+"),
        (PLAIN + "\n\nKind regards,\nAna", PLAIN, "closing", "-"),
        (PLAIN, PLAIN + " 🎉", "emoji", "+"),
        (PLAIN + " 🎉", PLAIN, "emoji", "-"),
        (PLAIN, PLAIN + " Will you be there?", "questions", "+"),
        ("It is 12 miles to the coast.", "It is 19 km to the coast.", "units", "+"),
        ("Due 3 March 2026.", "Due 2026-03-03.", "date format", "+"),
        (PLAIN, PLAIN.replace("It is not", "It isn't").replace("did not", "didn't"), "contractions", "+"),
        ("I'm glad. It's done. We don't mind.", "I am glad. It is done. We do not mind.", "contractions", "-"),
        ("Great news! It works! Try it!", "Great news. It works. Try it.", "exclamations", "-"),
        ("Users save files. Users share files.", "You save your files. You share your files.", "second person", "+"),
        (PLAIN, "# The bridge\n\n" + PLAIN, "headings", "+"),
        ("One. Two things. Three.", "1. One\n2. Two things\n3. Three", "numbering", "+"),
        ("It is late. We go.", "it is late. we go.", "lower case", "+"),
    ],
)
def test_a_change_of_style_is_named(draft: str, edited: str, name: str, polarity: str) -> None:
    assert names(draft, edited).get(name) == polarity


def test_a_translation_is_a_language_and_nothing_lexical() -> None:
    spanish = "El puente nuevo abre el lunes y la ciudad espera a muchos visitantes. No está lejos de la carretera."

    assert [aspect.value for aspect in measure(PLAIN, spanish)] == ["Write in Spanish"]


def test_a_limit_is_worded_with_its_number() -> None:
    (length,) = (aspect for aspect in measure(PLAIN, "The bridge opens on Monday for all.") if aspect.name == "length")

    assert (length.value, length.target) == ("Write at most 10 words", 10)


def test_a_list_has_short_lines_by_nature() -> None:
    assert "sentence length" not in names(PLAIN, BULLETED)


@pytest.mark.parametrize(
    ("draft", "edited"),
    [
        (PLAIN, BULLETED),
        (BULLETED, PLAIN),
        (PLAIN, PLAIN + " 🎉"),
        (PLAIN, "Hello team,\n\n" + PLAIN + "\n\nBest regards,\nAna"),
        ("It is 12 miles to the coast.", "It is 19 km to the coast."),
        ("Due 3 March 2026.", "Due 2026-03-03."),
        (PLAIN, "El puente nuevo abre el lunes y la ciudad espera a muchos visitantes."),
        ("I'm glad. It's done. We don't mind.", "I am glad. It is done. We do not mind."),
        ("It is late. We go.", "it is late. we go."),
    ],
)
def test_the_edited_text_obeys_what_it_taught_and_the_draft_does_not(draft: str, edited: str) -> None:
    learned = measure(draft, edited)

    assert learned
    assert violated(learned, edited) == ()
    assert violated(learned, draft) != ()


@pytest.mark.parametrize("gap", [" " * 8_000, "\n" * 20_000, " \n" * 20_000], ids=["spaces", "lines", "both"])
def test_gaps_of_thousands_of_spaces_take_no_time(gap: str) -> None:
    gapped = f"We tested it {gap} for a week. {gap} So the lamp is safe."
    plain = "The lamp is safe; we tested it all week."
    begun = time.process_time()
    measure(gapped, plain)
    measure(plain, gapped)

    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    ("edited", "wish"),
    [
        (PLAIN + " Will you be there?", "End with a question to the reader"),
        ("What is new? " + PLAIN, "Open with a question and answer it"),
        ("What is new?\nThe bridge.\nAnd when?\nOn Monday.", "Write it as questions and answers"),
    ],
)
def test_where_a_question_stands_is_part_of_the_wish(edited: str, wish: str) -> None:
    assert wish in [aspect.value for aspect in measure("The bridge is new, it opens on Monday.", edited)]


@pytest.mark.parametrize(
    "edited",
    [
        "Could you send me the report? The board meets on Monday. Thanks to all of you.",
        "Agenda:\n- the budget of the bridge\n- who comes?\n- the paint, the lanes and the opening",
        "Hi Mia,\nare you free on Friday? Shall we meet at noon? The bridge opens then.",
    ],
)
def test_a_request_is_no_question_to_open_with(edited: str) -> None:
    wishes = [aspect.value for aspect in measure("The bridge is new and opens on Monday.", edited)]

    assert not [wish for wish in wishes if "answer" in wish]


@pytest.mark.parametrize("emoji", ["🇵🇹", "👍🏽", "👩‍💻", "❤️"])
def test_emoji_of_several_characters_are_one(emoji: str) -> None:
    assert features(f"Yes {emoji}").emoji_used == (emoji,)


def test_emoji_are_asked_for_with_those_that_were_used() -> None:
    (wish,) = [aspect.value for aspect in measure(PLAIN, f"🎉 {PLAIN} 🎉 🚲 🙂") if aspect.name == "emoji"]

    assert wish == "Use emoji (🎉 🚲)"
