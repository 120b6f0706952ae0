"""Does the catalog's search find what a question needs?

SciFact (BEIR): 5,183 abstracts as items, claims as queries, nDCG@10. Search goes through the catalog as a user's would:
imported, embedded, found by words and meaning. The fusion's weights and BM25's constants were chosen on the training
queries; the test queries are reported. Baselines: BM25 alone (.649-.665 published) and vectors alone.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..tools import Catalog, CatalogIndex, import_catalog
from ..tools.fusion import Scores
from .embedding_cache import open_cached
from .errors import DataMissing
from .report import Bar, Report

if TYPE_CHECKING:
    from ..agent.settings import Settings
    from ..memory.embedders.base import Embedder

__all__ = ["measure", "ndcg"]

TOP = 10

Relevant = Mapping[str, float]
"""Gains by document id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Queries:
    texts: Mapping[str, str]
    relevant: Mapping[str, Relevant]


def measure(settings: Settings, data: Path | None) -> Report:
    """The figures for the BEIR folder `data`."""
    if data is None or not (data / "corpus.jsonl").is_file():
        raise DataMissing(
            f"--data must be a BEIR folder with corpus.jsonl, queries_test.jsonl and qrels; {data} is not"
        )
    with open_cached(settings) as embedder, tempfile.TemporaryDirectory() as folder:
        index = _index(data, Path(folder), embedder)
        figures = {part: _figures(index, _queries(data, part)) for part in ("train", "test")}
        index.catalog.close()
    bar = Bar(name="words and meaning, nDCG@10 on test", value=figures["test"]["words and meaning"], least=0.68)
    return Report(title=f"search in {data.name}", figures=figures, bars=(bar,))


def ndcg(found: Sequence[str], relevant: Relevant, top: int = TOP) -> float:
    """Normalised discounted cumulative gain of the first `top`; 0 when nothing is relevant."""
    gained = sum(relevant.get(one, 0.0) / np.log2(rank + 2) for rank, one in enumerate(found[:top]))
    most = sorted(relevant.values(), reverse=True)[:top]
    best = sum(gain / np.log2(rank + 2) for rank, gain in enumerate(most))
    return float(gained / best) if best else 0.0


def _index(data: Path, folder: Path, embedder: Embedder) -> CatalogIndex:
    source = folder / "items.jsonl"
    with source.open("w", encoding="utf-8") as file:
        for row in _rows(data / "corpus.jsonl"):
            title = row["title"].strip()[:500] or row["text"][:80]
            file.write(json.dumps({"id": row["_id"], "title": title, "text": row["text"]}) + "\n")
    import_catalog(source, folder / "catalog")
    return CatalogIndex.open(Catalog.open(folder / "catalog"), embedder)


def _figures(index: CatalogIndex, queries: _Queries) -> dict[str, float]:
    asked = {query_id: queries.texts[query_id] for query_id in queries.relevant}
    arms = {
        "words and meaning": [[hit.item.id for hit in index.search(text, count=TOP)] for text in asked.values()],
        "BM25": [_best(index, index.lexicon.scores(text)) for text in asked.values()],
        "vectors": [_best(index, index.vectors @ index.embed(text)) for text in asked.values()],
    }
    relevant = list(queries.relevant.values())
    return {
        name: float(np.mean([ndcg(one, gains) for one, gains in zip(found, relevant, strict=True)]))
        for name, found in arms.items()
    }


def _best(index: CatalogIndex, scores: Scores) -> list[str]:
    return [index.catalog.ids[int(position)] for position in np.argsort(-scores, kind="stable")[:TOP]]


def _queries(data: Path, part: str) -> _Queries:
    texts = {row["_id"]: row["text"] for row in _rows(data / f"queries_{part}.jsonl")}
    relevant: dict[str, dict[str, float]] = {}
    for line in (data / "qrels" / f"{part}.tsv").read_text("utf-8").splitlines()[1:]:
        query, document, gain = line.split("\t")
        if float(gain) > 0:
            relevant.setdefault(query, {})[document] = float(gain)
    return _Queries(texts=texts, relevant=relevant)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]
