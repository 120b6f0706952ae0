"""Offline benchmarks: one file for each claim; `tailored eval NAME` runs one and prints its figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import DataMissing, UnknownClaim

if TYPE_CHECKING:
    from ..agent.settings import Settings
    from .report import Report

__all__ = ["CLAIMS", "Claim", "run_claim"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A benchmark: `measure(settings, data)` of its module gives the report, with `size` where it is `sized`."""

    name: str
    about: str
    module: str
    needs_data: bool = False
    sized: bool = False
    cached: bool = False
    """Whether it asks the chat model, whose answers `cache` keeps."""


CLAIMS: Mapping[str, Claim] = {
    claim.name: claim
    for claim in (
        Claim(name="startup", module="startup", about="seconds of `import tailored` and `tailored --help`"),
        Claim(name="turn", module="turn", about="our overhead on a turn, and recall with embedding, without the model"),
        Claim(name="chat", module="chat", about="first token, prompt size and prefix cache with the configured model"),
        Claim(name="edits", module="edits", about="edit cost with and without learning, simulated users"),
        Claim(
            name="prelude",
            module="prelude",
            about="edit cost with the chat model as writer and as user",
            needs_data=True,
            sized=True,
            cached=True,
        ),
        Claim(
            name="prefeval",
            module="prefeval",
            about="suggestions that heed what was said outright, chosen by the chat model",
            needs_data=True,
            sized=True,
            cached=True,
        ),
        Claim(
            name="personamem",
            module="personamem",
            about="replies that fit a long history, chosen by the chat model",
            needs_data=True,
            sized=True,
            cached=True,
        ),
        Claim(name="aspects", module="aspect_pairs", about="aspects read out of edits, pairs made by hand"),
        Claim(name="worded", module="worded", about="aspects that only the chat model can word", cached=True),
        Claim(name="feedback", module="feedback", about="signs of satisfaction in what users say next"),
        Claim(name="choices", module="choices", about="which of two drafts a user takes, after a few choices"),
        Claim(name="edits-real", module="edits_real", about="which of three writers made a real edit", needs_data=True),
        Claim(name="recall", module="recall", about="evidence found in long chats", needs_data=True),
        Claim(name="temporal", module="temporal", about="the version of a fact that held at the time asked about"),
        Claim(name="abstain", module="abstain", about="nothing recalled where nothing is relevant"),
        Claim(name="user-vector", module="user_vector", about="ratings told from a whole history", needs_data=True),
        Claim(name="latency", module="latency", about="recall among up to 10^6 memories of 10^4 users", sized=True),
        Claim(name="rivals", module="rivals", about="the same search with mem0", needs_data=True, sized=True),
        Claim(name="registry", module="registry", about="the few fitting tools out of 200"),
        Claim(
            name="toolcalls",
            module="toolcalls",
            about="which tool a turn uses; functions of BFCL with --data",
            sized=True,
            cached=True,
        ),
        Claim(name="need", module="need", about="which tool a turn is planned to use, without the chat model"),
        Claim(name="redteam", module="redteam", about="attacks through what the assistant reads"),
        Claim(name="erase", module="erase", about="seconds to erase a user, and what is left on the disk"),
        Claim(name="durability", module="durability", about="what is there after kill -9 at any moment", sized=True),
        Claim(name="sharing", module="sharing", about="processes on one server see each other's writes", sized=True),
        Claim(name="isolation", module="isolation", about="random operations of many users on all stores", sized=True),
        Claim(name="tastes", module="tastes", about="tastes with noise mixed in, films", needs_data=True),
        Claim(name="duels", module="duels", about="the manner of replying that a user likes, after a few duels"),
        Claim(
            name="profile",
            module="profile",
            about="one memory with the summary against four memories, films",
            needs_data=True,
            sized=True,
        ),
        Claim(name="serve", module="serve", about="latency that serving adds; 200 streams at a time", sized=True),
        Claim(name="page", module="page", about="how soon the web page can be used, and what it transfers"),
        Claim(name="batch", module="batch", about="throughput of a batch beside its bare endpoint; kills", sized=True),
        Claim(name="recommend", module="recommend", about="next item of MovieLens users", needs_data=True),
        Claim(name="recommend-elsewhere", module="recommend_elsewhere", about="other data and splits", needs_data=True),
        Claim(name="recommend-latency", module="recommend_latency", about="a list from up to 10^6 items", sized=True),
        Claim(name="search", module="search", about="documents found in SciFact", needs_data=True),
        Claim(name="searches", module="searches", about="searches saved by remembering earlier ones"),
        Claim(name="explore", module="explore", about="new items shown and regret, with and without exploring slots"),
        Claim(
            name="steering", module="steering", about="words that change a list: five axes", needs_data=True, sized=True
        ),
        Claim(name="critique", module="critique", about="items found by saying no", needs_data=True, sized=True),
        Claim(name="clarify", module="clarify", about="one question before the second list; ClariQ with --data"),
        Claim(name="suggest", module="suggest", about="the next query told from what users speak of", sized=True),
        Claim(name="toolrec", module="toolrec", about="lists that a model plans by tools", needs_data=True, sized=True),
    )
}


def run_claim(
    name: str, settings: Settings, data: Path | None, *, size: int | None = None, cache: Path | None = None
) -> Report:
    """`size` says how much is measured where a benchmark can do more and less; `cache` is a folder in which the
    answers of the chat model are kept. Raises UnknownClaim, DataMissing."""
    if name not in CLAIMS:
        raise UnknownClaim(f"no benchmark {name!r}; there are {', '.join(CLAIMS)}")
    claim = CLAIMS[name]
    if claim.needs_data and (data is None or not data.exists()):
        raise DataMissing(f"benchmark {name!r} needs --data with the path of its data set; {data} is not there")
    options: dict[str, Any] = {"size": size} if claim.sized else {}
    if claim.cached:
        options["cache"] = cache
    report: Report = import_module(f".{claim.module}", __name__).measure(settings, data, **options)
    return report
