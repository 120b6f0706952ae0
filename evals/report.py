"""What a benchmark found: figures, the bars some of them have to reach, and both as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import NothingToPlot

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["Bar", "Report"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A figure and what it has to reach: at most `most`, or at least `least`; without both it is only shown."""

    name: str
    value: float
    unit: str = ""
    most: float | None = None
    least: float | None = None
    beside: Mapping[str, float] = field(default_factory=dict)
    """What others reach, by name."""

    @property
    def reached(self) -> bool:
        below = self.most is None or self.value <= self.most
        return below and (self.least is None or self.value >= self.least)

    @property
    def wanted(self) -> str:
        if self.most is not None:
            return f"≤ {self.most:g} {self.unit}"
        return f"≥ {self.least:g} {self.unit}" if self.least is not None else ""

    @property
    def mark(self) -> str:
        if not self.wanted:
            return ""
        return "[green]reached[/green]" if self.reached else "[red]missed[/red]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    title: str
    figures: Mapping[str, Any]
    """Numbers, nested by name; this is what `--json` prints."""
    bars: Sequence[Bar] = ()
    plot: Callable[[Path], None] | None = None
    """Draws the figures into a file, where there is something to see."""
    brief: bool = False
    """Whether the bars are all that a reader wants to see of the figures."""

    @property
    def passed(self) -> bool:
        return all(bar.reached for bar in self.bars)

    def draw(self, path: Path) -> None:
        """Raises NothingToPlot."""
        if self.plot is None:
            raise NothingToPlot(f"there is no picture of {self.title!r}: leave out --plot")
        if find_spec("matplotlib") is None:
            raise NothingToPlot("drawing needs matplotlib, which is not installed: pip install matplotlib")
        path.parent.mkdir(parents=True, exist_ok=True)
        self.plot(path)

    def table(self) -> Table:
        from rich.table import Table

        others = list(dict.fromkeys(name for bar in self.bars for name in bar.beside))
        table = Table("figure", "tailored" if others else "value", *others, "bar", "", title=self.title)
        for bar in self.bars:
            beside = (f"{bar.beside[name]:.3g}" if name in bar.beside else "" for name in others)
            table.add_row(bar.name, f"{bar.value:.3g} {bar.unit}", *beside, bar.wanted, bar.mark)
        for name, value in () if self.brief else _flat(self.figures):
            table.add_row(name, f"{value:.4g}" if isinstance(value, float) else str(value))
        return table


def _flat(figures: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in figures.items():
        path = f"{prefix} / {name}" if prefix else str(name)
        if isinstance(value, Mapping):
            yield from _flat(value, path)
        else:
            yield path, value
