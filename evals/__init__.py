"""Offline benchmarks: one file for each claim; `tailored eval NAME` runs one and prints its figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

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


CLAIMS: Mapping[str, Claim] = {
    claim.name: claim
    for claim in (
        Claim(name="startup", module="startup", about="seconds of `import tailored` and `tailored --help`"),
        Claim(name="turn", module="turn", about="our overhead on a turn, and recall with embedding, without the model"),
        Claim(name="chat", module="chat", about="first token, prompt size and prefix cache with the configured model"),
        Claim(name="edits", module="edits", about="edit cost with and without learning, simulated users"),
        Claim(name="aspects", module="aspect_pairs", about="aspects read out of edits, pairs made by hand"),
        Claim(name="feedback", module="feedback", about="signs of satisfaction in what users say next"),
        Claim(name="choices", module="choices", about="which of two drafts a user takes, after a few choices"),
        Claim(name="edits-real", module="edits_real", about="which of three writers made a real edit", needs_data=True),
        Claim(name="recall", module="recall", about="evidence found in long chats", needs_data=True),
        Claim(name="temporal", module="temporal", about="the version of a fact that held at the time asked about"),
        Claim(name="abstain", module="abstain", about="nothing recalled where nothing is relevant"),
        Claim(name="user-vector", module="user_vector", about="ratings told from a whole history", needs_data=True),
        Claim(name="latency", module="latency", about="recall among up to 10^6 memories of 10^4 users", sized=True),
        Claim(name="erase", module="erase", about="seconds to erase a user, and what is left on the disk"),
        Claim(name="isolation", module="isolation", about="random operations of many users on all stores", sized=True),
        Claim(name="recommend", module="recommend", about="next item of MovieLens users", needs_data=True),
    )
}


def run_claim(name: str, settings: Settings, data: Path | None, *, size: int | None = None) -> Report:
    """`size` says how much is measured where a benchmark can do more and less. Raises UnknownClaim, DataMissing."""
    if name not in CLAIMS:
        raise UnknownClaim(f"no benchmark {name!r}; there are {', '.join(CLAIMS)}")
    claim = CLAIMS[name]
    if claim.needs_data and (data is None or not data.exists()):
        raise DataMissing(f"benchmark {name!r} needs --data with the path of its data set; {data} is not there")
    sized = {"size": size} if claim.sized else {}
    report: Report = import_module(f".{claim.module}", __name__).measure(settings, data, **sized)
    return report
