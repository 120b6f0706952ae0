"""What a linear model reads of a message beside its vector: marks of grammar, what the rules say, words and pairs.

The words for a catalog's items, what is done with them, names and numbers are each one term, so that what was learned of
"any films by Varda?" holds for "any wines from Mosel?" as well.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from ..tools.subject import ALL_NOUNS, Subject
from .asks import asks_for_items, is_about_items, names_items, requests_items, wishes_for_items
from .named import PLACEHOLDER

if TYPE_CHECKING:
    from ..memory import Vectors
    from .named import Names

__all__ = ["inputs", "terms"]

MARK_SCALE = 0.35
"""Weight of a mark beside a vector of length 1."""
TERM_SCALE = 1.0
"""Length of the part that says which terms there are, at most."""


def inputs(names: Names, vector: Vectors, subject: Subject, rule: str, known: Mapping[str, int]) -> Vectors:
    """What the model reads, shape (dimension + marks + known terms,). `names` is the message with what it names,
    `rule` the one of the plan that fits its text, `known` gives each term its place."""
    import numpy as np

    text = names.text
    marks = [*_grammar(text), *_about(text, subject), *_named(names), *(rule == each for each in _RULES)]
    found = [known[term] for term in terms(text, subject) if term in known]
    present = np.zeros(len(known), np.float32)
    present[found] = TERM_SCALE / max(len(found), 1) ** 0.5
    return np.concatenate([vector, np.array(marks, np.float32) * MARK_SCALE, present])


def terms(text: str, subject: Subject) -> frozenset[str]:
    """The words of a text and the pairs of neighbours, with its beginning (^) and end ($)."""
    words = ["^"]
    for match in _TOKEN.finditer(text.replace("’", "'")):
        word = _generic(match[0], subject, begins=words[-1] in _BEGINS)
        if not (word == "NAME" == words[-1]):
            words.append(word)
    pairs = (f"{one} {other}" for one, other in zip(words, [*words[1:], "$"], strict=True))
    return frozenset((*words[1:], *pairs))


def _generic(word: str, subject: Subject, *, begins: bool) -> str:
    plain = word.casefold()
    if plain in _AS_IT_IS:
        return _AS_IT_IS[plain]
    if _is_among(plain, subject.nouns):
        return "ITEM"
    if plain in subject.verbs:
        return "DO"
    if plain in ALL_NOUNS:
        return "OTHER"
    if plain[0].isdigit():
        return "0"
    return "NAME" if word[0].isupper() and not begins and plain not in _I else plain


def _is_among(word: str, nouns: Collection[str]) -> bool:
    """Whether a word is one of the nouns or the plural of one: labels stand in the catalog as "comedy"."""
    return word in nouns or (word[-1] == "s" and (word[:-1] in nouns or f"{word[:-3]}y" in nouns))


def _grammar(text: str) -> list[bool]:
    plain = text.casefold().replace("’", "'").strip()
    count = len(plain.split())
    patterns = (pattern.search(plain) is not None for pattern in _PATTERNS)
    named, quoted = _NAME.search(text) is not None, _QUOTED.search(text) is not None
    return [*patterns, named, quoted, count <= 2, count <= 5, count >= 10, text[:1].islower()]


def _about(text: str, subject: Subject) -> list[bool]:
    plain = text.casefold()
    said = frozenset(re.findall(r"[\w'’-]+", plain))
    noun = any(_is_among(word, subject.nouns) for word in said)
    verb = not said.isdisjoint(subject.verbs)
    other = not noun and not said.isdisjoint(ALL_NOUNS - subject.nouns)
    want, look, mine = (pattern.search(plain) is not None for pattern in (_WANT, _LOOK, _MINE))
    about = is_about_items(text, subject)
    together = [noun and want, noun and look, noun and mine, verb and want, other and want, other and look]
    rules = [names_items, wishes_for_items, requests_items, asks_for_items]
    return [noun, verb, other, *together, *(rule(text, subject) for rule in rules), about is True, about is False]


def _named(names: Names) -> list[bool]:
    """What the message does with names that the catalog knows."""
    plain = names.text.casefold().replace("’", "'").strip()
    item = names.items
    together = (pattern.search(plain) is not None for pattern in _BESIDE_A_NAME)
    begins = plain.startswith(PLACEHOLDER.casefold())
    return [item, names.people, item and names.people, item and begins, *(item and each for each in together)]


_RULES = ("asks for items", "looks items up", "asks for advice", "asks what there is", "asks for an idea", "talk")
_TOKEN = re.compile(r"\w+(?:'\w+)?|[?!.,:\"]")
_BEGINS = frozenset(("^", ".", "?", "!", ":", "QUOTE"))
_AS_IT_IS = {'"': "QUOTE", "show": "show", PLACEHOLDER.casefold(): "NAME"}
"""What needs no look: "show" is far more often what is asked for than an item."""
_I = frozenset(("i", "i'm", "i've", "i'd", "i'll"))
_NAME = re.compile(r"(?<=[^\W\d_] )(?!I\b)[A-ZÀ-ÖØ-Þ]\w+|(?<=, )(?!I\b)[A-ZÀ-ÖØ-Þ]\w+")
_QUOTED = re.compile(r"[\"“”«]")
_WANT = re.compile(
    r"\b(?:want|need|looking for|fancy|mood|after|could use|could do with|love|like|pick|choose|suggest|recommend|give|any"
    r"|got|good|best|something|please|help)\b"
)
_LOOK = re.compile(
    r"\b(?:have|search|find|look|list|show|check|there|which|how many|catalog(?:ue)?|collection|library|database|available"
    r"|titles?|by)\b"
)
_MINE = re.compile(r"\b(?:my|our|i|we|i'm|i've|am)\b")
_BESIDE_A_NAME = tuple(
    re.compile(pattern)
    for pattern in (
        r"\?",
        r"^\W*(?:and |so |hey |hi |ok |please )?(?:what|which|who|when|where|how|is|are|was|does|did|has|have|do)\b",
        r"\b(?:i|i'm|i've|i'd|my|me|we|we've|us|our)\b",
        r"\b(?:like|similar|style|vein|next|after|more|else|another|instead|loved|love|enjoyed)\b",
        r"\b(?:long|year|directed|wrote|about|rated|cast|director|author|price|cost|length|released|plot|colou?r|made"
        r"|language|details|come out)\b",
        r"\b(?:write|review|essay|translate|summari[sz]e|explain|poem|joke|think|opinion|why|mean|means|meaning)\b",
    )
)
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        r"\?$",
        r"^(?:and |so |well |hey |hi |ok )?(?:what|which|what's|whats)\b",
        r"^(?:who|whom|whose)\b",
        r"^(?:when|where|at what|on which|in which)\b",
        r"^how (?:many|much|long|old|far|fast)\b",
        r"^(?:how|why)\b",
        r"^(?:do|does|did|have|has|had) (?:you|u|it|i|we)\b|^got\b",
        r"^(?:is|are|was|were|am)\b",
        r"^(?:can|could|would|will) (?:you|u)\b",
        r"\b(?:i|we|i'm|i've|i'd|we're|we'd|we've|im|ive)\b",
        r"\b(?:my|our|mine|ours)\b",
        r"\b(?:did|do|am|was|have|had|are|were) (?:i|we)\b",
        r"\b(?:i|we) (?:say|said|tell|told|mention|mentioned|like|liked|decide|decided|plan|planned)\b",
        r"\byour?\b",
        r"\b(?:you|u) (?:have|got|stock|carry|hold|sell|offer)\b|\b(?:have|got) (?:you|u)\b",
        r"\b(?:catalog(?:ue)?|collection|library|database|in there|on there|in (?:the|your) list|in stock|available|the list"
        r"|listed|entry|entries)\b",
        r"^(?:please |pls |can you |could you )?(?:search|find|look|list|show|check|count|display|see if|pull up|bring up)\b",
        r"\b(?:look up|look it up|search for|check|find out|locate)\b",
        r"\b(?:recommend|suggest|advise|pick|choose|surprise|propose|recommendations?|suggestions?|tips?|ideas?)\b",
        r"^(?:please )?(?:give|name|tell|send|hit|throw|put)\b",
        r"\b(?:write|draft|compose|rewrite|rephrase|summari[sz]e|translate|shorten|reply|proofread|make this|turn this|fix"
        r"|word|compute|calculate|explain|define)\b",
        r"\b(?:for|to) (?:me|us)\b|\b(?:give|show|find|get|pick|tell|bring) (?:me|us)\b",
        r"\b(?:something|anything|some|any)\b",
        r"\b(?:another|more|else|similar|others?|next)\b",
        r"\blike\b",
        r"\b(?:tonight|tonite|this evening|weekend|today|night|saturday|sunday|friday|evening)\b",
        r"\b(?:want|need|looking for|fancy|in the mood|after|could use|could do with|would love|i'd love|i'd like|feel like"
        r"|craving)\b",
        r"\b(?:please|pls)\b",
        r"\d",
        r"\b(?:saw|watched|was|were|went|had|got|bought|finished|made|lost|found|loved|enjoyed|read)\b",
        r"\b(?:good|best|nice|great|decent|proper|favourite|top|worth)\b",
        r"\b(?:should|shall)\b",
        r"\b(?:all|every|everything|the list|full list)\b",
        r"\b(?:by|starring|from|directed|called|titled|named|about|with)\b",
        r"\b(?:not|no|never|nothing|none|without|stop)\b|n't\b",
        r"\b(?:is|are) (?:there|it|that)\b",
        r"\b(?:a|an|the) (?:name|title|word|rhyme|slogan|way|synonym)\b",
        r"[.!]$",
        r"\b(?:again|remind|remember|still)\b",
        r"\b(?:he|she|they|his|her|him|them)\b",
        r"\b(?:never|don't|do not|stop|no more|leave out)(?: ever)? ?(?:suggest|recommend|show|offer|give|play|bring|$|\w+ing\b)",
        r"\bmy name(?:'s| is)\b|\bi (?:live|work)\b|^(?:hi|hey|hello)\b.*\bi(?:'m| am)\b|\bi(?:'m| am) an? \w+ (?:from|in|and)\b",
        r"\b(?:gone off|tired of|can't stand|cannot stand|hate|don't (?:like|care)|not my thing|fan of|prefer|got into|had enough"
        r"|fed up|done with|bores? me|leaves? me cold|favou?rites?)\b",
        r"\b(?:avez-vous|vous avez|y a-t-il|il y a|as-tu|habt ihr|gibt es|hast du|tenéis|tienes|tienen|hay|avete|c'è|zeige?|suche?"
        r"|liste|montre|cherche|busca|muestra|cerca|katalog|sammlung|catálogo|catalogo|dans (?:la|ton|votre|le)|en (?:la|el|tu))\b",
        r"\b(?:empfiehl|empfehlen|empfehlung|vorschlag|soll(?:en|te|ten)?|conseill\w+|recommand\w+|propos\w+|recom[ie]+nd\w*|suger\w+"
        r"|consigli\w*|heute abend|ce soir|esta noche|stasera|hoje|lust auf|envie|apetece|ganas|etwas|quelque chose|algo)\b",
        r"\b(?:mein|meine|meinen|meiner|mon|ma|mes|mi|mis|mio|mia|ich|je|j'ai|meu|minha)\b",
        r"^\W*(?:wer|wie|wann|wo|aus welche\w+|combien|qui|quand|quel\w*|cuánto|quién|cuándo|cuál\w*|qué|chi|quanto)\b",
        r"\b(?:erzählt|gesagt|noch ?mal|tu te souviens|t'en souviens|t'avais|t'ai dit|déjà|te (?:dije|conté|acuerdas)|recuerdas)\b",
        r"\?.*[a-z]",
        r"[.!].*\?$",
    )
)
