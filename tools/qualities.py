"""Words by which people steer a list ("funnier", "not so dark", "older"), and what they mean for facets and texts.

A quality is read from an adjective or its comparative. What it means is said three times, and a catalog takes what it
has: a number facet that goes up or down, labels that are wanted more or less, words that the items' texts share.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = ["COMPARATIVES", "QUALITIES", "ROLES", "Quality", "Role", "role_of"]

Role = Literal["time", "length", "pages", "price", "rating", "popularity"]
"""What a number facet measures."""

ROLES: Mapping[Role, frozenset[str]] = {
    "time": frozenset(("year", "date", "released", "release", "published", "publication")),
    "length": frozenset(("minutes", "min", "mins", "runtime", "duration", "length", "hours", "playtime")),
    "pages": frozenset(("pages", "page")),
    "price": frozenset(("price", "cost", "eur", "usd", "fee")),
    "rating": frozenset(("rating", "stars", "score")),
    "popularity": frozenset(("popularity", "views", "sales", "votes")),
}
"""Words in the names of facets that have a role."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """One thing of which there can be more or less.

    `sign` says whether more of it means a higher number (for `roles`); `towards` and `away` are labels, `like` and
    `unlike` words of texts, each wanted more or less when more of the quality is wanted.
    """

    name: str
    less: str
    """What less of it is called."""
    roles: tuple[Role, ...] = ()
    sign: int = 1
    towards: tuple[str, ...] = ()
    away: tuple[str, ...] = ()
    like: str = ""
    unlike: str = ""


_NUMERIC: tuple[tuple[str, Quality], ...] = (
    ("old older classic vintage earlier", Quality(name="older", less="newer", roles=("time",), sign=-1)),
    ("new newer recent modern later", Quality(name="newer", less="older", roles=("time",))),
    ("short shorter brief briefer", Quality(name="shorter", less="longer", roles=("length", "pages"), sign=-1)),
    ("long longer", Quality(name="longer", less="shorter", roles=("length", "pages"))),
    ("cheap cheaper affordable inexpensive", Quality(name="cheaper", less="more expensive", roles=("price",), sign=-1)),
    ("expensive pricey pricier dear dearer costly", Quality(name="more expensive", less="cheaper", roles=("price",))),
    ("famous popular known mainstream", Quality(name="more popular", less="less known", roles=("popularity",))),
    ("obscure unknown niche", Quality(name="less known", less="more popular", roles=("popularity",), sign=-1)),
)
_BY_WORD: tuple[tuple[str, Quality], ...] = (
    ("funny funnier hilarious humorous witty wittier",
     Quality(name="funnier", less="less funny", towards=("comedy",), like="funny witty comedy, humour, laughs", unlike="grim serious")),
    ("dark darker gloomy gloomier grim grimmer bleak bleaker depressing heavy heavier",
     Quality(name="darker", less="less dark", towards=("film-noir", "noir", "horror", "thriller", "crime", "war"),
             away=("comedy", "children", "family", "animation", "musical"),
             like="dark bleak grim menace dread", unlike="light warm cheerful comedy")),
    ("scary scarier frightening creepy creepier spooky spookier",
     Quality(name="scarier", less="less scary", towards=("horror", "thriller"), like="scary frightening terror dread", unlike="gentle")),
    ("slow slower calm calmer quiet quieter gentle gentler relaxed relaxing",
     Quality(name="slower", less="less slow", towards=("drama",), away=("action", "adventure", "thriller"),
             like="slow quiet contemplative patient", unlike="fast frantic action chase")),
    ("fast faster quick quicker lively livelier energetic",
     Quality(name="faster", less="less fast", towards=("action", "adventure", "thriller"), away=("drama",),
             like="fast frantic action chase", unlike="slow quiet contemplative")),
    ("light lighter lighthearted cheerful happy happier uplifting fun",
     Quality(name="lighter", less="less light", towards=("comedy", "family", "children", "romance", "musical", "animation"),
             away=("horror", "thriller", "war", "crime", "film-noir", "noir"),
             like="light warm cheerful charming comedy", unlike="dark bleak grim violent")),
    ("serious deep deeper",
     Quality(name="more serious", less="less serious", towards=("drama",), away=("comedy", "children"), like="serious moral drama", unlike="comedy")),
    ("silly sillier goofy", Quality(name="sillier", less="less silly", towards=("comedy",), like="silly farce slapstick", unlike="serious")),
    ("sad sadder tragic moving touching",
     Quality(name="sadder", less="less sad", towards=("drama",), away=("comedy",), like="sad grief loss tender", unlike="funny cheerful")),
    ("violent bloody bloodier brutal gory gorier",
     Quality(name="more violent", less="less violent", towards=("action", "war", "crime", "horror"), away=("children", "family", "romance"),
             like="violent bloody brutal killing", unlike="gentle tender peaceful")),
    ("exciting thrilling gripping tense tenser suspenseful",
     Quality(name="more exciting", less="less exciting", towards=("thriller", "action", "adventure", "mystery"),
             like="tense gripping suspense chase", unlike="quiet slow gentle")),
    ("romantic tender sweet sweeter",
     Quality(name="more romantic", less="less romantic", towards=("romance",), away=("war", "horror"), like="romantic love tender", unlike="war")),
    ("strange stranger weird weirder surreal odd odder",
     Quality(name="stranger", less="less strange", towards=("fantasy", "sci-fi"), like="strange surreal dreamlike odd", unlike="plain realistic")),
    ("realistic believable", Quality(name="more realistic", less="less realistic", towards=("documentary", "drama"), away=("fantasy", "sci-fi"),
                                     like="realistic everyday true story", unlike="fantasy magic")),
    ("childish kiddy", Quality(name="more childish", less="less childish", towards=("children", "animation", "family"), like="for children",
                               unlike="for adults")),
    ("clever cleverer smart smarter intelligent complex",
     Quality(name="cleverer", less="less clever", towards=("mystery",), like="clever intricate puzzle ideas", unlike="silly simple")),
)  # fmt: skip


def _by_word() -> Iterator[tuple[str, Quality]]:
    for words, quality in (*_NUMERIC, *_BY_WORD):
        for word in words.split():
            yield word, quality


QUALITIES: Mapping[str, Quality] = dict(_by_word())
"""Each quality under the adjectives and comparatives that name it."""


def role_of(facet: str) -> Role | None:
    """What a facet of this name measures, if that can be told."""
    words = set(facet.casefold().replace("-", "_").replace(" ", "_").split("_"))
    return next((role for role, names in ROLES.items() if words & names), None)


_NO_COMPARATIVES = frozenset(("tender", "clever"))
COMPARATIVES = frozenset(word for word in QUALITIES if word.endswith("er") and word not in _NO_COMPARATIVES)
"""The words of `QUALITIES` that compare by themselves."""
