"""Do real edits show who made them? Three professional writers edited the same drafts (LAMP, Chakrabarty et al. 2024).

For each edit the writer is told from the habits it shows, by a classifier that saw no edit of the same task. Only
the texts are used; the annotators' categories are not. The features were devised on these three writers. A check on
writers that nothing was looked at for: ten others of the same data set, where the drafts differ as well.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .discriminant import SHRINKAGES, right_when_left_out
from .edit_habits import matrix
from .errors import DataMissing
from .report import Bar, Report

if TYPE_CHECKING:
    from ..agent.settings import Settings

__all__ = ["measure"]

WRITERS = ("W3", "W12", "W16")
OTHERS = ("N01", "N02", "N04", "N05", "N06", "N07", "N08", "N09", "N14", "N15")
"""The other writers with at least 14 edits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RealEdit:
    writer: str
    task: str
    """What the draft was written for; some tasks have two drafts that are much alike."""
    draft: str
    edited: str


def measure(settings: Settings, data: Path | None) -> Report:
    """`data` is the folder of the data set, or its `edits_by_writer.jsonl`."""
    edits = list(_read(_file(data)))
    writers, others = _told_apart(edits, WRITERS), _told_apart(edits, OTHERS)
    return Report(
        title="which writer made a real edit",
        figures={
            "three writers, %": writers,
            "three writers by the nearest centre, %": _told_apart(edits, WRITERS, shrinkages=[1.0]),
            "three writers by chance, %": 100 / len(WRITERS),
            "ten other writers, %": others,
            "ten other writers by chance, %": 100 / len(OTHERS),
        },
        bars=(Bar(name="which of three writers", value=writers, least=80, unit="%"),),
    )


def _told_apart(
    edits: Sequence[RealEdit], writers: Sequence[str], *, shrinkages: Sequence[float] = SHRINKAGES
) -> float:
    """Percent of the writers' edits whose writer is named by a classifier that saw no edit of the same task."""
    chosen = [edit for edit in edits if edit.writer in writers]
    features = matrix([(edit.draft, edit.edited) for edit in chosen]).astype(np.float64)
    labels = np.array([writers.index(edit.writer) for edit in chosen])
    tasks = list(dict.fromkeys(edit.task for edit in chosen))
    groups = np.array([tasks.index(edit.task) for edit in chosen])
    return 100 * float(right_when_left_out(features, labels, groups, shrinkages).mean())


def _file(data: Path | None) -> Path:
    path = data / "edits_by_writer.jsonl" if data is not None and data.is_dir() else data
    if path is None or not path.is_file():
        raise DataMissing(f"no edits at {path}: give the folder that holds edits_by_writer.jsonl")
    return path


def _read(path: Path) -> Iterator[RealEdit]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            yield RealEdit(writer=row["writer"], task=row["instruction"], draft=row["draft"], edited=row["edited"])
        except (ValueError, KeyError, TypeError) as error:
            raise DataMissing(f"{path.name}, line {number}: no writer, instruction, draft and edited text") from error
