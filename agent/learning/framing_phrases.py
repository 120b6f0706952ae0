"""The English phrases by which a text compares, gives examples, shows what the reader gains, denies or doubts.

Regular expressions as in `tone_phrases.py`. "<you gladly>" stands for the reader as the one who does it, "<as>" for "like" in a comparison.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["FRAMING_PHRASES"]

FRAMING_PHRASES: Mapping[str, tuple[tuple[int, tuple[str, ...]], ...]] = {
    "comparisons": (
        (
            1,
            (
                r"\b(?:is|are|was|were|works?|acts?|behaves?) (?:\w+ly |a bit |a little |much |rather |just )?like\b",
                r"<as> (?:an? |the (?!following|above|one)|your |having |trying |when |putting |building )",
                r"\bthink of \S+(?: \S+){0,4}? (?:as|like)\b",
                r"\b(?:imagine|picture) (?:that |an? |the |your\w* |if |it |this |you|\w+ing )",
                r"\bjust as (?:an?|the|you|if|your)\b|\bin (?:much )?the same way\b|\bthe way (?:an?|you|your)\b",
                r"\b(?:a bit|a little|rather|much|just|works?|acts?|behaves?|somewhat) like\b",
                r"\bas if (?:you were|someone|somebody|a)\b|\bas it were\b|\bif \w+(?: \w+){0,3} were (?:an?|the|your)\b",
                r"\bthe \w+ of the \w+ world\b|\bsimilar to (?:an?|the way|how|\w+ing)\b",
                r"\b(?<!feel )(?<!you )(?<!things )like (?:leaving|trying|having|riding|driving|playing|cooking|opening)\b",
                r"\b(?<!feel )(?<!you )(?<!things )like (?:throwing|\w+ing an?)\b|\bakin to\b",
                r"\bas \w+ as (?:an?|your|the)\b(?! (?:result|possible))|\bthe (?:\w+ )?equivalent of\b|\bso to speak\b",
                r"\banalog\w+\b|\bcompar(?:e|ed|able) (?:it )?(?:to|with) (?:an?|the way|your)\b",
                r"\bresembl\w+ (?:an?|the)\b|\bmetaphor\w*\b",
            ),
        ),
    ),
    "examples": (
        (
            1,
            (
                r"\bfor (?:example|instance)\b|\bto (?:give|take|name) (?:you )?(?:an?|one) (?:\w+ )?example\b",
                r"\b(?:an|one|another) example(?: is| of|:|would)|\bto illustrate\b",
                r"(?:^|[.!?:;—–]\s+|\n)(?:suppose|imagine|let's say|picture)(?: that)?,? (?:you|your)\b",
                r"(?:^|[.!?:;—–]\s+|\n)(?:suppose|imagine|let's say|picture)(?: that)?,? (?:a|an)\b",
                r"(?:^|[.!?:;—–]\s+|\n)(?:say|suppose|imagine|take|let's say|picture|consider)(?: that)?,? (?:the case)\b",
                r"(?:^|[.!?:;—–]\s+|\n)(?:say|suppose|imagine|take|let's say|picture|consider)(?: that)?,? (?:someone)\b",
                r"(?:^|[.!?:;—–]\s+|\n)(?:say|suppose|imagine|take|let's say|picture|consider)(?: that)?,? (?:somebody)\b",
                r"(?:^|[.!?:;—–]\s+|\n)(?:suppose|imagine|let's say|picture)(?: that)?,? (?:we|my)\b",
                r"(?:^|[.!?:;—–]\s+|\n)(?:suppose|imagine|let's say|picture)(?: that)?,? (?:that|it)\b",
                r"(?:^|[.!?:;—–]\s+|\n)(?:say|suppose|imagine|take|let's say|picture|consider)(?: that)?,? (?:two)\b",
                r"(?:^|[.!?:;—–]\s+|\n)(?:suppose|imagine|let's say|picture)(?: that)?,? (?:\w+ing)\b",
                r"(?:^|[.!?]\s+|\n)if you(?:'re| are)?, (?:say|for)\b|, say,|\bsay you\b",
                r"\bas when (?:you|some\w+|an?|the)\b|\b(?:consider|take|think of|look at|compare) [“'‘]",
                r"\bis (?:one|an) (?:such )?(?:example|case)\b",
                r"\ba (?:good|typical|classic|simple|common) (?:example|case)\b",
            ),
        ),
    ),
    "benefits": (
        (
            2,
            (
                r"\bso (?:that )?you(?:'ll|'re| can| could| will| never| don't| always| get| have| know| need| spend| save| no longer| are)?\b(?! far)",
                r"\b(?:saves?|lets?|gives?|helps?|spares?|brings?|allows?|frees?|earns?|makes?|keeps?) (?:you|your)\b",
                r"\b(?:protects?|gets?|enables?|leaves?|offers?|shows?|puts?) (?:you|your)\b",
                r"\b(?:which |that |this )?means (?:that )?(?:you|your|more|less|no more|fewer)\b",
                r"\byou(?:'ll)? (?:no longer|never (?:have|need|worry|again))\b",
                r"\bwithout (?:you )?(?:having|needing|worrying|lifting)\b",
                r"\byou(?:'ll| will|'ve)? (?:\w+ )?(?:save|gain|enjoy|win|spend less|have more|benefit|cut|finish|earn)\b",
                r"\byou(?:'ll| will|'ve)? (?:\w+ )?(?:sleep|avoid|get more)\b|\bmakes? life easier\b",
                r"\bleav(?:e|es|ing) (?:more )?(?:room|time|space|energy)\b",
                r"\bwithout (?:paying|waiting|leaving|changing|queuing|asking|a single)\b|\bno more \w+ing\b",
                r"[,;] (?:and|so) you (?:\w+ )?\w+\b(?<! can)",
                r"\byou(?:r \w+)? (?:wakes?|sleeps?|relax\w*|feels?|stays?|arrives?)\b|\b(?:took|costs?) you\b",
                r"\b(?:thanks to|with) (?:its|this|our|the) [^.]{3,40}, you(?:r|'ll)?\b",
                r"<you gladly> (?:save|skip|breathe|sleep|finish|cut|gain|win|avoid|stay|feel)\b",
                r"<you gladly> (?:enjoy|earn|spend|discover|relax|wake|pay (?:only|once|less))\b",
                r"<you gladly> (?:get (?:more|back|home|rid)|always|forget|own|master|grow|stop|start)\b",
            ),
        ),
        (
            1,
            (
                r"\b(?:you can|you get|you'll|you will|your)\b|<you gladly> (?:see|find|hear|meet|arrive|reach|keep|learn)\b",
            ),
        ),
    ),
    "negations": (
        (
            1,
            (
                r"\b(?:not|never|no|none|nothing|nobody|cannot|without|unable|unless|neither|nor)\b|n't\b",
                r"\b(?:fail|refus|forbid|prohibit|forg[eo]t|avoid|lack|impossib|den)\w*\b",
            ),
        ),
    ),
    "double_negatives": (
        (
            1,
            (
                r"(?:\bnot|n't|\bnever|\bcannot|\bno)\b[^.!?;]{0,60}\b(?:forget|hesitate|until|till|unless|without)\b",
                r"(?:\bnot|n't|\bnever|\bcannot|\bno)\b[^.!?;]{0,60}\b(?:before|late[rst]*)\b",
                r"(?:\bnot|n't|\bnever|\bcannot|\bno)\b[^.!?;]{0,60}\b(?:if you (?:do|don|fail|are not)|except|open)\b",
                r"(?:\bnot|n't|\bnever|\bcannot|\bno)\b[^.!?;]{0,60}\b(?:wait|miss|fail|leave|only)\b",
                r"\b(?:unable|impossible|failure|fail|refus\w*)\b[^.!?;]{0,60}\b(?:until|unless|without|before|to)\b",
                r"\b(?:prohibited|forbidden)\b[^.!?;]{0,60}\b(?:until|unless|without|before|to)\b",
                r"\bno(?:t)? \w+ (?:later|more|less) than\b|\b(?:don't|do not|never|avoid)\b",
            ),
        ),
    ),
    "encouragements": (
        (
            1,
            (
                r"\b(?:remember|make sure|be sure|feel free|always|keep|stay|as soon as|once|only|welcome|happy to)\b",
                r"\b(?:glad to|please|when|after|ready|available|can|able|open|opens|from|by|try|choose|will|instead)\b",
                r"\b(?:more|enough|still|yes|aim|hold|succeed\w*|get|take|stick|until|and you|allows?|you (?:have|may))\b",
                r"\b(?:free to|easy|safe|best|right away|thank you for|does|provided)\b",
            ),
        ),
    ),
    "doubts": (
        (
            1,
            (
                r"\bpossible that\b|\b(?:cannot|can't) (?:be (?:certain|sure|ruled out)|rule out)\b|\b(?:unclear|uncertain)\b",
                r"\blooks like\b|\bmight be wrong\b|\b(?:is|are) likely to\b|\bso far as (?:i|we)\b|\bnot yet (?:clear|certain)\b",
                r"\b(?:i|we)(?:'d| would)? (?:\w+ )?(?:think|guess|believe|suppose|feel|reckon|assume|imagine|wonder)\b",
                r"\bin my (?:humble |personal )?(?:opinion|view)\b",
                r"\bi(?:'m| am) (?:not (?:\w+ )?(?:sure|certain|an? (?:\w+ )?expert)|no expert|afraid)\b",
                r"\b(?:perhaps|maybe|arguably|somewhat|presumably|hopefully|sort of|kind of|more or less)\b",
                r"\b(?:to some (?:extent|degree)|in some (?:ways|respects)|it (?:seems|appears|looks as if|could be))\b",
                r"\b(?:a (?:bit|little) (?:too|more|less|over|under|short|long|small|late|early|slow|weak|thin|un\w+))\b",
                r"\b(?:seems?|appears?|tends?) to\b|\bit (?:might|may|could) be (?:worth|wise|better|a good)\b",
                r"\bmay be missing\b|\b(?:might|may|could) (?:want|wish|possibly|perhaps|like) to\b",
                r"\bif (?:i|we) (?:may|might)\b|\bcorrect me\b|\bas far as (?:i|we)\b|\bnot ruled out\b",
                r"\b(?:open|subject) to (?:debate|correction|doubt)\b|\byou might (?:want to )?consider\b|\bmight\b",
                r"\bpossibly\b|\bprobably\b|\bcould (?:perhaps|possibly|also|well)\b",
                r"\bmay (?:\w+ )?(?:help|be|have|not|well|also)\b|\bmore likely\b|\b(?:is|are) likely\b|\bseems?\b",
                r"\bat least partly\b|\bmay have\b",
                r"\bmay (?:lower|raise|increase|reduce|lead|cause|make|affect|change|improve|reflect|come|result|look)\b",
                r"\bmay (?:seem|need|prove)\b|\bsome evidence\b",
                r"\b(?:studies|experts|opinions|views|sources) (?:disagree|differ|vary)\b|\bhard to say\b|\bfor now\b",
                r"\blooks? (?:to me )?(?:like|as if|as though)\b|\bi(?:'m| am) (?:a (?:little|bit) )?worried\b",
                r"\b(?:suggests?|indicates?) that\b|\bevidence is (?:thin|weak|mixed|limited)\b",
                r"\b(?:not|hard to be|less than) (?:entirely |quite |fully |completely )?(?:sure|certain|clear)\b",
                r"\bas i understand\b|\b(?:to|from) what i (?:know|see|can tell)\b",
                r"\b(?:i|we) (?:could|may|might) (?:well )?be (?:wrong|mistaken)\b|\bcould (?:be|have)\b",
                r"\bnot necessarily\b|\broughly\b|\bin all likelihood\b|\bwith some caution\b",
                r"\bin (?:many|most|some) cases\b",
            ),
        ),
    ),
}
"""By the names of counts in `manner.py`."""
