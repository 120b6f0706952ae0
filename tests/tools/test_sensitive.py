from __future__ import annotations

import pytest

from tailored.tools.sensitive import Label, find_sensitive


@pytest.mark.parametrize(
    ("text", "label", "value"),
    [
        ("write to ada.lovell@hidden.example please", "contact", "ada.lovell@hidden.example"),
        ("call me at +351 912 345 678", "contact", "+351 912 345 678"),
        ("my wifi password is hunter22", "credentials", "hunter22"),
        ("the door code is 4711", "credentials", "4711"),
        ("key sk-abcdefghijklmnop1234", "credentials", "sk-abcdefghijklmnop1234"),
        ("my SSN is 078-05-1120", "credentials", "078-05-1120"),
        ("card 4111 1111 1111 1111", "finance", "4111 1111 1111 1111"),
        ("IBAN DE89 3704 0044 0532 0130 00", "finance", "DE89 3704 0044 0532 0130 00"),
        ("my salary is 54,000 euros", "finance", "54,000 euros"),
        ("I have diabetes", "health", "diabetes"),
        ("I'm allergic to penicillin", "health", "allergic to penicillin"),
        ("I live in Porto", "location", "Porto"),
        ("come to 12 Baker Street", "location", "12 Baker Street"),
        ("my daughter Mia is seven", "minors", "Mia"),
        ("she goes to Cedofeita Primary School", "minors", "Cedofeita Primary School"),
    ],
)
def test_sensitive_values_are_found(text: str, label: Label, value: str) -> None:
    assert (label, value) in {(found.label, found.value) for found in find_sensitive(text)}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "What should I watch tonight?",
        "three films under 90 minutes from 1979",
        "I'm vegan and I like bullet points",
        "order 1234 has 3 items at 12:30",
        "the year 2026, chapter 12, page 345",
        "4111 1111 1111 1112 is no card number",
    ],
)
def test_ordinary_text_is_not(text: str) -> None:
    assert find_sensitive(text) == ()
