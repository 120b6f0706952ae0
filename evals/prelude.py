"""PRELUDE's protocol (arXiv 2404.15269) with the chat model as writer and as user: forty texts, five latent styles.

Compared are: no learning; CIPHER-1 as published (the nearest stored wish, however far, inferred by the model); the
nearest earlier edits pasted into the prompt; the assistant as it is, asked and edited through its front door, learning
by measurement alone; and an oracle that is told the style. Unlike in the paper requests say what kind of text they
bring ("Summarise this film review: …"), as people do; never the style. The texts are by somebody who saw none of this; how
guidance is worded, and for which requests it is given, was decided on forty others.

The local model takes seconds for each call, so answers are kept under `--cache` and a run goes on where it was.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..agent.learning.cost import edit_cost
from .errors import DataMissing
from .prelude_plot import plot_prelude
from .prelude_user import ModelUser, Task, read_styles, read_tasks
from .prelude_writers import MAX_TOKENS, Cipher, Ours, Pasting, Plain, Writer
from .report import Bar, Report

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from ..agent import Assistant
    from ..agent.settings import Settings
    from ..memory.embedders.base import Embedder

__all__ = ["Played", "Round", "compare", "measure", "play", "report"]

ROUNDS = 40
SEEDS = (0, 1)
METHODS = 5
RESAMPLED = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one draft cost its user, in tokens edited, and the writer, in tokens read to write and to learn."""

    edited: int
    read: int


Costs = NDArray[np.int_]
"""Tokens edited; shape (orders, rounds)."""

Played = Mapping[str, Sequence[Sequence[Round]]]
"""By method the rounds of each seed."""


def measure(settings: Settings, data: Path | None, *, size: int | None = None, cache: Path | None = None) -> Report:
    """`size` rounds (default 40) with the configured model, on two orders of the texts."""
    from ..agent.build import open_embedder
    from .remembered import remembered

    if data is None:
        raise DataMissing("the latent styles are PRELUDE's: give --data with its latent_preferences.json")
    short = settings.model.model_copy(update={"max_tokens": MAX_TOKENS, "temperature": 0.0})
    by_measurement = settings.learning.model_copy(update={"use_model": False})
    settings = settings.model_copy(update={"model": short, "learning": by_measurement})
    orders = [_order(seed, size or ROUNDS) for seed in SEEDS]
    with remembered(settings, cache) as model:
        played = compare(settings, model, open_embedder(settings), read_styles(data), orders)
    return report(played, settings.model.name)


def compare(
    settings: Settings,
    model: BaseChatModel,
    embedder: Embedder,
    styles: Mapping[str, str],
    orders: Sequence[Sequence[Task]],
) -> Played:
    """Every method on every order; all are played at once, since a server may answer several at a time."""
    from ..agent import Assistant

    user = ModelUser(model=model, styles=styles)
    with tempfile.TemporaryDirectory() as folder:
        settings = settings.model_copy(update={"data_dir": Path(folder)})
        with (
            Assistant.open(settings=settings, model=model, embedder=embedder) as assistant,
            ThreadPoolExecutor(len(orders) * METHODS) as pool,
        ):
            runs = [
                (name, pool.submit(play, writer, user, order))
                for number, order in enumerate(orders)
                for name, writer in _writers(model, embedder, assistant, styles, f"order-{number}").items()
            ]
            played = [(name, run.result()) for name, run in runs]
    return {name: [rounds for other, rounds in played if other == name] for name, _ in played}


def play(writer: Writer, user: ModelUser, tasks: Sequence[Task]) -> list[Round]:
    """One user's rounds, in order."""
    rounds = []
    for task in tasks:
        draft, read = writer.draft(task)
        edited = user.edit(task, draft)
        read += writer.learn(task, draft, edited)
        rounds.append(Round(edited=edit_cost(draft, edited), read=read))
    return rounds


def _writers(
    model: BaseChatModel, embedder: Embedder, assistant: Assistant, styles: Mapping[str, str], user_id: str
) -> dict[str, Writer]:
    return {
        "none": Plain(model=model),
        "pasted edits": Pasting(model=model, embedder=embedder),
        "cipher-1": Cipher(model=model, embedder=embedder),
        "ours": Ours(assistant=assistant, user_id=user_id),
        "oracle": Plain(model=model, styles=styles),
    }


def _order(seed: int, rounds: int) -> list[Task]:
    tasks = read_tasks()
    random.Random(seed).shuffle(tasks)
    return [tasks[index % len(tasks)] for index in range(rounds)]


def report(played: Played, model: str) -> Report:
    """The figures of what was played; `model` names who wrote."""
    costs = {name: np.array([[turn.edited for turn in rounds] for rounds in runs]) for name, runs in played.items()}
    read = {name: float(np.mean([[turn.read for turn in rounds] for rounds in runs])) for name, runs in played.items()}
    share = {name: 100 * float(cost.sum() / costs["none"].sum()) for name, cost in costs.items()}
    low, high = _interval(costs["ours"], costs["none"])
    drafts = costs["none"].size
    return Report(
        title=f"PRELUDE's protocol, {model} as writer and user, {drafts} drafts",
        figures={
            "tokens edited, mean of the orders": {name: float(c.sum(axis=1).mean()) for name, c in costs.items()},
            "of no learning, %": share,
            "ours, 95 % interval": {"low, %": low, "high, %": high},
            "second half alone, of no learning, %": {name: _second_half(c, costs["none"]) for name, c in costs.items()},
            "tokens read for each draft": read,
            "drafts left alone, %": {name: 100 * float((c == 0).mean()) for name, c in costs.items()},
        },
        bars=(
            Bar(name="ours, tokens edited of no learning", value=share["ours"], most=60, unit="%"),
            Bar(name="ours, tokens edited of CIPHER-1's", value=share["ours"] / share["cipher-1"], most=1),
            Bar(name="ours, tokens edited of pasted edits'", value=share["ours"] / share["pasted edits"], most=1),
            Bar(name="ours, tokens read of pasted edits'", value=read["ours"] / read["pasted edits"], most=0.5),
        ),
        plot=lambda path: plot_prelude(costs, path),
    )


def _second_half(cost: Costs, none: Costs) -> float:
    half = cost.shape[1] // 2
    return 100 * float(cost[:, half:].sum() / none[:, half:].sum())


def _interval(cost: Costs, none: Costs) -> tuple[float, float]:
    """Of the share in %, by resampling drafts, all methods' costs of one together."""
    chance = np.random.default_rng(0)
    picks = chance.integers(cost.size, size=(RESAMPLED, cost.size))
    shares = 100 * cost.ravel()[picks].sum(axis=1) / np.maximum(none.ravel()[picks].sum(axis=1), 1)
    return float(np.quantile(shares, 0.025)), float(np.quantile(shares, 0.975))
