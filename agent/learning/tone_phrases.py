"""The English phrases by which a text sounds warm, sorry, enthusiastic or polite, each with what it weighs.

Regular expressions on text in any case with straight apostrophes; a phrase that leaves no doubt weighs 2, a word that
may mean something else 1. "<we>" stands for the writer ("we are so", "I'd").
Exclamation marks, an aspect of their own, count once however many there are.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["TONE_PHRASES"]

TONE_PHRASES: Mapping[str, tuple[tuple[int, tuple[str, ...]], ...]] = {
    "warmth": (
        (
            2,
            (
                r"\bthank(?:s| you)\b(?! to\b)",
                r"<we> (?:glad|happy|pleased|delighted|thrilled|proud|grateful(?! if)|honou?red|touched|here for you)\b",
                r"<we> (?:love to|like to thank|hope|wish you|appreciate|enjoyed|miss(?:ed)? you|care about)\b",
                r"\bappreciate (?:it|you|your)\b|\bmeans a lot\b|\b(?:hope|wishing) you\b|\blook(?:ing)? forward to\b",
                r"\b(?:happy|glad|delighted|pleased) to (?:help|see|hear|have|welcome|look|show|answer|assist|meet|talk)\b",
                r"\b(?:happy|glad|delighted|pleased) to (?:send)\b|\bcongratulations\b|\bcongrats\b|\bwell done\b",
                r"\b(?:great|good|nice|lovely|wonderful) (?:job|work|to (?:see|hear|have))\b|\bfeel free\b",
                r"\bdon't hesitate\b|\bhere (?:for you|to help)\b|\b(?:warm(?:ly|est)?|very) welcome\b|\bwelcome you\b",
                r"\bwe(?:'ve| have) missed\b|\bgood luck\b|\bbest of luck\b",
                r"\bwe(?:'ll| will) (?:look after|take (?:good )?care)\b|\bhow are you\b",
                r"\bhope (?:all is|you(?:'re| are)|this finds|it helps|that helps|the)\b|\b(?:my|our) pleasure\b",
                r"\bwith (?:all )?my heart\b|\bwarm(?:est)? wishes\b|\bso (?:kind|good) of you\b",
                r"\bjust (?:shout|ask|drop us|let (?:me|us) know)\b",
                r"\b(?:i|we) (?:wish (?:i|we|you)|can't thank|really like|so enjoyed|would love|'d love)\b",
                r"\b(?:i|we) (?:couldn't be (?:happier|prouder))\b|\bkeep (?:it up|going)\b",
                r"\byou(?:'ve| have|'re| are)? (?:\w+ )?(?:done (?:a )?(?:great|well|wonderful|brilliant))\b",
                r"\byou(?:'ve| have|'re| are)? (?:\w+ )?(?:put (?:so much|a lot of|real)|doing (?:great|well|fine))\b",
                r"\byou(?:'ve| have|'re| are)? (?:\w+ )?(?:made my day|should be proud)\b",
                r"\b(?:all|any) (?:of )?(?:your )?questions? (?:is|are) welcome\b|\blove (?:that|how|your|the way)\b",
                r"\bso (?:nice|lovely|good|great) (?:to|of|that)\b",
                r"\b(?:it(?:'s| is| was| has been) )?(?:such )?a (?:joy|pleasure|delight)\b",
                r"\byou(?:'re| are) in good hands\b",
            ),
        ),
        (
            1,
            (
                r"\b(?:welcome|enjoy\w*|lovely|wonderful|delightful|beautiful\w*|cosy|cozy|cheer\w*|smil\w+|dear)\b",
                r"\b(?:friends?|friendly|together|kind(?:ly|ness)|care|caring|hug\w*|happily|happy|glad(?:ly)?)\b",
                r"\b(?:delighted|hop(?:e|ing)|wish\w*|heart\w*|treat yourself|truly|pleasure|joy\w*|warm(?:ly|th))\b",
                r"\b(?:nice(?:ly)?|bravo|gladly|sweet|fun|favou?rite|luck\w*|thoughtful|generous\w*|comfort\w*|relax\w*)\b",
                r"\b(?:celebrat\w+|special|good news|impress\w+|fantastic|brilliant|great|let's|any time|anytime)\b",
                r"\b(?:whenever you|no (?:problem|rush|hurry|stress)|of course|we're here|join us)\b",
                r"\b(?:come (?:by|and see|round|on in)|drop (?:in|by)|pop in|invit(?:e|ing) you|be there for)\b",
                r"\b(?:by your side|you deserve|proud\w*|grateful|gratitude|means the world|cherish\w*|precious|blessed)\b",
                r"\b(?:beloved|sincere\w*|sure (?:we|you)(?:'ll| can| will)|(?:work|sort) (?:something|it|things) out)\b|!(?=[^!]*\Z)",
            ),
        ),
    ),
    "apologies": (
        (
            2,
            (
                r"\b(?:so |very |really |terribly |truly |deeply )?sorry\b(?! to (?:bother|trouble))|\bapologi[sz]e\b",
                r"\b(?:our|my) apologies\b|\bforgive (?:us|me)\b",
            ),
        ),
    ),
    "sympathy": (
        (
            2,
            (
                r"<we> (?:understand|see|know|realise|realize|feel for)\b(?= how| that| what| you| this| it)",
                r"\b(?:i|we|you) (?:can )?(?:only )?imagine (?:how|that)\b",
                r"\bmust (?:be|have been) (?:hard|difficult|frustrating|upsetting|worrying|annoying|a shock)\b",
                r"\byou(?:'re| are) not alone\b|\bdon't worry\b|\bno need to worry\b|\bnot? (?:your fault|easy for you)\b",
                r"\btake your time\b|\bbear with us\b",
                r"\bhow (?:hard|difficult|frustrating|upsetting|worrying|annoying)\b.{0,30}\b(?:must|is|was|can)\b",
                r"\bhow (?:disappointing|much)\b.{0,30}\b(?:must|is|was|can)\b|\b(?:were|was|is|are) not easy\b",
                r"\bsympath\w+|\bcondolences\b|\bthinking of you\b|\bmake (?:it )?up (?:for it|to you)\b|\bwhat a shame\b",
                r"\boh (?:no|dear)\b|\bhappens to (?:all|the best|many|most|everyone)\b|\bno harm done\b|\bnot to worry\b",
                r"\bhang in there\b|\bwe(?:'ve| have) got you\b|\bwe(?:'re| are) with you\b|\bwalks? you through\b",
                r"\bstep by step with you\b",
            ),
        ),
        (
            1,
            (
                r"\b(?:unfortunately|sadly|frustrating|upsetting|disappoint\w+|inconvenience|gently|worr(?:y|ied|ying))\b",
                r"\b(?:difficult|tough|hard|stress\w*|painful|breaks (?:my|our) hearts?|heartbr\w+|afraid|alas|i know)\b",
                r"\b(?:we know|patien(?:ce|t with)|understand\w*|feel(?:ing)?s?|comfort\w*|support)\b",
            ),
        ),
    ),
    "enthusiasm": (
        (
            2,
            (
                r"\b(?:amazing|fantastic|incredibl[ey]|awesome|thrill\w+|unbeatable|spectacular|stunning|gorgeous)\b",
                r"\b(?:brilliant|fabulous|phenomenal|breathtaking|unmissable|outstanding|sensational|unforgettable)\b",
                r"\b(?:mind-?blowing|revolutionary|game-?chang\w+|world-class|magical|extraordinary|terrific|superb)\b",
                r"\b(?:epic|unbelievabl[ey]|marvell?ous|glorious|delicious|legendary|dazzling|must-see|must-have|stoked)\b",
                r"\b(?:pumped|buzzing|jaw-dropping|awe-inspiring|unparalleled|unrivalled|cutting-edge|next-level)\b",
                r"\b(?:best-ever|heavenly|divine|smash(?:ed|ing)|ecstatic|over the moon|irresistible|once-in-a-lifetime)\b",
                r"\bcan(?:'t|not) wait\b",
                r"\b(?:you(?:'ll| will)|we|i) (?:\w+ )?(?:love|adore) (?:it|this|these|our|the|that|how)\b",
                r"\b(?:so |really |very )?excit(?:ed|ing)\b",
                r"\bwhat an? (?:\w+ )?(?:day|quarter|year|season|team|result|start|win|night|week|performance|success)\b",
                r"\bwhat an? (?:\w+ )?(?:way|idea|view)\b|\bhoora[yh]\b|\bwow\b|\byay\b|\bget ready\b|\bis a dream\b",
                r"\bnever want to\b|\bnothing beats\b|\bwon't believe\b|\bgoosebumps\b",
                r"\bpure (?:joy|magic|bliss|delight|fun)\b|\btakes? your breath away\b",
                r"\bblow(?:n|s)? (?:you |us |me )?away\b|\bdon't miss\b|\bwon't want to miss\b|\bguess what\b",
                r"\bsay hello to\b|\band how!|\bat long last\b|\bfinally here\b|\bfired up\b",
                r"\ba (?:real |true |sheer )?(?:blast|feast|gem|triumph|dream|treat|masterpiece|marvel|sensation)\b",
                r"\bheart (?:leap|sing|race)s?\b|\bdream come true\b",
            ),
        ),
        (
            1,
            (
                r"\b(?:wonderful|great|love[ds]?|perfect(?:ly)?|absolutely|truly|proud(?:ly)?|best ever|ever|brand-new)\b",
                r"\b(?:delight\w*|exclusive|treat|superbly|finest|huge|unique|beautiful\w*|joy|best|so much|simply)\b",
                r"\b(?:really|bravo|hero|star|magic|fun|finally|bright|loads|every single|very (?:first|best))\b",
                r"\b(?:celebrat\w+)\b|!(?=[^!]*\Z)",
            ),
        ),
    ),
    "politeness": (
        (
            2,
            (
                r"\b(?:could|would|can|will|might) (?:you|i|we) (?:\w+ )?(?:please|kindly|be so|mind|possibly|perhaps)\b",
                r"\b(?:could|would|can|will|might) (?:you|i|we) (?:\w+ )?(?:be able|like|let me|have|help|send|give)\b",
                r"\b(?:could|would|can|will|might) (?:you|i|we) (?:\w+ )?(?:tell|take|ask)\b|\b(?:could|would) you\b",
                r"\bmay i\b|\bwould it be possible\b|\bdo you mind\b",
                r"\bif (?:you don't mind|it's (?:no|not too much) trouble|possible|you (?:could|would|can))\b",
                r"\b(?:i|we)(?:'d| would)(?: \w+)? (?:be (?:very |most |so |really )?(?:grateful|thankful|obliged)|appreciate)\b",
                r"\bbe so (?:kind|good)\b|\bwhen(?:ever)? you (?:have|get) (?:a|the) (?:moment|minute|chance|time)\b",
                r"\bi was wondering\b|\bat your convenience\b|\bexcuse me\b|\bi(?:'d| would) (?:kindly )?ask you\b",
                r"\bwe(?:'d| would)? (?:kindly )?ask (?:you|that|our)\b|\bpardon\b|\bbother you\b",
            ),
        ),
        (1, (r"\bplease\b|\bkindly\b|\bthank(?:s| you)\b",)),
    ),
}
"""By the names of counts in `manner.py`."""
