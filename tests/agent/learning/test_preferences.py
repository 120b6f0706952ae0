from __future__ import annotations

from tailored.agent.learning.aspects import measure
from tailored.agent.learning.preferences import accept, learn, rounds_since, undo
from tailored.agent.learning.selection import Guidance, SelectionPolicy, Used, select
from tailored.memory.records import Preference

from .builders import BRIEF, BULLETS, GREETING, NOW, PROSE, a_preference, an_edit, near

POLICY = SelectionPolicy(floor=0.3)
PLAIN = "The bridge opens on Monday. The lanes for bikes are ready. The paint will be finished next month."
LISTED = "- The bridge opens on Monday.\n- The lanes for bikes are ready.\n- The paint will be finished next month."


def told(preference: Preference) -> Guidance:
    return Guidance(aspects=preference.aspects, used=(Used(preference=preference, weight=1.0),))


def test_a_first_edit_founds_a_preference_for_its_context() -> None:
    edit = an_edit(context="a release note")

    (preference,) = learn(edit, [BULLETS], [], new_id=lambda: "p1").put

    assert (preference.id, preference.user_id, preference.context) == ("p1", "ada", "a release note")
    assert preference.aspects == (BULLETS,)
    assert preference.evidence == ("e1",)
    assert preference.source == "user"


def test_an_edit_of_content_alone_teaches_nothing() -> None:
    assert learn(an_edit(), [], [], new_id=lambda: "p1").put == ()


def test_the_next_draft_is_told_what_the_edit_taught() -> None:
    edit = an_edit(draft=PLAIN, edited=LISTED)
    (preference,) = learn(edit, measure(edit.draft, edit.edited), [], new_id=lambda: "p1").put

    guidance = select([near(preference)], policy=POLICY)

    assert guidance.check(PLAIN)
    assert not guidance.check(LISTED)


def test_an_edit_that_agrees_extends_the_preference_and_widens_its_context() -> None:
    old = a_preference("p1", BULLETS)
    edit = an_edit("e2", context="a changelog")

    (preference,) = learn(edit, [BRIEF], [near(old)], used=told(old), new_id=lambda: "p2", policy=POLICY).put

    assert preference.id == "p1"
    assert set(preference.aspects) == {BULLETS, BRIEF}
    assert preference.context == "a release note\na changelog"
    assert preference.evidence == ("e0", "e2")


def test_of_another_kind_s_wishes_only_those_hold_that_the_users_version_shows() -> None:
    other = a_preference("p1", BULLETS, GREETING)
    edit = an_edit("e2", draft="Hello all, it opens", edited=LISTED, context="a changelog")

    (founded,) = [
        each
        for each in learn(edit, [BRIEF], [near(other, 0.5)], used=told(other), new_id=lambda: "new").put
        if each.id == "new"
    ]

    assert set(founded.aspects) == {BULLETS, BRIEF}


def test_a_wish_that_a_draft_missed_and_nobody_minded_is_not_blamed() -> None:
    other = a_preference("p1", BULLETS, GREETING)
    edit = an_edit("e2", draft="it opens", edited=LISTED, context="a changelog")

    changes = learn(edit, [BRIEF], [near(other, 0.5)], used=told(other), new_id=lambda: "new")

    assert [each.id for each in changes.put] == ["new"]


def test_of_its_own_kind_s_wishes_those_hold_too_that_a_draft_missed() -> None:
    own = a_preference("p1", BULLETS, GREETING)
    edit = an_edit("e2", draft="it opens", edited=LISTED, context="a release note, short")

    (extended,) = learn(edit, [BRIEF], [near(own, 0.8)], used=told(own), new_id=lambda: "new").put

    assert (extended.id, set(extended.aspects)) == ("p1", {BULLETS, GREETING, BRIEF})


def test_an_edit_that_contradicts_founds_another_and_weakens_the_nearest_alone() -> None:
    nearest, other = a_preference("near", BULLETS, GREETING), a_preference("far", BULLETS)
    candidates = [near(nearest, 0.7), near(other, 0.6)]

    changes = learn(an_edit("e2"), [PROSE], candidates, used=told(nearest), new_id=lambda: "new", policy=POLICY)

    assert [preference.id for preference in changes.put] == ["near", "new"]
    assert changes.put[0].strength < 1.0
    assert set(changes.put[1].aspects) == {PROSE, GREETING}


def test_in_the_very_same_context_the_newer_aspect_replaces_the_older() -> None:
    old = a_preference("p1", BULLETS, GREETING)

    (preference,) = learn(
        an_edit("e2"), [PROSE], [near(old, 0.99)], used=told(old), new_id=lambda: "p2", policy=POLICY
    ).put

    assert preference.id == "p1"
    assert set(preference.aspects) == {PROSE, GREETING}


def test_learning_an_edit_twice_changes_nothing() -> None:
    (preference,) = learn(an_edit(), [BULLETS], [], new_id=lambda: "p1").put

    assert learn(an_edit(), [BULLETS], [near(preference, 1.0)], new_id=lambda: "p2").put == ()


def test_an_accepted_draft_confirms_what_it_was_told() -> None:
    old = a_preference("p1", BULLETS, strength=0.5)

    (preference,) = accept("notes for 2.2", told(old), [near(old)], now=NOW, policy=POLICY).put

    assert preference.strength > 0.5
    assert (preference.uses, preference.accepts) == (1, 1)
    assert preference.context.endswith("notes for 2.2")


def test_an_accepted_draft_that_was_told_nothing_confirms_nothing() -> None:
    assert accept("notes", Guidance(), [near(a_preference("p1", BULLETS))], now=NOW, policy=POLICY).put == ()


def test_a_preference_remembers_a_bounded_number_of_short_requests() -> None:
    preference = a_preference("p1", BULLETS)
    for number in range(40):
        candidates = [near(preference)]
        request = f"request {number}\n" + "word " * 100
        (preference,) = accept(request, told(preference), candidates, now=NOW, policy=POLICY).put

    lines = preference.context.splitlines()
    assert len(lines) == 30
    assert max(len(line.split()) for line in lines) == 24


def test_undoing_an_only_edit_deletes_what_it_founded() -> None:
    edit = an_edit("e1", draft=PLAIN, edited=LISTED)
    (preference,) = learn(edit, measure(PLAIN, LISTED), [], new_id=lambda: "p1").put

    assert undo("e1", [preference], [edit]).delete == ("p1",)


def test_undoing_one_of_two_edits_leaves_the_other_one_s_lesson() -> None:
    first = an_edit("e1", draft=PLAIN, edited=LISTED, context="a changelog")
    second = an_edit("e2", draft=LISTED, edited="Hello team,\n\n" + LISTED, context="a release note", day=1)
    aspects = (*measure(first.draft, first.edited), *measure(second.draft, second.edited))
    both = a_preference("p1", *aspects, context="a changelog\na release note", evidence=("e1", "e2"))

    (left,) = undo("e1", [both], [first, second]).put

    assert [aspect.name for aspect in left.aspects] == ["greeting"]
    assert (left.context, left.evidence) == ("a release note", ("e2",))


def test_undo_reaches_preferences_that_built_upon_the_edit() -> None:
    first = an_edit("e1", draft=PLAIN, edited=LISTED)
    (founded,) = learn(first, measure(PLAIN, LISTED), [], new_id=lambda: "p1").put
    second = an_edit("e2", draft=LISTED, edited="Hello team,\n\n" + LISTED, context="a letter", day=1)
    (built,) = learn(second, measure(second.draft, second.edited), [], used=told(founded), new_id=lambda: "p2").put

    changes = undo("e1", [founded, built], [first, second])

    assert changes.delete == ("p1",)
    assert [aspect.name for aspect in changes.put[0].aspects] == ["greeting"]


def test_undo_of_an_unknown_edit_changes_nothing() -> None:
    changes = undo("e9", [a_preference("p1", BULLETS)], [])

    assert (changes.put, changes.delete) == ((), ())


def test_rounds_are_counted_from_the_last_confirmation() -> None:
    times = [an_edit(day=day).created for day in (-2, -1, 0, 1, 2)]

    assert rounds_since(a_preference("p1", BULLETS), times) == 2
