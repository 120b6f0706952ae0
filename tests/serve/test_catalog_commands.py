"""`tailored catalog`: what is there, and taking items out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tailored.agent.settings import Settings
from tailored.serve.importing import remove_from_catalog, show_catalog
from tailored.tools import Catalog, import_catalog
from tailored.tools.errors import CatalogNotFound, UnknownItem
from tests.agent.makers import FILMS


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    import_catalog(FILMS, tmp_path / "catalog")
    return Settings(data_dir=tmp_path)


def test_facets_are_shown_with_their_values(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert show_catalog(settings) == 0

    shown = capsys.readouterr().out
    assert "genres" in shown
    assert "1922 to" in shown


def test_items_are_removed(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    remove_from_catalog(settings, ["parasite-2019"])

    assert "parasite-2019" not in Catalog.open(settings.data_dir / "catalog")
    assert "1 items removed" in capsys.readouterr().out


def test_an_unknown_id_is_named(settings: Settings) -> None:
    with pytest.raises(UnknownItem, match="nope"):
        remove_from_catalog(settings, ["nope"])


def test_without_a_catalog_it_is_said_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CatalogNotFound, match="import one first"):
        show_catalog(Settings(data_dir=tmp_path))
