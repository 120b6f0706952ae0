"""Signs of satisfaction or dissatisfaction in what a user says next, by cues.

High precision: a turn without a clear cue says nothing. A complaint outweighs thanks ("thanks, but it's too long"),
and praise inside a new task or a question is none. The kinds of cue follow the criteria of WildFeedback (arXiv
2408.15549): thanks, praise, success / correction, rejection, ignored instruction, error, wrong length or tone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...memory.records import Signal

__all__ = ["Cue", "detect"]

MAX_WORDS = 60
"""Longer turns are new tasks or pasted texts; what they hold of cues is mostly not about the reply."""
MAX_PRAISE_WORDS = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """A sign about the last reply, and the kind of cue it was read from."""

    signal: Signal
    kind: str


def detect(turn: str) -> Cue | None:
    """What the user's turn says about the reply before it, or None when it says nothing clear."""
    text = " ".join(_QUOTED.sub(" ", turn).replace("’", "'").split())
    words = len(text.split())
    if not words or words > MAX_WORDS:
        return None
    if kind := _first(_COMPLAINTS, text):
        return Cue(signal="dissatisfied", kind=kind)
    if words <= MAX_PRAISE_WORDS and not _NOT_PRAISE.search(text) and (kind := _first(_PRAISES, text)):
        return Cue(signal="satisfied", kind=kind)
    return None


def _first(cues: tuple[tuple[str, re.Pattern[str]], ...], text: str) -> str | None:
    return next((kind for kind, pattern in cues if pattern.search(text)), None)


def _cues(*cues: tuple[str, str]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((kind, re.compile(pattern, re.I)) for kind, pattern in cues)


_QUOTED = re.compile(r"```.*?(?:```|\Z)|“[^”]*”|\"[^\"\n]*\"|^>.*$", re.S | re.M)
_IT = r"(?:it|this|that|the (?:answer|reply|draft|text|list|summary|code|version|result)|your (?:answer|reply|draft|version|summary|code))"
_IS = r"(?:'s| is| was| looks| sounds| reads| seems| feels)"

_COMPLAINTS = _cues(
    (
        "correction",
        r"^no[,.!]* (?:shorter|longer|simpler|less|more|not|that|it|i (?:meant|said|asked|wanted)|make|try|again|the other)\b",
    ),
    (
        "wrong",
        rf"\b{_IT}{_IS}(?: still| just| all| also| simply| completely| totally| plain)* (?:wrong|incorrect|false|nonsense|rubbish|useless|terrible|awful|bad|broken|inaccurate|not (?:right|true|correct|helpful|good|useful|quite right))\b",
    ),
    (
        "wrong",
        r"\bthat(?:'s| is) (?:not|n't) (?:right|true|correct|it)\b|\byou(?:'re| are) (?:wrong|mistaken|making (?:this|that|things) up)\b|^(?:wrong|incorrect|nope)\b",
    ),
    (
        "not asked",
        r"\b(?:not|n't) what i (?:asked|wanted|meant|needed|said|was (?:looking|asking) for)\b|\bi did(?:n't| not) (?:ask|mean|want|say)\b",
    ),
    (
        "ignored",
        r"\byou (?:ignored|missed|forgot|skipped|did(?:n't| not) (?:answer|read|follow|include|listen|use|do)|keep (?:ignoring|doing|adding|using|making|saying|forgetting)|left out)\b|\bas i (?:already )?said\b|\bi (?:already|just) (?:told|said|asked)\b|\bi (?:said|asked for|told you)\b",
    ),
    (
        "fit",
        rf"\b(?:{_IT}{_IS}|still|way|far) (?:still |way |much |far |a bit |a little |just )*too (?:long|short|formal|casual|informal|vague|general|generic|complicated|technical|wordy|verbose|simple|many|much)\b(?! ago)|^(?:way |much |far |still )?too (?:long|short|formal|casual|informal|vague|generic|complicated|technical|wordy|verbose)\b",
    ),
    (
        "fit",
        r"^(?:(?:ok(?:ay)?|well|good|nice|great|thanks|thank you),? but |please |can you |could you )*(?:make (?:it|this|that) (?:shorter|longer|simpler|clearer|less|more)|shorten (?:it|this|that)|(?:a bit |much )?(?:shorter|simpler|less formal|more formal),? please)",
    ),
    ("again", r"^(?:please )?(?:try again|do it again|redo (?:it|this|that)|start over|once more, (?:but|without))\b"),
    (
        "still",
        r"\b(?:still|again) (?:does(?:n't| not)|is(?:n't| not)|not) (?:work|working|right|correct|fixed|what)\b|\bdoes(?:n't| not) (?:work|help|make sense|answer)\b|\bdid(?:n't| not) (?:work|help)\b",
    ),
    (
        "sarcasm",
        r"\bthanks for nothing\b|\b(?:great|wonderful|brilliant|perfect|lovely|wow),? (?:now|you broke|another|so now|that broke)\b",
    ),
    (
        "disappointed",
        r"\b(?:disappoint(?:ed|ing)|frustrat(?:ed|ing)|annoying|unhelpful|useless|waste of time)\b|\bi (?:don't|do not|didn't) (?:like|love) (?:it|this|that|your|the)\b|\bi hate (?:it|this|that|your)\b",
    ),
)
_PRAISES = _cues(
    ("praise", rf"\b{_IT}{_IS}(?: really| so| just| absolutely| pretty| very| all| much| exactly)* (?:perfect|great|excellent|wonderful|fantastic|brilliant|amazing|lovely|awesome|spot on|good|nice|helpful|useful|better|beautiful|what i (?:needed|wanted|was looking for))\b"),
    ("praise", r"^(?:wow|oh|yes|ok|ah|haha)?[,!. ]*(?:perfect|great|excellent|wonderful|fantastic|brilliant|amazing|lovely|awesome|spot on|nice|well done|nailed it|good (?:job|work|one)|love it|beautiful|super)(?:[!.,]+(?: |$)|$| (?:job|work|answer|one|thanks|thank you|list|idea|summary)\b)"),
    ("praise", r"\bexactly what i (?:needed|wanted|meant|was looking for)\b|\bi (?:really |absolutely )?(?:love|like) (?:it|this|that|your|the (?:new|second|first|draft|list|tone))\b|\byou(?:'re| are) (?:the best|a (?:lifesaver|genius|star)|amazing|great|awesome)\b"),
    ("success", r"\b(?:it|that|this) (?:works|worked|helped|helps|did the trick|solved it|fixed it)\b(?! (?:out )?(?:if|when|how))|\bthat makes sense\b|\bnow i (?:get|understand|see)\b|\bproblem solved\b"),
    ("thanks", r"^(?:(?:ok|okay|great|cool|perfect|wonderful|ah|oh|awesome|nice|yes|alright)[,!. ]+)?(?:thanks|thank you|thx|many thanks|cheers)(?: (?:so much|a lot|very much|again|you|a million|a bunch))*(?:[,!. ]+(?:that|this|it|you|very|for|really|i|much|great|perfect|very)\b.*)?[!. ]*$"),
)  # fmt: skip
_NOT_PRAISE = re.compile(
    r"\?|\b(?:but|however|although|except|though|if|would be|in advance|no,? thanks|no thank you|could you|can you"
    r"|please (?!keep))\b|\b(?:not|n't|isn't|wasn't|hardly|barely) (?:\w+ ){0,2}(?:perfect|great|good|nice|helpful|useful|bad)\b"
    r"|\bthanks (?:to|for (?:coming|joining|attending))\b",
    re.I,
)
