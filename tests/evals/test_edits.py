"""The claim of learning from edits, on two simulated users and hashed words; the figures come from the whole run."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tailored.agent.learning.aspects import measure
from tailored.agent.learning.selection import SelectionPolicy
from tailored.evals.edit_plot import plot_costs
from tailored.evals.edits import SETTINGS, Costs, run, totals
from tailored.evals.simulated_user import FLAGS, SimulatedUser, Topic, flags_of, render
from tailored.memory.embedders.hashing import HashingEmbedder

TOPIC = Topic(subject="bridge", miles=12)


@pytest.fixture(scope="module")
def costs() -> Costs:
    return run(HashingEmbedder(512), policy=SelectionPolicy(floor=0.05), seeds=(0, 1))


@pytest.fixture(scope="module")
def figures(costs: Costs) -> dict[str, dict[str, float]]:
    return totals(costs)


@pytest.mark.parametrize("flag", sorted(FLAGS))
def test_every_flag_of_style_is_measured_from_real_text(flag: str) -> None:
    assert flags_of(measure(render(TOPIC, ()), render(TOPIC, {flag}))) == {flag}


@pytest.mark.parametrize("flag", sorted(FLAGS))
def test_a_flag_taken_away_is_measured_too(flag: str) -> None:
    contrary = measure(render(TOPIC, {flag}), render(TOPIC, ()))

    assert contrary
    assert flag not in flags_of(contrary)


def test_a_corrected_fact_is_no_style() -> None:
    flags = random.Random(0).sample(sorted(FLAGS), 3)

    assert measure(render(TOPIC, flags), render(Topic(subject="bridge", miles=13), flags)) == ()


def test_the_same_seed_gives_the_same_user() -> None:
    assert list(SimulatedUser(seed=3).rounds(20)) == list(SimulatedUser(seed=3).rounds(20))


def test_preferences_that_stay_cost_a_tenth_of_no_learning(figures: dict[str, dict[str, float]]) -> None:
    assert figures["fixed"]["ours"] <= 0.1 * figures["fixed"]["none"]


def test_preferences_that_change_half_way_cost_a_fifth(figures: dict[str, dict[str, float]]) -> None:
    assert figures["drift"]["ours"] <= 0.2 * figures["drift"]["none"]


@pytest.mark.parametrize("setting", sorted(SETTINGS))
@pytest.mark.parametrize("other", ["none", "global", "cipher-1"])
def test_ours_costs_less(figures: dict[str, dict[str, float]], setting: str, other: str) -> None:
    assert figures[setting]["ours"] < figures[setting][other]


@pytest.mark.parametrize("setting", sorted(SETTINGS))
def test_nobody_beats_the_oracle(figures: dict[str, dict[str, float]], setting: str) -> None:
    assert min(figures[setting].values()) == figures[setting]["oracle"]


def test_the_curves_are_drawn(costs: Costs, tmp_path: Path) -> None:
    plot_costs(costs, tmp_path / "edits.png")

    assert (tmp_path / "edits.png").read_bytes().startswith(b"\x89PNG")
