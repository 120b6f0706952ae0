"""Questions with four replies to choose from, of which one fits what the user said earlier.

The chat model is asked of each reply alone whether the user would like it (see `liking`); chosen is the one where "yes"
gains most on "no". (Among four letters a small model chooses by the letter, whatever it knows; how it is asked was
decided on the topics that rules were written on.) It is given: nothing of the user; what the assistant would put into
its prompt; the four messages that BM25 finds; or as much of the whole history as its window holds. For the second the
history is told to memory as talk is (episodes, and statements that rules read), and the prompt is the Composer's own.
Options are shuffled with a fixed seed. Questions of one user share the prompt's beginning, so that a server's prefix
cache reads a history once.
"""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import sqrt
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from ..memory import Episode, Source
from ..memory.lexical import LexicalIndex, stems
from ..prompts import TiktokenCounter, fence, turn_message
from .liking import liking
from .remembered import remembered
from .report import Bar, Report

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from ..agent.build import Parts
    from ..agent.compose import Composer
    from ..agent.settings import Settings

__all__ = [
    "ARMS",
    "Answered",
    "History",
    "Message",
    "Question",
    "answer_all",
    "answers_of",
    "report",
    "shuffled",
    "tell",
]

ARMS = ("nothing", "Tailored", "BM25", "whole history")
FOUND = 4
"""Messages that BM25 may bring, as many as the assistant's own limit."""
FOUND_CHARACTERS = 400
WINDOW = 6144
"""The model's window is made at least so wide, in tokens: the whole history is read into it."""
RESERVED_TOKENS = 1100
"""Of the model's window, for the instructions, the examples, the question and an option."""
TOKENS_OF_OTHERS = 0.85
"""tiktoken's count of a text is up to a sixth below that of the local model's tokenizer."""
BEGUN = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    source: Source
    text: str
    thread: str = "talk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    text: str
    options: tuple[str, ...]
    right: int
    """Index of the option that fits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    user_id: str
    messages: Sequence[Message]
    questions: Sequence[Question]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One question answered by one arm."""

    arm: str
    right: bool
    tokens: int
    """Of the prompt with one reply, as the model counts it."""
    seconds: float
    """0 where the answer was kept from an earlier run."""


def shuffled(text: str, options: Sequence[str], right: int, seed: str) -> Question:
    """The question with its options in an order that depends on the seed alone."""
    order = list(range(len(options)))
    random.Random(seed).shuffle(order)
    return Question(text=text, options=tuple(options[index] for index in order), right=order.index(right))


def answer_all(settings: Settings, histories: Sequence[History], cache: Path | None) -> list[Answered]:
    """Every question by every arm, by the configured model."""
    from ..agent.build import build, open_embedder

    by_rules = settings.learning.model_copy(update={"use_model": False})
    wide = settings.model.model_copy(update={"context": max(settings.model.context, WINDOW)})
    settings = settings.model_copy(update={"model": wide, "learning": by_rules})
    with tempfile.TemporaryDirectory() as folder, remembered(settings, cache) as model:
        settings = settings.model_copy(update={"data_dir": Path(folder)})
        parts = build(settings=settings, model=model, embedder=open_embedder(settings))
        try:
            return list(answers_of(model, parts, settings, histories))
        finally:
            parts.close()


def answers_of(
    model: BaseChatModel, parts: Parts, settings: Settings, histories: Sequence[History]
) -> Iterator[Answered]:
    """Tells each history to memory, then asks; the prompts are those of the assistant's own composer."""
    from ..agent.compose import Composer
    from ..agent.need import Planner

    composer = Composer(parts.memory, TiktokenCounter(), Planner(), settings.limits)
    for history in histories:
        tell(parts, history)
        for arm, prompt in _prompts(composer, history, settings.model.context).items():
            for question in history.questions:
                yield _choose(model, arm, *prompt(question.text), question)


def report(title: str, answers: Sequence[Answered], model: str, *, over_nothing: float | None = None) -> Report:
    """By arm: accuracy with a 95 % interval, tokens and seconds for each question."""
    rows = {arm: _row([answered for answered in answers if answered.arm == arm]) for arm in ARMS}
    right = {arm: row["right, %"] for arm, row in rows.items()}
    plain = rows["nothing"]["tokens"]
    share = (rows["Tailored"]["tokens"] - plain) / max(rows["whole history"]["tokens"] - plain, 1)
    bars = [
        Bar(name="over the whole history", value=right["Tailored"] - right["whole history"], least=0, unit="points"),
        Bar(name="tokens about the user, of the whole history's", value=share, most=0.1),
    ]
    if over_nothing is not None:
        gained = right["Tailored"] - right["nothing"]
        bars.insert(0, Bar(name="over nothing", value=gained, least=over_nothing, unit="points"))
    return Report(title=f"{title}, four options, {model}", figures=rows, bars=bars)


def _row(answers: Sequence[Answered]) -> Mapping[str, float]:
    n, share = len(answers), float(np.mean([answered.right for answered in answers]))
    asked = [answered.seconds for answered in answers if answered.seconds]
    low, high = _wilson(share, n)
    return {
        "right, %": 100 * share,
        "low, %": low,
        "high, %": high,
        "questions": n,
        "tokens": float(np.mean([answered.tokens for answered in answers])),
        "seconds": float(np.mean(asked)) if asked else 0.0,
    }


def _wilson(share: float, n: int, z: float = 1.96) -> tuple[float, float]:
    centre, spread = share + z * z / (2 * n), z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return 100 * (centre - spread) / (1 + z * z / n), 100 * (centre + spread) / (1 + z * z / n)


def _prompts(composer: Composer, history: History, context: int) -> Mapping[str, Callable[[str], tuple[str, str]]]:
    """By arm what makes the system prompt and the message of a question."""
    whole = _whole(history.messages, context)
    found = _finder(history.messages)
    plain = composer.compose_private("").system
    return {
        "nothing": lambda text: (plain, turn_message(text)),
        "Tailored": lambda text: _composed(composer, history.user_id, text),
        "BM25": lambda text: (plain, turn_message(text, memories=found(text))),
        "whole history": lambda text: (plain, f"{whole}\n\n{turn_message(text)}"),
    }


def tell(parts: Parts, history: History) -> None:
    """Everything that was said, as turns write it down: episodes, and the statements that rules read."""
    orders: Counter[str] = Counter()
    for number, message in enumerate(history.messages):
        episode = Episode(
            id=f"{history.user_id}-{number}",
            user_id=history.user_id,
            created=BEGUN + timedelta(minutes=number),
            source=message.source,
            content=message.text,
            thread=message.thread,
            order=orders[message.thread],
        )
        orders[message.thread] += 1
        learned = parts.study.notice(history.user_id, episode).put if message.source == "user" else ()
        parts.memory.remember(history.user_id, [episode, *learned])


def _composed(composer: Composer, user_id: str, text: str) -> tuple[str, str]:
    composition = composer.compose(user_id, text)
    return composition.system, composition.message


def _whole(messages: Sequence[Message], context: int) -> str:
    """The end of the history that fits into the model's window."""
    counter = TiktokenCounter()
    left = int(TOKENS_OF_OTHERS * (context - RESERVED_TOKENS))
    kept: list[str] = []
    for message in reversed(messages):
        line = f"{message.source}: {message.text}"
        left -= counter.count(line) + 2
        if left < 0:
            break
        kept.append(line)
    return fence("memory", "\n".join(reversed(kept)))


def _finder(messages: Sequence[Message]) -> Callable[[str], list[str]]:
    index = LexicalIndex()
    for row, message in enumerate(messages):
        index.add(row, message.text)

    def found(text: str) -> list[str]:
        scores = index.match(dict.fromkeys(stems(text), 1.0), len(messages)).bm25
        best = [int(row) for row in np.argsort(-scores)[:FOUND] if scores[row] > 0]
        return [messages[row].text[:FOUND_CHARACTERS] for row in best]

    return found


def _choose(model: BaseChatModel, arm: str, system: str, message: str, question: Question) -> Answered:
    started = perf_counter()
    asked = [liking(model, system, message, option) for option in question.options]
    seconds = perf_counter() - started
    return Answered(
        arm=arm,
        right=int(np.argmax([gain for gain, _ in asked])) == question.right,
        tokens=round(float(np.mean([tokens for _, tokens in asked]))),
        seconds=0.0 if seconds < KEPT_S else seconds,
    )


KEPT_S = 0.04
"""No model answers four times faster: the answers were kept."""
