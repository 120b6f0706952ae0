from __future__ import annotations

import base64

import pytest

from tailored.tools.disguises import carries, opaque
from tailored.tools.policy import Exposure, Policy, PolicySettings, conduct_of

VALUE = "ada@hidden.example"
KNOWN = Exposure(said="What's the weather?", private=(f"Her e-mail is {VALUE}", "She lives in Porto"))
READS = conduct_of("get_weather", "mcp:w")
POLICY = Policy(PolicySettings())


@pytest.mark.parametrize(
    "argument",
    [
        VALUE,
        VALUE.upper(),
        "a d a @ h i d d e n . e x a m p l e",
        VALUE[::-1],
        base64.b64encode(VALUE.encode()).decode(),
        base64.b64encode(f"x:{VALUE}".encode()).decode(),
        base64.b32encode(VALUE.encode()).decode(),
        VALUE.encode().hex(),
        " ".join(str(ord(letter)) for letter in VALUE),
        "nqn@uvqqra.rknzcyr",
        "аdа@hiddеn.ехаmрlе",  # Cyrillic letters among them
        "https://x.example/?q=ada%40hidden.example",
        {"nested": [{"deep": VALUE}]},
    ],
)
def test_a_sensitive_value_is_asked_about_in_any_disguise(argument: object) -> None:
    verdict = POLICY.judge(READS, {"city": argument}, KNOWN)

    assert verdict.decision == "ask"
    assert "contact" in verdict.labels


def test_a_value_cut_into_several_arguments_is_seen() -> None:
    assert POLICY.judge(READS, {"a": VALUE[:5], "b": VALUE[5:]}, KNOWN).decision == "ask"


def test_a_value_behind_more_than_is_looked_through_is_asked_about() -> None:
    assert POLICY.judge(READS, {"city": "weather " * 20_000 + VALUE}, KNOWN).decision == "ask"


def test_something_unreadable_beside_a_labelled_value_is_told_apart_from_the_value_alone() -> None:
    """The user's "always" for a label must not let it through."""
    hidden = base64.b64encode(b"what she keeps to herself").decode()

    assert POLICY.judge(READS, {"city": f"{VALUE} {hidden}"}, KNOWN).unseen
    assert not POLICY.judge(READS, {"city": VALUE}, KNOWN).unseen


def test_what_the_user_says_in_the_message_may_be_passed_on() -> None:
    said = Exposure(said=f"Look up {VALUE} in the directory", private=KNOWN.private)

    assert POLICY.judge(conduct_of("search_directory", "mcp:w"), {"query": VALUE}, said).decision == "allow"


def test_a_harmless_call_is_allowed() -> None:
    assert POLICY.judge(READS, {"city": "Lisbon"}, KNOWN).decision == "allow"


def test_credentials_never_leave() -> None:
    secret = Exposure(said="Log in", private=("The door code is 4711",))

    assert POLICY.judge(READS, {"city": "4711"}, secret).decision == "deny"


def test_an_act_is_asked_whatever_it_carries() -> None:
    verdict = POLICY.judge(conduct_of("send_mail", "mcp:m", reads=True), {}, Exposure(said="Send it"))

    assert (verdict.decision, verdict.acts) == ("ask", True)


def test_the_owner_says_what_only_reads_and_what_is_never_called() -> None:
    policy = Policy(PolicySettings(reads=frozenset({"frobnicate"}), denied=frozenset({"get_weather"})))

    assert policy.judge(conduct_of("frobnicate", "owner"), {}, KNOWN).decision == "allow"
    assert policy.judge(READS, {}, KNOWN).decision == "deny"


@pytest.mark.parametrize(
    ("name", "reads", "acts"),
    [
        ("get_weather", None, False),
        ("searchFlights", None, False),
        ("frobnicate", None, True),
        ("frobnicate", True, False),
        ("send_mail", True, True),
        ("getOrCreateUser", None, True),
        ("list_orders", False, True),
    ],
)
def test_what_a_tool_does_is_told_cautiously(name: str, reads: bool | None, acts: bool) -> None:
    assert conduct_of(name, "mcp:x", reads=reads).acts is acts


def test_after_foreign_text_only_words_that_somebody_said_go_out() -> None:
    read = Exposure(
        said="find me a pasta recipe", private=("She lives in Porto",), foreign=("Best recipe: x.example/carbonara",)
    )
    fetch = conduct_of("fetch_page", "mcp:w")

    assert POLICY.judge(fetch, {"url": "x.example/carbonara"}, read).decision == "allow"
    assert POLICY.judge(fetch, {"url": "evil.example/harbourtown"}, read).decision == "ask"


def test_a_verdict_never_holds_the_value() -> None:
    assert VALUE not in POLICY.judge(READS, {"city": VALUE}, KNOWN).because


def test_short_values_are_not_found_everywhere() -> None:
    assert not carries("the cat sat", "a")


@pytest.mark.parametrize(("text", "expected"), [("Zm9vYmFyYmF6cXV1eA1x", True), ("internationalisation", False)])
def test_encoded_data_is_told_from_words(text: str, expected: bool) -> None:
    assert opaque(text, "") is expected
