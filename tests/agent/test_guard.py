"""Titles that nothing has named are taken out of a reply while it streams, and all other text is left as it is."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tailored.agent.guard import WITHHELD, TitleFilter, TitleGuard

TITLES = (
    "The Third Man",
    "The Matrix",
    "Parasite",
    "Alien",
    "Alien 3",
    "Aliens",
    "Toy Story",
    "Toy Story 2",
    "Up",
    "It",
    "Her",
    "Once",
    "Focus",
    "1917",
    "Good Night, and Good Luck.",
    "Schindler's List",
    "Amélie",
    "WALL·E",
    "(500) Days of Summer",
    "The Lord of the Rings",
    "Happiness of the Katakuris, The (Katakuri-ke no kôfuku) (2001)",
    "Postman, The",
    "Time Out",
    "Your Name",
    "Le fabuleux destin d'une femme",
    "Wireless mouse",
    "パプリカ",
    "50/50",
)
GUARD = TitleGuard(TITLES)


def read(text: str, *, allowed: Iterable[str] = (), size: int = 4) -> tuple[str, tuple[str, ...]]:
    """What a reply shows that comes in pieces of `size` characters, and what was taken out of it."""
    watch = GUARD.watch(allowed)
    shown = [watch.feed(text[at : at + size]) for at in range(0, len(text), size)]
    return "".join([*shown, watch.finish()]), watch.withheld


@pytest.mark.parametrize(
    ("text", "shown", "withheld"),
    [
        ("Try The Third Man tonight.", "Try _ tonight.", "The Third Man"),
        ("Try THE THIRD MAN tonight.", "Try _ tonight.", "THE THIRD MAN"),
        ("See The Lord Of The Rings!", "See _!", "The Lord Of The Rings"),
        ('Sure, here it is: "Parasite" (2019).', "Sure, here it is: _.", "Parasite"),
        ("Watch Parasite (2019, Bong Joon-ho) now", "Watch _ now", "Parasite"),
        ("Watch *Parasite*.", "Watch _.", "Parasite"),
        ("Watch __Parasite__.", "Watch _.", "Parasite"),
        ("Watch ***Parasite***.", "Watch _.", "Parasite"),
        ("Watch “Parasite,” it is good", "Watch _, it is good", "Parasite"),
        ("Watch ‘Schindler’s List’ first", "Watch _ first", "Schindler’s List"),
        ("Watch 'Schindler's List' first", "Watch _ first", "Schindler's List"),
        ("Regardez « Once » ou", "Regardez « Once » ou", ""),
        ("Regardez «Once» ou", "Regardez _ ou", "Once"),
        ("「パプリカ」を見て", "_を見て", "パプリカ"),
        ("1. **Alien** (1979) - scary\n", "1. _ - scary\n", "Alien"),
        ("- **Alien (1979)**: scary\n", "- _: scary\n", "Alien"),
        ('* **"Alien"** (1979)', "* _", "Alien"),
        ("**1. Alien**: scary", "1. _: scary", "Alien"),
        ("**2. Alien 3** scary", "2. _ scary", "Alien 3"),
        ("1. Alien - scary", "1. _ - scary", "Alien"),
        ("1. Alien\n2. ok", "1. _\n2. ok", "Alien"),
        ("Good Night, and Good Luck. It", "_. It", "Good Night, and Good Luck"),
        ("The Matrix's score", "_'s score", "The Matrix"),
        ('The "Matrix" is old', "The _ is old", "Matrix"),
        ("an Amelie (2001) fan", "an _ fan", "Amelie"),
        ("an Ame\u0301lie (2001) fan", "an _ fan", "Ame\u0301lie"),
        ("WALL-E is a robot", "_ is a robot", "WALL-E"),
        ("500 Days of Summer", "_", "500 Days of Summer"),
        ("The Happiness of the Katakuris sings", "_ sings", "The Happiness of the Katakuris"),
        ("Try The Postman?", "Try _?", "The Postman"),
        ("Le fabuleux destin d’une femme", "_", "Le fabuleux destin d’une femme"),
        ('a "Wireless mouse" helps', "a _ helps", "Wireless mouse"),
        ("(see [The Matrix](x))", "(see [_](x))", "The Matrix"),
        ('"Invented Film" (1987) is fine', "_ is fine", "Invented Film"),
        ("**Invented film (1987)** is fine", "_ is fine", "Invented film"),
        ("3. The Invented Film (1987): a reason", "3. _: a reason", "The Invented Film"),
        ("10. Big, Bad Film (1987): a reason", "10. _: a reason", "Big, Bad Film"),
        ('"Parasite," (2019) is fine', "_ is fine", "Parasite"),
        ('"Focus": a film', "_: a film", "Focus"),
        ("see Alien 3", "see _", "Alien 3"),
        ("see Toy Story 2", "see _", "Toy Story 2"),
        ("see Toy Story 7", "see _ 7", "Toy Story"),
    ],
)
@pytest.mark.parametrize("size", [1, 4, 99])
def test_titles_that_nothing_named_are_taken_out(text: str, shown: str, withheld: str, size: int) -> None:
    assert read(text, size=size) == (shown.replace("_", WITHHELD), (withheld,) if withheld else ())


@pytest.mark.parametrize(
    "text",
    [
        "the third man in the queue, and The third man after him",
        "It is up to her. Once more: Up we go, It may be.",
        'Is "it" here, "once" or *up*?',
        "He said \"that was in 1987\" (twice) and 'tis so, rock 'n' roll.",
        "Time Out Market is open.",
        "Best regards,\n[Your Name]",
        "- **Focus:** one thing\n- **Focus**: another",
        "**Released:** (2019)",
        "1. Preheat the oven (1987 is not its temperature)\n- in a pan",
        "Smith and Jones (2004) say so.",
        "An Alienist met Aliensson near The Matrixes.",
        "the wireless mouse; Wireless mouse",
        "1. Parasite-free food for a 50/50 chance",
        "a preParasite (2019) world, *Once * too",
        "this is no list - Invented Film (1987)",
        "1. " + "Big " * 25 + "(1987)",
        "```\n1. Once\n- Invented Film (1987)\n```",
        'An unclosed "quote\nand *star, 2 * 3 * 4, a_b_c, __init__, ** and "" and `` too',
        '`print("Up")` and\n```\nx = "Once"  # The Third Man\n```\n',
        "",
    ],
)
@pytest.mark.parametrize("size", [1, 4, 99])
def test_other_text_is_left_as_it_is(text: str, size: int) -> None:
    assert read(text, size=size) == (text, ())


def test_a_title_with_its_year_counts_in_code_too() -> None:
    assert read("```\nParasite (2019)\n```\n*Once*") == (f"```\n{WITHHELD}\n```\n{WITHHELD}", ("Parasite", "Once"))


def test_code_that_is_never_closed_ends_with_its_line() -> None:
    assert read('a ` b\n"Once"')[1] == ("Once",)


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("have you seen parasite?", '"Parasite" (2019) is good'),
        ("1. The Third Man (1949): by the same director", "The Third Man is good"),
        ("I saw Up", "*Up* is good"),
        ("my own invented film", '"Invented Film" (1987) is good'),
        ("my own invented film", "1. Invented Film (1987): good"),
        ("amelie", "**Amélie**"),
    ],
)
def test_what_the_allowed_texts_name_may_be_named(said: str, text: str) -> None:
    assert read(text, allowed=["Hello.", said]) == (text, ())


def test_a_short_title_is_not_named_by_the_common_word() -> None:
    assert read('Try "Up".', allowed=["what is up with it"])[1] == ("Up",)


def test_two_allowed_texts_do_not_name_a_title_together() -> None:
    assert read("The Third Man", allowed=["the third", "man"])[1] == ("The Third Man",)


def test_naming_a_film_does_not_name_its_sequel() -> None:
    assert read("Toy Story, then Toy Story 2", allowed=["toy story"])[1] == ("Toy Story 2",)


def test_a_title_may_be_named_once_a_tool_returned_it() -> None:
    watch = GUARD.watch([])

    before = watch.feed("The Third Man, ")
    watch.allow("The Third Man (1949)")
    after = watch.feed("The Third Man, ")

    assert (before, after) == (f"{WITHHELD}, ", "The Third Man, ")


def test_each_title_is_reported_once() -> None:
    assert read('"Alien", The Matrix, "Alien"')[1] == ("Alien", "The Matrix")


def test_a_filter_goes_on_after_a_pause() -> None:
    watch = GUARD.watch([])

    first = watch.feed("I know The") + watch.finish()
    second = watch.feed("\nThe Matrix") + watch.finish()

    assert (first, second) == ("I know The", f"\n{WITHHELD}")


def test_prose_passes_without_delay() -> None:
    watch = GUARD.watch([])
    pieces = [
        "so",
        "me",
        " of",
        " the",
        " th",
        "ird",
        " ones",
        ",",
        " don",
        "'t",
        " you",
        " (",
        "or",
        ")",
        ".",
        "\n",
        "Yes",
    ]

    assert [watch.feed(piece) for piece in pieces] == pieces


def test_only_what_may_become_a_title_is_held_back() -> None:
    watch = GUARD.watch([])

    shown = [watch.feed(piece) for piece in ("I saw", " The", " Th", "ird", " row", " and", ' "', "what", '"', ",")]

    assert shown == ["I saw", " ", "", "", "The Third row", " and", " ", "", "", '"what",']


@pytest.mark.parametrize("text", ['"' + "so it was said " * 6, 'a "quote\n', '5" ', "* item"])
def test_a_mark_that_begins_no_title_is_not_held_back(text: str) -> None:
    watch = GUARD.watch([])

    assert watch.feed(text) == text


WORDS = (
    "the The third Man a e\u0301 \u0301 İ ß Invented Film Toy Good Night, 2 I (1979) (2019, x) (19 1. - : ** *** ``` ["
)
FRAGMENTS = st.sampled_from([" ", ", ", ". ", "\n1. ", "\n- ", *TITLES, *WORDS.split(" "), *"*_`\"“”‘’'«»[]()-\n"])
MARKS = st.sampled_from(["", "", '"', "'", "*", "**", "_", "`"])
ITEMS = st.builds(
    "{0}{1}{2}{1}{3}".format,
    st.sampled_from(["\n1. ", "\n- ", " ", " The ", "[", "x"]),
    MARKS,
    st.sampled_from([*TITLES, "Invented Film", "1. Alien", "Once (2007)", "Film:"]),
    st.sampled_from([" (1979)", " (2019, x)", " (197", " - ", ":", "\n", " Market", "'s", "]"]),
)
TEXTS = st.lists(FRAGMENTS | ITEMS | st.text(max_size=4), max_size=20).map("".join)
ALLOWED = st.lists(st.sampled_from(TITLES), max_size=3)


def fed(watch: TitleFilter, text: str, cuts: Iterable[int]) -> str:
    bounds = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    return "".join(watch.feed(text[a:b]) for a, b in pairwise(bounds)) + watch.finish()


@given(TEXTS, ALLOWED, st.sets(st.integers(0, 200)))
def test_the_reply_does_not_depend_on_its_pieces(text: str, allowed: list[str], cuts: set[int]) -> None:
    whole, cut = GUARD.watch(allowed), GUARD.watch(allowed)

    assert fed(whole, text, ()) == fed(cut, text, cuts)
    assert whole.withheld == cut.withheld


@given(TEXTS, st.sets(st.integers(0, 200)))
def test_nothing_is_lost_where_nothing_is_withheld(text: str, cuts: set[int]) -> None:
    watch = GUARD.watch((*TITLES, text))

    assert fed(watch, text, cuts) == text
    assert not watch.withheld


def test_a_hundred_thousand_titles_do_not_slow_the_reply() -> None:
    names = ["The Silent", "My Second", "Some", "I Like", "You and", "Good", "When the", "Blue"]
    guard = TitleGuard(f"{name} Movie {number}" for number in range(12_500) for name in names)
    watch = guard.watch(["a message"] * 20)
    pieces = [
        "The",
        " Sil",
        "ent",
        " film",
        " is",
        " good",
        ',"',
        " I",
        " like",
        " when",
        ' "You',
        " and",
        ' me"',
        "\n",
    ] * 200

    began = perf_counter()
    for piece in pieces:
        watch.feed(piece)
    elapsed = perf_counter() - began

    assert elapsed / len(pieces) < 100e-6  # measured: 7 µs; the rest is for busy machines
