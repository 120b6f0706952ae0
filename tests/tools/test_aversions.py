"""What a user refuses is masked, whatever the model asks for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tailored.tools import Catalog, import_catalog
from tailored.tools.aversions import aversions
from tailored.tools.filters import AllOf, NoneOf

FILMS = Path(__file__).parents[2] / "serve" / "demo" / "films.jsonl"


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    folder = tmp_path_factory.mktemp("catalog")
    import_catalog(FILMS, folder)
    return Catalog.open(folder)


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("Never suggest horror films.", ("horror",)),
        ("The user hates musicals.", ("musical",)),
        ("Something slow, but no war films please", ("war",)),
        ("I don't like science fiction or westerns", ("science fiction", "western")),
        ("without horror", ("horror",)),
        ("I love horror films", ()),
        ("Not just comedies, anything funny", ()),
        ("I don't mind horror", ()),
        ("A comedy. No rush.", ()),
        ("something tender", ()),
    ],
)
def test_refused_labels_are_read(catalog: Catalog, text: str, labels: tuple[str, ...]) -> None:
    filters = aversions([text], catalog).filters

    assert filters == ((NoneOf(facet="genres", values=labels),) if labels else ())


def test_nothing_said_refuses_nothing(catalog: Catalog) -> None:
    assert aversions([], catalog) == AllOf()
