"""Progress bars on standard error."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

    from ..agent.models.weights import Progress as PullProgress

__all__ = ["pull_progress"]


def pull_progress() -> PullProgress:
    """A callback that draws the pulling of weights: a bar at a terminal, else one line for each thing that is done."""
    from rich.console import Console

    console = Console(stderr=True, soft_wrap=True)
    bars: list[Progress] = []
    said: list[str] = []

    def draw(done: int, total: int, label: str) -> None:
        if not bars:
            bars.append(_bar(console))
            bars[0].start()
            bars[0].add_task(label, total=total)
        bars[0].update(bars[0].task_ids[0], completed=done, total=total, description=label)
        if done >= total and label.startswith("checking"):
            bars.pop().stop()

    def tell(done: int, total: int, label: str) -> None:
        if label not in said:
            said.append(label)
            console.print(f"{label}: {total / 1e6:.0f} MB", highlight=False)

    return draw if console.is_terminal else tell


def _bar(console: Console) -> Progress:
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=console,
    )
