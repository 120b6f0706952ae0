"""The picture of the claim: recall stays where it is while everybody's memories grow."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

__all__ = ["plot_latency"]

LINES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "Chroma's filtered query": ("Chroma, filtered query", {"color": "#d98a3d", "lw": 1.8}),
    "cold recall": ("Tailored, cold user", {"color": "#67aba8", "lw": 1.8}),
    "warm recall": ("Tailored, warm user", {"color": "#0b7a75", "lw": 3.2}),
}


def plot_latency(figures: Mapping[str, Mapping[str, float]], path: Path) -> None:
    """Median and 95th percentile against the number of memories, both on logarithmic axes."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 4.4), dpi=160, layout="constrained")
    panel = figure.subplots()
    for name, (label, style) in LINES.items():
        sizes = [int(size) for size, row in figures.items() if f"{name} p50, ms" in row]
        p50, p95 = ([figures[str(size)][f"{name} p{share}, ms"] for size in sizes] for share in (50, 95))
        panel.plot(sizes, p50, marker="o", ms=5, **style)
        panel.fill_between(sizes, p50, p95, color=style["color"], alpha=0.18, lw=0)
        panel.annotate(
            f"{label}\n{_said(p50[-1])} ms, p95 {_said(p95[-1])} ms",
            (sizes[-1], p50[-1]),
            xytext=(9, 0),
            textcoords="offset points",
            va="center",
            annotation_clip=False,
            fontsize=9,
            color=style["color"],
        )
    panel.set(xscale="log", yscale="log", xlabel="memories of all users, 100 each", ylabel="ms, median to p95")
    panel.set_title(
        "Recall among everybody's memories, embedding left out",
        loc="left",
        fontsize=12,
        fontweight="bold",
        color="#26303a",
    )
    panel.spines[["top", "right"]].set_visible(False)
    panel.grid(axis="y", color="#eceff2", lw=0.8)
    panel.set_axisbelow(True)
    figure.savefig(path)


def _said(ms: float) -> str:
    return f"{ms:.0f}" if ms >= 10 else f"{ms:.2g}"
