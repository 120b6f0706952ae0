"""The shop in which exploring is measured, and what is true in it."""

from __future__ import annotations

import numpy as np

from tailored.evals.explore import CONSIDERED, ITEMS, ROUNDS, _offered, _Shop


def test_late_items_arrive_half_way() -> None:
    shop = _Shop(1)

    assert not shop.there(0)[shop.late].any()
    assert shop.there(ROUNDS // 2).all()


def test_an_exploring_slot_is_offered_what_was_shown_least() -> None:
    shop = _Shop(1)
    shop.shown = np.arange(ITEMS, dtype=float)
    early = [item for item in range(ITEMS) if not shop.late[item]]

    assert _offered(shop, 0, early[:1]) == early[1 : CONSIDERED + 1]
