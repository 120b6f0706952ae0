from __future__ import annotations

from typing import Any

import pytest

from tailored.tools import Catalog
from tailored.tools.errors import InvalidRequest, UnknownFacet
from tailored.tools.filters import AllOf, AnyOf, Equals, Filter, NoneOf, Range, mask_of, parse_filters

from .parts import movie_catalog


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    return movie_catalog(tmp_path_factory.mktemp("catalog"))


def ids(catalog: Catalog, wish: Filter) -> str:
    return "".join(item_id for item_id, kept in zip(catalog.ids, mask_of(catalog, wish), strict=True) if kept)


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (AllOf(), "1234567"),
        (Equals(facet="genres", value="horror"), "123"),
        (Equals(facet="year", value=1979), "15"),
        (AnyOf(facet="genres", values=("ACTION", "Comedy")), "2456"),
        (NoneOf(facet="genres", values=("horror", "action")), "457"),
        (Range(facet="year", low=1980), "236"),
        (Range(facet="year", low=1979, high=1982), "135"),
        (Range(facet="year", low=1980, inside=False), "1457"),
        (AllOf(filters=(Equals(facet="genres", value="horror"), Range(facet="year", high=1981))), "1"),
    ],
)
def test_filters_keep_the_items_they_say(catalog: Catalog, wish: Filter, expected: str) -> None:
    assert ids(catalog, wish) == expected


@pytest.mark.parametrize(
    ("include", "exclude", "expected"),
    [
        ({}, {}, "1234567"),
        ({"genres": "horror"}, {}, "123"),
        ({"genres": ["action", "romance"]}, {}, "2456"),
        ({"year": {"min": 1980, "max": 1985}}, {}, "3"),
        ({"year": "1979"}, {}, "15"),
        ({}, {"genres": ["horror"]}, "4567"),
        ({}, {"year": {"max": 1980}}, "2367"),
        ({"genres": ["horror"]}, {"genres": ["action"]}, "13"),
    ],
)
def test_the_simple_form(catalog: Catalog, include: Any, exclude: Any, expected: str) -> None:
    assert ids(catalog, parse_filters(include, exclude)) == expected


@pytest.mark.parametrize(
    ("include", "error", "message"),
    [
        ({"mood": "dark"}, UnknownFacet, r"no facet 'mood'.*genres \(labels\), year \(number\)"),
        ({"genres": "horor"}, UnknownFacet, "has: horror"),
        ({"year": 1900}, UnknownFacet, "from 1977 to 1988"),
        ({"year": "old"}, InvalidRequest, "number"),
        ({"genres": []}, InvalidRequest, "no values"),
        ({"genres": {"min": 1}}, InvalidRequest, "no span"),
        ({"year": {"min": 5, "max": 1}}, InvalidRequest, "empty"),
        ({"year": {"from": 5}}, InvalidRequest, "`min`"),
        ({"year": {"min": "x"}}, InvalidRequest, "numbers"),
        ({"year": {}}, InvalidRequest, "`min`"),
        ({"year": None}, InvalidRequest, "must be a value"),
    ],
)
def test_a_filter_that_does_not_fit_says_what_would(
    catalog: Catalog, include: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        mask_of(catalog, parse_filters(include, {}))
