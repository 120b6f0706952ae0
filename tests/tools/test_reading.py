"""What people say about a list is read as they mean it, whatever a model would make of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tailored.tools import Catalog, import_catalog
from tailored.tools.filters import AnyOf, NoneOf, Range
from tailored.tools.reading import Reader, Shown
from tailored.tools.steering import Critique, merged

FILMS = Path(__file__).parents[2] / "serve" / "demo" / "films.jsonl"
LIST = Shown(items=("alien-1979", "casablanca-1942", "some-like-it-hot-1959"))


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    folder = tmp_path_factory.mktemp("catalog")
    import_catalog(FILMS, folder)
    titles = {"alien": ("alien-1979", "Alien (1979)")}
    return Reader(Catalog.open(folder), lambda title: titles.get(title.casefold()))


def test_the_whole_sentence_of_the_specification_is_read(reader: Reader) -> None:
    steering = reader.read("no horror, nothing before 1980, like number 3 but funnier", LIST)

    assert set(steering.must) == {Range(facet="year", low=1980), NoneOf(facet="genres", values=("horror",))}
    assert steering.like == ("some-like-it-hot-1959",)
    assert [lean.name for lean in steering.leans] == ["funnier"]
    assert steering.rest == ""
    assert steering.words == ("like Some Like It Hot (1959)", "year from 1980", "without horror", "funnier")


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("nothing before 1980", 1980, float("inf")),
        ("before 1980", float("-inf"), 1979),
        ("not older than 1980", 1980, float("inf")),
        ("after 2000", 2001, float("inf")),
        ("nothing after 2000", float("-inf"), 2000),
        ("since 1990", 1990, float("inf")),
        ("1990 or later", 1990, float("inf")),
        ("from the 90s", 1990, 1999),
        ("from the eighties", 1980, 1989),
        ("1930s films", 1930, 1939),
        ("between 1970 and 1979", 1970, 1979),
        ("in 1994", 1994, 1994),
    ],
)
def test_years_are_bounds(reader: Reader, text: str, low: float, high: float) -> None:
    assert reader.read(text).must == (Range(facet="year", low=low, high=high),)


@pytest.mark.parametrize(
    ("text", "fits", "does_not"),
    [
        ("shorter than two hours", 119, 120),
        ("no longer than two hours", 120, 121),
        ("under 90 minutes", 89, 90),
        ("at most 1 hour and 30 minutes", 90, 91),
        ("nothing over two and a half hours", 120, 200),
        ("longer than 100 min", 101, 100),
    ],
)
def test_lengths_are_bounds(reader: Reader, text: str, fits: float, does_not: float) -> None:
    [span] = [limit for limit in reader.read(text).must if isinstance(limit, Range)]

    assert span.facet == "minutes"
    assert span.low <= fits <= span.high
    assert not span.low <= does_not <= span.high


@pytest.mark.parametrize(
    ("text", "refused", "required", "hoped"),
    [
        ("no horror, just comedies", ("horror",), ("comedy",), ()),
        ("no horror, war or westerns please", ("horror", "war", "western"), (), ()),
        ("no horror, something romantic", ("horror",), (), ("romance",)),
        ("not horror but a comedy", ("horror",), (), ("comedy",)),
        ("anything but drama", ("drama",), (), ()),
        ("only documentaries", (), ("documentary",), ()),
        ("I hate musicals but love westerns", ("musical",), (), ("western",)),
        ("I'm tired of dramas", ("drama",), (), ()),
        ("not just horror", (), (), ("horror",)),
        ("I watched a horror film yesterday, what else is there", (), (), ()),
        ("a quiet evening with my dog", (), (), ()),
    ],
)
def test_labels_are_refused_required_or_hoped_for(
    reader: Reader, text: str, refused: tuple[str, ...], required: tuple[str, ...], hoped: tuple[str, ...]
) -> None:
    steering = reader.read(text)

    assert [v for limit in steering.must if isinstance(limit, NoneOf) for v in limit.values] == list(refused)
    assert [v for limit in steering.must if isinstance(limit, AnyOf) for v in limit.values] == list(required)
    assert [v for limit in steering.hoped if isinstance(limit, AnyOf) for v in limit.values] == list(hoped)


def test_either_label_will_do_where_both_are_offered(reader: Reader) -> None:
    assert reader.read("comedy or drama").hoped == (AnyOf(facet="genres", values=("comedy", "drama")),)
    assert len(reader.read("a romantic comedy").hoped) == 2


@pytest.mark.parametrize("text", ["I don't like Hitchcock", "no Hitchcock", "nothing by Alfred Hitchcock"])
def test_a_surname_names_a_person(reader: Reader, text: str) -> None:
    assert reader.read(text).must == (NoneOf(facet="director", values=("alfred hitchcock",)),)


@pytest.mark.parametrize(
    ("text", "name", "sign"),
    [("funnier", "funnier", 1), ("not so dark", "less dark", -1), ("too violent", "less violent", -1),
     ("less scary", "less scary", -1), ("not funny enough", "funnier", 1), ("more romantic", "more romantic", 1),
     ("more comedy", "more comedy", 1), ("fewer westerns", "less western", -1)],
)  # fmt: skip
def test_comparatives_lean(reader: Reader, text: str, name: str, sign: int) -> None:
    lean = reader.read(text, LIST).leans[0]

    assert lean.name.removesuffix("s") == name
    assert lean.weight == sign


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("this but older", float("-inf"), 1958),
        ("like number 2 but newer", 1943, float("inf")),
        ("older", float("-inf"), 1958),
    ],
)
def test_what_is_compared_with_shown_items_goes_beyond_them(reader: Reader, text: str, low: float, high: float) -> None:
    assert reader.read(text, LIST).hoped == (Range(facet="year", low=low, high=high),)


@pytest.mark.parametrize(
    ("text", "like"),
    [
        ("something like number 2", ("casablanca-1942",)),
        ("like the third one", ("some-like-it-hot-1959",)),
        ("similar to #1", ("alien-1979",)),
        ("the second but newer", ("casablanca-1942",)),
        ("something like Alien but funnier", ("alien-1979",)),
        ("more like these", LIST.items),
        ("like number 9", ()),
        ("number 2 is too long", ()),
        ("I would like a comedy", ()),
    ],
)
def test_items_are_referred_to_by_number_and_by_title(reader: Reader, text: str, like: tuple[str, ...]) -> None:
    assert reader.read(text, LIST).like == like


def test_this_is_the_item_last_spoken_of(reader: Reader) -> None:
    assert reader.read("like this but slower", Shown(items=LIST.items, last="alien-1979")).like == ("alien-1979",)


@pytest.mark.parametrize(
    ("text", "labels"),
    [("less horror", ["horror"]), ("no horror", ["horror"]), ("too scary", ["horror", "thriller"])],
)
def test_what_is_said_against_a_list_is_a_critique_of_it(reader: Reader, text: str, labels: list[str]) -> None:
    [critique] = reader.read(text, LIST).critiques

    assert critique == Critique(shown=LIST.items, labels=tuple(("genres", label) for label in labels))


@pytest.mark.parametrize(
    "text", ["less western", "more horror", "like number 3 but less scary", "number 1 is too scary"]
)
def test_what_is_no_fault_of_the_list_is_no_critique_of_it(reader: Reader, text: str) -> None:
    assert not reader.read(text, LIST).critiques


def test_without_a_list_there_is_nothing_to_criticise(reader: Reader) -> None:
    assert not reader.read("less horror").critiques


@pytest.mark.parametrize(("text", "direction"), [("older", -1), ("newer", 1), ("too old", 1)])
def test_another_time_is_a_critique_of_the_list_s_numbers(reader: Reader, text: str, direction: int) -> None:
    assert reader.read(text, LIST).critiques == (Critique(shown=LIST.items, numbers=(("year", direction),)),)


def test_only_what_was_said_is_told(reader: Reader) -> None:
    assert reader.read("less horror", LIST).words == ("less horror",)
    assert reader.read("no horror", LIST).words == ("without horror",)


@pytest.mark.parametrize(
    ("first", "then", "words"),
    [
        ("less horror", "more horror", ("more horror",)),
        ("more horror", "no horror", ("without horror",)),
        ("no horror", "more horror", ("more horror",)),
        ("less horror", "only horror", ("with horror",)),
        ("funnier", "too funny", ("less funny",)),
        ("older than 1990", "older than 1960", ("year up to 1959",)),
    ],
)
def test_of_two_words_about_one_thing_the_later_is_told(
    reader: Reader, first: str, then: str, words: tuple[str, ...]
) -> None:
    both = merged(reader.read(first, LIST), reader.read(then, LIST))

    assert both.words == words


@pytest.mark.parametrize(("then", "left"), [("more horror", 0), ("only horror", 0), ("less romance", 2)])
def test_a_critique_counts_until_what_it_names_is_wanted(reader: Reader, then: str, left: int) -> None:
    both = merged(reader.read("less horror", LIST), reader.read(then, LIST))

    assert len(both.critiques) == left


@pytest.mark.parametrize(("text", "rest"), [("less horror", ""), ("fewer westerns about trains", "about trains")])
def test_the_words_of_a_critique_are_not_searched_for(reader: Reader, text: str, rest: str) -> None:
    assert reader.read(text, LIST).rest == rest


def test_critiques_of_several_lists_add_up(reader: Reader) -> None:
    later = Shown(items=("casablanca-1942",))
    both = merged(reader.read("less horror", LIST), reader.read("less romance", later))

    assert [one.shown for one in both.critiques] == [LIST.items, later.items]


def test_what_no_facet_holds_is_said(reader: Reader) -> None:
    assert reader.read("under $20").missing == ("price of its items",)
    assert reader.read("cheaper", LIST).missing == ("price of its items",)


def test_the_later_wish_counts_where_two_contradict_each_other(reader: Reader) -> None:
    both = merged(reader.read("no horror, nothing before 1980"), reader.read("only horror from the 50s"))

    assert both.must == (Range(facet="year", low=1950, high=1959), AnyOf(facet="genres", values=("horror",)))


def test_what_does_not_contradict_holds_together(reader: Reader) -> None:
    both = merged(reader.read("no horror"), reader.read("no westerns, shorter than two hours"))

    assert len(both.must) == 3


@pytest.mark.parametrize(
    "text", ["", "but but , . no", "no no no", "((((", "number 99999", "1" * 400, "ﷺ" * 50, "#" * 99]
)
def test_no_text_is_too_odd_to_be_read(reader: Reader, text: str) -> None:
    assert not reader.read(text, LIST).must
