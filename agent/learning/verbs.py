"""Forms of English verbs: which word is a participle or a past, and which verb it belongs to.

Regular verbs by their endings, the common irregular ones by a table; a guess where neither says more.
"""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["PARTICIPLES", "base", "is_participle", "is_past", "verb"]

_IRREGULAR = """
beat beat beaten; become became become; begin began begun; bite bit bitten; blow blew blown; break broke broken;
bring brought brought; build built built; burn burnt burnt; buy bought bought; catch caught caught; choose chose chosen;
come came come; cost cost cost; cut cut cut; deal dealt dealt; dig dug dug; do did done; draw drew drawn; drink drank drunk;
drive drove driven; eat ate eaten; fall fell fallen; feed fed fed; feel felt felt; fight fought fought; find found found;
fly flew flown; forbid forbade forbidden; forget forgot forgotten; forgive forgave forgiven; freeze froze frozen;
get got got; give gave given; go went gone; grind ground ground; grow grew grown; hang hung hung; hear heard heard;
hide hid hidden; hit hit hit; hold held held; hurt hurt hurt; keep kept kept; know knew known; lay laid laid; lead led led;
learn learnt learnt; leave left left; lend lent lent; let let let; light lit lit; lose lost lost; make made made;
mean meant meant; meet met met; overtake overtook overtaken; pay paid paid; put put put; quit quit quit; read read read;
ride rode ridden; ring rang rung; rise rose risen; run ran run; say said said; see saw seen; seek sought sought;
sell sold sold; send sent sent; set set set; shake shook shaken; shoot shot shot; show showed shown; shut shut shut;
sing sang sung; sink sank sunk; sit sat sat; sleep slept slept; speak spoke spoken; spend spent spent; split split split;
spread spread spread; stand stood stood; steal stole stolen; stick stuck stuck; strike struck struck; sweep swept swept;
swim swam swum; take took taken; teach taught taught; tear tore torn; tell told told; think thought thought;
throw threw thrown; undertake undertook undertaken; understand understood understood; wake woke woken; wear wore worn;
win won won; wind wound wound; withdraw withdrew withdrawn; write wrote written; overwrite overwrote overwritten
"""
_TABLE = [tuple(entry.split()) for entry in _IRREGULAR.split(";")]
_VERB_OF = {form: base for base, past, participle in _TABLE for form in (past, participle)}
_PASTS = frozenset(past for base, past, _ in _TABLE if past != base) | {"was", "were", "had"}
_PARTICIPLE = frozenset(participle for *_, participle in _TABLE)

_ONLY_PARTICIPLE = frozenset(participle for base, _, participle in _TABLE if participle != base) | {"been"}

PARTICIPLES = r"(?:[a-z-]{2,}ed|" + "|".join(sorted(_PARTICIPLE)) + ")"
"""The pattern of a word that may be a past participle."""

_NO_PAST = frozenset(
    [
        "need",
        "feed",
        "speed",
        "seed",
        "red",
        "bed",
        "indeed",
        "hundred",
        "shed",
        "exceed",
        "proceed",
        "bleed",
        "breed",
        "succeed",
        "embed",
    ]
)
_ENDING = re.compile(r"(?:ing|ed|es|s|e)$")
_DOUBLED = re.compile(r"([bdgklmnprt])\1$")


def is_past(word: str) -> bool:
    """Whether a word looks like a simple past ("went", "checked")."""
    return word in _PASTS or (word.endswith("ed") and len(word) > 3 and word not in _NO_PAST)


def is_participle(word: str) -> bool:
    """Whether an irregular verb has this form as its participle and not as its base ("eaten")."""
    return word in _ONLY_PARTICIPLE


def base(word: str) -> str:
    """A present form without the ending of the third person: the same for "tries" and "try", "uses" and "use"."""
    for ending, of_base in (("ies", "y"), ("sses", "ss"), ("shes", "sh"), ("ches", "ch"), ("xes", "x"), ("oes", "o")):
        if word.endswith(ending):
            return word.removesuffix(ending) + of_base
    return word if word.endswith("ss") else word.removesuffix("s")


@lru_cache(maxsize=4096)
def verb(word: str) -> str:
    """A key that all forms of a verb share ("took", "taken", "taking" and "take"); meaningless for other words."""
    base = _VERB_OF.get(word, word)
    stem = _ENDING.sub("", base) if len(base) > 3 else base
    stem = _DOUBLED.sub(r"\1", stem)
    return stem[:-1] + "y" if stem.endswith("i") else stem
