from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tailored.agent.learning.slots import slot_of
from tailored.agent.learning.statements import own_text, statements

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def said(turn: str) -> list[str]:
    return [statement.statement for statement in statements(turn, now=NOW)]


@pytest.mark.parametrize(
    ("turn", "expected"),
    [
        ("I'm vegan", "The user is vegan."),
        ("I'm not vegetarian.", "The user is not vegetarian."),
        ("I'm allergic to peanuts and shellfish.", "The user is allergic to peanuts and shellfish."),
        ("no spoilers please", "No spoilers."),
        ("Always answer in Spanish.", "Always answer in Spanish."),
        ("Could you always use metric units?", "Always use metric units."),
        ("From now on, use bullet points.", "Use bullet points."),
        ("Use British spelling from now on", "Use British spelling from now on."),
        ("Please stop using emojis.", "Stop using emojis."),
        ("Keep your answers short.", "Keep your answers short."),
        ("Please do not recommend war movies", "Do not recommend war movies."),
        ("call me Ada", "Call the user Ada."),
        ("I prefer metric units", "The user prefers metric units."),
        ("I hate long emails.", "The user hates long emails."),
        ("I don't eat pork.", "The user does not eat pork."),
        ("Thanks! Also, no small talk please.", "No small talk."),
        ("I don’t eat pork.", "The user does not eat pork."),
        ("I never eat fish", "The user never eats fish."),
        ("I really don’t enjoy skiing.", "The user really does not enjoy skiing."),
        ("I don't really like opera.", "The user does not really like opera."),
        ("I really don't like opera.", "The user does not like opera."),
        ("Actually, I usually love spicy food.", "The user usually loves spicy food."),
        ("No, I hate olives.", "The user hates olives."),
        ("I'm allergic to cats and can't be around them.", "The user is allergic to cats and can't be around them."),
        ("I dislike cages and find them cruel.", "The user dislikes cages and finds them cruel."),
        ("I only buy toys that don't break.", "The user only buys toys that don't break."),
        ("I avoid food and drink with sugar.", "The user avoids food and drink with sugar."),
        (
            "I prefer tea, as I don't like how I sleep after coffee.",
            "The user prefers tea, as the user does not like how the user sleeps after coffee.",
        ),
        ("I usually don't eat meat.", "The user usually does not eat meat."),
        ("I don´t eat pork.", "The user does not eat pork."),
        ("Remember that I hate olives.", "The user hates olives."),
        ("Actually, always answer in German.", "Always answer in German."),
        ("Honestly, don't suggest horror films.", "Don't suggest horror films."),
        ("I love both cats and dogs.", "The user loves both cats and dogs."),
        ("I have a severe peanut and tree nut allergy.", "The user has a severe peanut and tree nut allergy."),
        ("I have an onion allergy.", "The user has an onion allergy."),
        ("I'm on a low-sodium diet.", "The user is on a low-sodium diet."),
        ("I strictly follow a vegan diet.", "The user strictly follows a vegan diet."),
        ("I have extremely sensitive skin.", "The user has extremely sensitive skin."),
        ("I completely avoid wearing black.", "The user completely avoids wearing black."),
        ("I only enjoy documentaries.", "The user only enjoys documentaries."),
        ("I get very uncomfortable in crowds.", "The user gets very uncomfortable in crowds."),
        ("Always keep answers under 500 tokens.", "Always keep answers under 500 tokens."),
        ("Always ground your answers in sources.", "Always ground your answers in sources."),
        ("I hate the very idea of lying.", "The user hates the very idea of lying."),
        (
            "I'm allergic to peanuts, tree nuts, shellfish, sesame, soy, wheat and also to some stone fruit.",
            "The user is allergic to peanuts, tree nuts, shellfish, sesame, soy, wheat and also to some stone fruit.",
        ),
    ],
)
def test_a_lasting_wish_is_a_standing_preference(turn: str, expected: str) -> None:
    found = statements(turn, now=NOW)

    assert [(statement.kind, statement.statement) for statement in found] == [("standing", expected)]


@pytest.mark.parametrize(
    ("turn", "expected"),
    [
        ("I live in Porto.", "The user lives in Porto."),
        ("I moved to New York last month", "The user lives in New York."),
        ("I live in Porto, what should I visit?", "The user lives in Porto."),
        ("Remember that my dog is called Rex", "The user's dog is called Rex."),
        ("my sister's name is Mia", "The user's sister is called Mia."),
        ("My name is Ana.", "The user is called Ana."),
        ("I'm a software engineer at Acme.", "The user works as a software engineer."),
        ("I work for Acme Corp.", "The user works for Acme Corp."),
        ("I'm 34 years old.", "The user is 34 years old."),
        ("My favourite film is Alien.", "The user's favourite film is Alien."),
        ("Remember that the spare key is at Tom's", "The user asked to remember: the spare key is at Tom's."),
    ],
)
def test_something_true_of_the_user_is_a_fact(turn: str, expected: str) -> None:
    found = statements(turn, now=NOW)

    assert [(statement.kind, statement.statement) for statement in found] == [("fact", expected)]


@pytest.mark.parametrize(
    "turn",
    [
        "",
        "Is it true that I'm vegan?",
        "Do you remember where I live?",
        "What would you cook if I were vegan?",
        "Write an email to Bob saying I'm vegan.",
        "Please translate this: I live in Paris. I'm vegan.",
        "Summarize the following:\nI live in Rome.\nI hate long emails.",
        "Tell Bob to always answer in Spanish.",
        'She said "I\'m vegan" and left.',
        "> I live in Rome\nWhat does that mean",
        "```\nI live in Rome\n```",
        "In my story, I live in Paris.",
        "I have no preference about units.",
        "I don't mind either way.",
        "My sister is vegan.",
        "Bob prefers tea.",
        "I like it.",
        "I like your answer",
        "I'd like a pizza",
        "I'm tired",
        "I'm a fan of jazz",
        "I'm 34 minutes late",
        "I used to live in Rome.",
        "I want to live in Berlin",
        "Call me tomorrow.",
        "Never mind",
        "No problem, thanks",
        "I prefer tea today.",
        "Thanks, that was helpful!",
        "I always wanted to see Rome",
        "I love the workshop idea!",
        "I especially like the scavenger hunt.",
        "I don't enjoy the workshop idea.",
        "I like the red one.",
        "I love the plan!",
        "It isn't true that I hate olives.",
        "People think that I love crowds.",
        "Actually, never tried sushi.",
        "Never eaten oysters.",
        "I don't know that I like jazz.",
        "The joke is that I hate cats.",
        "I only use the password hunter2 for this.",
        "I've noticed an increase in food allergies.",
        "I have a meeting about allergies",
        "I got sick on Monday.",
    ],
)
def test_what_is_not_said_of_oneself_for_good_gives_nothing(turn: str) -> None:
    assert said(turn) == []


def test_a_turn_may_state_several_things() -> None:
    turn = "Hi! I'm vegan and I live in Porto. I work as a nurse. Any ideas for lunch?"

    assert set(said(turn)) == {"The user is vegan.", "The user lives in Porto.", "The user works as a nurse."}


def test_the_same_thing_said_twice_is_one_statement() -> None:
    assert said("I live in Porto. Yes, I live in Porto.") == ["The user lives in Porto."]


@pytest.mark.parametrize(
    ("turn", "day"),
    [
        ("I live in Porto.", "2026-11-21"),
        ("I live in Porto since 2019.", "2019-01-01"),
        ("I live in Porto since March 2019.", "2019-03-01"),
        ("I live in Porto since December.", "2025-12-01"),
        ("I moved to Porto two weeks ago.", "2026-11-07"),
        ("I live in Porto since 2031.", "2026-11-21"),
    ],
)
def test_a_fact_knows_since_when_it_holds(turn: str, day: str) -> None:
    (statement,) = statements(turn, now=NOW)

    assert statement.valid_from is not None
    assert statement.valid_from.date().isoformat() == day


def test_the_evidence_is_the_sentence() -> None:
    (statement,) = statements("Nice. I'm vegan, by the way. Bye!", now=NOW)

    assert statement.evidence == "I'm vegan, by the way."


def test_a_long_hostile_turn_is_read_in_little_time() -> None:
    assert said("I don't like " * 3000) == []


def test_the_slot_of_a_fact_is_read_back_from_its_wording() -> None:
    assert slot_of("The user lives in Porto.") == ("home", "Porto")
    assert slot_of("The user's sister is called Mia.") == ("relative sister", "Mia")
    assert slot_of("The user owns a boat.") is None


def test_own_text_leaves_out_questions_and_quotations() -> None:
    assert own_text('I met "Bob, my boss". Do you know him? We had tea.') == "I met . We had tea."
