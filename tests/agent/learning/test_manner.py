from __future__ import annotations

import pytest

from tailored.agent.learning.manner_rules import manners

COLD = "Your booking is cancelled. The money will be back in your account in five days."
WARM = (
    "I'm so sorry we had to cancel your booking. The money will be back in five days, and we'd love to see you again."
)
SOBER = "The new printer makes thirty pages a minute."
THRILLED = "We can't wait to show you our amazing new printer: thirty pages a minute!"
CURT = "Send me the minutes by noon."
POLITE = "Could you please send me the minutes by noon?"
BARE = "Inflation lowers what money can buy."
LIKENED = "Inflation is like a slow leak: it lowers what money can buy."
RULE = "The rule applies to contracts that renew themselves."
SHOWN = "The rule applies to contracts that renew themselves. For example, your gym renews each May."
DESCRIBED = "The new boiler in the cellar of the house has an efficiency of 98 percent."
GAINED = "With an efficiency of 98 percent the boiler saves you a tenth of the bill, so you can heat as you like."
FORBIDDEN = "Don't forget to lock the door, and never leave the window open."
BIDDEN = "Remember to lock the door, and always close the window."
UNSURE = "I think we should probably take the second offer."
SURE = "We should take the second offer."


@pytest.mark.parametrize(
    ("less", "more", "name"),
    [
        (COLD, WARM, "tone"),
        (SOBER, THRILLED, "tone: enthusiasm"),
        (CURT, POLITE, "tone: politeness"),
        (BARE, LIKENED, "framing: comparisons"),
        (RULE, SHOWN, "framing: examples"),
        (DESCRIBED, GAINED, "framing: benefits"),
        (FORBIDDEN, BIDDEN, "framing: positive"),
        (UNSURE, SURE, "directness"),
    ],
)
def test_both_directions_of_a_wish_have_one_name(less: str, more: str, name: str) -> None:
    there = {aspect.name: aspect.polarity for aspect in manners(less, more)}
    back = {aspect.name: aspect.polarity for aspect in manners(more, less)}

    assert (there.get(name), back.get(name)) == ("+", "-")


@pytest.mark.parametrize(
    ("draft", "edited"),
    [
        (WARM, WARM.replace("five", "ten")),
        ("Cats are not allowed in the flat.", "Small pets are allowed in the flat."),
        ("Our guide speaks French.", "Our guide speaks French, Dutch and a little Swahili."),
        ("Return the key to the desk, please.", "Return the key and the card to the desk on the left, please."),
        (f"Hi Sam,\n\n{SOBER}", f"Hi Sam,\n\n{SOBER}\n\nMany thanks and warm regards,\nIda"),
    ],
    ids=["number", "claim", "facts", "one more", "closing"],
)
def test_content_and_closings_teach_no_manner(draft: str, edited: str) -> None:
    assert manners(draft, edited) == ()


def test_a_long_text_has_some_of_everything_by_chance() -> None:
    long = "The ferry leaves from pier two and lands at the old harbour beside the fish market. " * 12

    assert manners(long, f"{long}The crew is like a family.") == ()


@pytest.mark.parametrize("order", ["Take your laptops home.", "Take a break.", "Consider it done.", "Say my name."])
def test_an_order_is_no_example(order: str) -> None:
    draft = "The office closes at noon on Friday."

    assert not [aspect for aspect in manners(draft, f"{draft} {order}") if aspect.value == "Give an example"]
