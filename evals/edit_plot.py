"""The picture of the claim: tokens edited so far, falling behind no learning with every correction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_costs"]

PANELS = {
    "fixed": "Preferences that stay",
    "drift": "Preferences that change half-way",
    "overlap": "Requests that look alike",
}
LABELS = {
    "none": "no learning",
    "global": "one global wish",
    "cipher-1": "CIPHER-1",
    "cipher-5": "CIPHER-5",
    "ours": "Tailored",
    "oracle": "corrected facts",
}
STYLES: Mapping[str, Mapping[str, Any]] = {
    "none": {"color": "#5f6b7a", "lw": 1.6},
    "global": {"color": "#98a3b0", "lw": 1.3},
    "cipher-1": {"color": "#d98a3d", "lw": 1.4},
    "cipher-5": {"color": "#d9a878", "lw": 1.4},
    "oracle": {"color": "#5f6b7a", "lw": 1.1, "ls": (0, (1, 2))},
    "ours": {"color": "#0b7a75", "lw": 3.2},
}
GAP = 0.052
"""Least distance of two labels, as a share of the panel's height."""


def plot_costs(costs: Mapping[str, Mapping[str, NDArray[np.int_]]], path: Path) -> None:
    """One panel for each setting, the mean of the seeds; costs are those of `edits.run`."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(14, 4.4), dpi=160, layout="constrained")
    panels = figure.subplots(1, len(PANELS), sharey=True)
    top = 1.04 * max(tokens.sum(axis=1).mean() for row in costs.values() for tokens in row.values())
    for panel, (setting, title) in zip(panels, PANELS.items(), strict=True):
        _draw(panel, costs[setting], title, top)
    panels[0].set_ylabel("tokens the user had to edit, so far", color="#26303a")
    panels[0].yaxis.set_major_formatter("{x:,.0f}")
    figure.savefig(path)


def _draw(panel: Axes, costs: Mapping[str, NDArray[np.int_]], title: str, top: float) -> None:
    curves = {method: costs[method].mean(axis=0).cumsum() for method in STYLES}
    rounds = len(curves["ours"])
    for method, curve in curves.items():
        panel.plot(np.arange(1, rounds + 1), curve, solid_capstyle="round", **STYLES[method])
    panel.set_title(title, loc="left", fontsize=12, fontweight="bold", color="#26303a")
    panel.set(xlim=(0, rounds), ylim=(0, top), xlabel="drafts so far", xticks=range(0, rounds + 1, max(1, rounds // 4)))
    panel.spines[["top", "right"]].set_visible(False)
    panel.spines[["left", "bottom"]].set_color("#aab3bd")
    panel.tick_params(colors="#5f6b7a")
    panel.grid(axis="y", color="#eceff2", lw=0.8)
    panel.set_axisbelow(True)
    _label(panel, {method: float(curve[-1]) for method, curve in curves.items()}, rounds, top)


def _label(panel: Axes, ends: Mapping[str, float], rounds: int, top: float) -> None:
    """The name of every line at its end, with its cost as a share of no learning."""
    order = sorted(ends, key=lambda method: ends[method])
    for method, height in zip(order, _apart([ends[method] for method in order], GAP * top), strict=True):
        share = f"  {100 * ends[method] / ends['none']:.0f} %"
        panel.annotate(
            f"{LABELS[method]}{share}",
            (rounds, height),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            annotation_clip=False,
            fontsize=11 if method == "ours" else 9,
            fontweight="bold" if method == "ours" else "normal",
            color=STYLES[method]["color"],
        )


def _apart(heights: Sequence[float], gap: float) -> list[float]:
    """Rising heights, moved up as far as they need to be `gap` apart."""
    placed: list[float] = []
    for height in heights:
        placed.append(max(height, placed[-1] + gap) if placed else max(height, gap / 3))
    return placed
