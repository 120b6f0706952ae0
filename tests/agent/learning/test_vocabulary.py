from __future__ import annotations

from tailored.agent.learning.vocabulary import habitual_phrases

from .builders import an_edit

BODIES = [
    "the bridge opens on Monday with a new lane for bikes",
    "our garden tour starts at noon near the old gate by the lake",
    "this week the library lends films and games to all members",
    "the tunnel stays closed while workers repair the northern wall",
]


def test_a_phrase_struck_out_of_every_draft_is_named() -> None:
    edits = [an_edit(f"e{i}", draft=f"Needless to say, {body}.", edited=f"{body}.") for i, body in enumerate(BODIES)]

    assert [(aspect.value, aspect.polarity) for aspect in habitual_phrases(edits)] == [
        ("Never write “needless to say”", "-")
    ]


def test_a_phrase_put_into_every_text_is_named() -> None:
    edits = [an_edit(f"e{i}", draft=f"{body}.", edited=f"{body}. Onwards and upwards") for i, body in enumerate(BODIES)]

    assert [aspect.value for aspect in habitual_phrases(edits)] == ["Include “onwards and upwards”"]


def test_a_phrase_that_once_stayed_is_not() -> None:
    edits = [an_edit(f"e{i}", draft=f"Sadly, {body}.", edited=f"{body}.") for i, body in enumerate(BODIES[:3])]
    edits.append(an_edit("e9", draft=f"Sadly, {BODIES[3]}.", edited=f"Sadly, {BODIES[3]} again."))

    assert habitual_phrases(edits) == ()


def test_two_edits_are_too_few() -> None:
    edits = [an_edit(f"e{i}", draft=f"Sadly, {body}.", edited=f"{body}.") for i, body in enumerate(BODIES[:2])]

    assert habitual_phrases(edits) == ()
