"""The picture of `prelude.py`: tokens edited so far, by method, the mean of the orders."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .edit_plot import STYLES

__all__ = ["plot_prelude"]

LABELS = {
    "none": "no learning",
    "pasted edits": "edits pasted into the prompt",
    "cipher-1": "CIPHER-1",
    "ours": "Tailored",
    "oracle": "told the style",
}


def plot_prelude(costs: Mapping[str, NDArray[np.int_]], path: Path) -> None:
    """`costs` by method, shape (orders, rounds)."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.2, 4.4), dpi=160, layout="constrained")
    panel = figure.subplots()
    for method, label in LABELS.items():
        curve = costs[method].mean(axis=0).cumsum()
        style = STYLES.get(method, STYLES["global"])
        panel.plot(np.arange(1, curve.size + 1), curve, label=label, **style)
    panel.set_xlabel("drafts")
    panel.set_ylabel("tokens the user had to edit, so far")
    panel.spines[["top", "right"]].set_visible(False)
    panel.legend(frameon=False)
    figure.savefig(path)
