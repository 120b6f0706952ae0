"""The hand-made data sets are sound, and the benchmarks on them reach what they reached."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from tailored.agent.settings import Settings
from tailored.evals import aspect_pairs, edits_real, feedback
from tailored.evals.choices import run
from tailored.evals.discriminant import Discriminant, right_when_left_out
from tailored.evals.edit_habits import habits, matrix
from tailored.evals.errors import DataMissing


def test_there_are_pairs_of_fifteen_kinds_and_controls() -> None:
    pairs = aspect_pairs.read_pairs()

    edits = [pair for pair in pairs if pair.expected]
    assert len(edits) >= 60
    assert len({pair.kind for pair in edits}) >= 15
    assert len({pair.kind for pair in pairs if not pair.expected}) >= 6


def test_most_aspects_are_found_and_none_where_there_is_none() -> None:
    report = aspect_pairs.measure(Settings(), None)

    assert report.passed, [(bar.name, bar.value) for bar in report.bars]


def test_there_are_turns_of_all_three_labels() -> None:
    turns = feedback.read_turns()

    labels = Counter(turn.label for turn in turns)
    assert len({turn.turn for turn in turns}) >= 200
    assert min(labels.values()) >= 60


def test_the_cues_hold_on_the_turns_they_were_made_for() -> None:
    seen = [turn for turn in feedback.read_turns() if turn.half == "seen" and turn.kind not in ("mixed", "voices")]

    figures = feedback.score(seen, feedback.by_cues)

    assert figures["stored on neutral"] == 0
    assert figures["F1 satisfied"] >= 0.9
    assert figures["F1 dissatisfied"] >= 0.9


def test_choices_foretell_better_the_more_there_are() -> None:
    accuracy = run(seed=2, users=12)

    assert accuracy["0"] < accuracy["4"] < accuracy["16"]


def test_every_edit_has_the_same_habits() -> None:
    pairs = [("One sentence. Another one.", "One sentence."), ("a", "b"), ("Same.", "Same."), ("", "New text here.")]

    assert len({tuple(habits(*pair)) for pair in pairs}) == 1
    assert np.isfinite(matrix(pairs)).all()


def test_habits_tell_cutting_from_adding() -> None:
    draft = "The bridge opens on Monday. The road stays closed. A ferry runs every hour."
    cut = habits(draft, "The bridge opens on Monday. A ferry runs every hour.")
    grown = habits(draft, draft + " Bring an umbrella, for it will rain.")

    assert cut["cuts"] == 1
    assert grown["length ratio"] > 0 > cut["length ratio"]


def test_the_discriminant_finds_what_is_there() -> None:
    chance = np.random.default_rng(0)
    labels = np.repeat([0, 1, 2], 30)
    features = chance.normal(size=(90, 10)) + 3 * np.eye(10)[labels]

    fitted = Discriminant.fit(features[::2], labels[::2], 0.3)

    assert (fitted.predict(features[1::2]) == labels[1::2]).mean() > 0.85


def test_it_finds_nothing_in_noise() -> None:
    chance = np.random.default_rng(0)
    labels, groups = np.tile([0, 1, 2], 40), np.repeat(np.arange(40), 3)

    assert right_when_left_out(chance.normal(size=(120, 10)), labels, groups).mean() < 0.5


def test_a_file_without_edits_is_refused(tmp_path: Path) -> None:
    (tmp_path / "edits_by_writer.jsonl").write_text(json.dumps({"writer": "W3"}) + "\n")

    with pytest.raises(DataMissing, match="line 1"):
        edits_real.measure(Settings(), tmp_path)
