"""Tastes from ratings, picks and rejections, with events that are hardly the user's own weighed down."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from tailored.memory import Interaction
from tailored.memory.records import InteractionEvent
from tailored.tools.tastes import LEAST, event_weights, soft_weights, tastes

LABELS = {
    **{f"space{n}": ("Sci-Fi",) for n in range(6)},
    **{f"ghost{n}": ("Horror",) for n in range(3)},
    "cartoon": ("Children", "Animation"),
}


def events(*done: tuple[str, InteractionEvent, float]) -> list[Interaction]:
    begun = datetime(2026, 1, 1, tzinfo=UTC)
    return [
        Interaction(
            id=f"i{number}",
            user_id="ada",
            created=begun + timedelta(minutes=number),
            source="user",
            item_id=item,
            event=event,
            value=value,
        )
        for number, (item, event, value) in enumerate(done)
    ]


SPACE = [(f"space{n}", "rated", 4.5) for n in range(6)]
GHOSTS = [(f"ghost{n}", "rated", 1.5) for n in range(3)]


def test_the_best_liked_label_comes_first_and_the_least_liked_last() -> None:
    found = tastes(events(*SPACE, *GHOSTS), LABELS.__getitem__)  # type: ignore[arg-type]

    assert [taste.label for taste in found] == ["Sci-Fi", "Horror"]
    assert (found[0].liked, found[0].seen, found[-1].disliked) == (6, 6, 3)
    assert found[-1].evidence == ("i6", "i7", "i8")


def test_what_is_far_from_the_other_tastes_weighs_less() -> None:
    done = events(*SPACE, ("cartoon", "picked", 1))  # type: ignore[arg-type]

    weights = event_weights(done, LABELS.__getitem__)

    assert weights["i6"] == pytest.approx(LEAST)
    assert weights["i0"] == pytest.approx(1.0)


def test_what_was_rated_is_believed_however_far_it_is() -> None:
    done = events(*SPACE, ("cartoon", "rated", 5))  # type: ignore[arg-type]

    assert event_weights(done, LABELS.__getitem__)["i6"] == 1


def test_a_rejection_takes_the_pick_before_it_back() -> None:
    [taste] = tastes(events(("space0", "picked", 1), ("space0", "rejected", 1)), LABELS.__getitem__)

    assert (taste.liked, taste.disliked, taste.seen) == (0, 1, 1)


def test_what_was_only_shown_says_nothing() -> None:
    assert tastes(events(("space0", "shown", 1)), LABELS.__getitem__) == ()


def test_rejections_are_never_weighed_down() -> None:
    vectors = np.eye(2)[[0, 0, 0, 0, 0, 1]]

    assert soft_weights(vectors, np.array([1, 1, 1, 1, 1, -1.0]))[-1] == 1


def test_few_events_are_all_believed() -> None:
    assert soft_weights(np.eye(3), np.ones(3)).tolist() == [1, 1, 1]
