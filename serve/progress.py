"""Progress bars on standard error."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress

    from ..agent.models.weights import Progress as PullProgress

__all__ = ["pull_progress"]


def pull_progress() -> PullProgress:
    """A callback that draws the pulling of weights; the bar appears with the first byte and goes with the last."""
    bars: dict[str, Progress] = {}

    def show(done: int, total: int, label: str) -> None:
        if "bar" not in bars:
            bars["bar"] = _bar()
            bars["bar"].start()
            bars["bar"].add_task(label, total=total)
        bar = bars["bar"]
        bar.update(bar.task_ids[0], completed=done, total=total, description=label)
        if done >= total:
            bar.stop()
            del bars["bar"]

    return show


def _bar() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )
