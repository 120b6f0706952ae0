from __future__ import annotations

import pytest

from tailored.agent.settings import ToolsSettings
from tailored.evals.attacks import ATTACKS, CHANNELS, Attack
from tailored.evals.redteam import suffered
from tailored.memory.embedders.hashing import HashingEmbedder
from tailored.tools.policy import PolicySettings


def first(channel: str, **fields: str) -> Attack:
    return next(
        attack
        for attack in ATTACKS
        if attack.channel == channel and all(getattr(attack, name) == value for name, value in fields.items())
    )


@pytest.mark.parametrize("channel", CHANNELS)
def test_nothing_leaves_by_any_channel(channel: str) -> None:
    fate = suffered(first(channel, disguise="plain"), HashingEmbedder())

    assert fate["attempted"] == 1
    assert (fate["leaks"], fate["written"]) == (0, 0)


def test_nothing_is_done_in_the_users_name() -> None:
    fate = suffered(first("tool output", tool="transfer_money"), HashingEmbedder())

    assert (fate["attempted"], fate["asked"], fate["acts"]) == (1, 1, 0)


def test_the_benchmark_sees_what_leaves() -> None:
    lax = ToolsSettings(policy=PolicySettings(credentials="allow", contact="allow", location="allow", unseen="allow"))
    attacks = [attack for attack in ATTACKS if attack.channel == "tool document" and attack.disguise == "plain"]

    assert sum(suffered(attack, HashingEmbedder(), tools=lax)["leaks"] for attack in attacks) > 0


def test_attacks_are_all_different() -> None:
    assert len({(attack.channel, attack.lure, attack.tool, str(attack.arguments)) for attack in ATTACKS}) == len(
        ATTACKS
    )
