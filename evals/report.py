"""What a benchmark found: figures, the bars some of them have to reach, and both as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import NothingToPlot

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["Bar", "Report"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A figure and what it has to reach: at most `most`, or at least `least`."""

    name: str
    value: float
    unit: str = ""
    most: float | None = None
    least: float | None = None

    @property
    def reached(self) -> bool:
        below = self.most is None or self.value <= self.most
        return below and (self.least is None or self.value >= self.least)

    @property
    def wanted(self) -> str:
        return f"≤ {self.most:g} {self.unit}" if self.most is not None else f"≥ {self.least:g} {self.unit}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    title: str
    figures: Mapping[str, Any]
    """Numbers, nested by name; this is what `--json` prints."""
    bars: Sequence[Bar] = ()
    plot: Callable[[Path], None] | None = None
    """Draws the figures into a file, where there is something to see."""

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

        table = Table("figure", "value", "bar", "", title=self.title)
        for bar in self.bars:
            mark = "[green]reached[/green]" if bar.reached else "[red]missed[/red]"
            table.add_row(bar.name, f"{bar.value:.3g} {bar.unit}", bar.wanted, mark)
        for name, value in _flat(self.figures):
            table.add_row(name, f"{value:.4g}" if isinstance(value, float) else str(value), "", "")
        return table


def _flat(figures: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in figures.items():
        path = f"{prefix} / {name}" if prefix else str(name)
        if isinstance(value, Mapping):
            yield from _flat(value, path)
        else:
            yield path, value
