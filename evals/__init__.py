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
    """A benchmark: `measure(settings, data)` of its module gives the report."""

    name: str
    about: str
    module: str
    needs_data: bool = False


CLAIMS: Mapping[str, Claim] = {
    claim.name: claim
    for claim in (
        Claim(name="startup", module="startup", about="seconds of `import tailored` and `tailored --help`"),
        Claim(name="turn", module="turn", about="our overhead on a turn, and recall with embedding, without the model"),
        Claim(name="chat", module="chat", about="first token, prompt size and prefix cache with the configured model"),
        Claim(name="edits", module="edits", about="edit cost with and without learning, simulated users"),
        Claim(name="recall", module="recall", about="evidence found in long chats", needs_data=True),
        Claim(name="recommend", module="recommend", about="next item of MovieLens users", needs_data=True),
    )
}


def run_claim(name: str, settings: Settings, data: Path | None) -> Report:
    """Raises UnknownClaim, DataMissing."""
    if name not in CLAIMS:
        raise UnknownClaim(f"no benchmark {name!r}; there are {', '.join(CLAIMS)}")
    claim = CLAIMS[name]
    if claim.needs_data and (data is None or not data.exists()):
        raise DataMissing(f"benchmark {name!r} needs --data with the path of its data set; {data} is not there")
    report: Report = import_module(f".{claim.module}", __name__).measure(settings, data)
    return report
