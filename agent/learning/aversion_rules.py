"""The wordings by which people say what they keep away from, keep to and cannot bear: "I avoid …", "I only buy …".

They are told once and matter for every later suggestion, so each becomes a standing preference in the third person.
What is said of the reply at hand ("I don't enjoy this ending") is no taste.
"""

from __future__ import annotations

__all__ = ["ABOUT_THE_REPLY", "AVERSIONS", "CLAUSE", "THAT"]

ABOUT_THE_REPLY = (
    r"(?!(?:it|that|this|these|those|them|him|her|you|your|to (?:know|see|hear|ask|say|thank)|how|when|what|where|why|both(?= (?:of (?:them|these|those)|ideas|suggestions|options)\b|$|[.,;!])|all of (?:it|them|these|those|this|that)|"
    r"the (?:idea|answer|first|second|third|last|new|way|one|draft|reply|result|sound|list|text|version|plan|ending)\b(?! of)"
    r"|the (?:[\w'-]+ ){1,2}(?:ideas?|suggestions?|concepts?|recommendations?|one)(?=$|[.,;!]| (?:and|but|since|because|as)\b))\b)"
)
"""No taste follows: it speaks of what was just said or shown ("I like the second one", "I love the workshop idea")."""
THAT = r"(?:remember|note|(?:you|should|must|to) know|forget|in mind|aware|(?:truth|thing|fact|point|problem|reason) is) that"
"""What others think or say "that I love" is not the user's own word; this is."""
CLAUSE = rf"(?:^|[,;] ?|\b(?:and|but|so|because|since|as|{THAT}) )i"
_HOW = (
    r"(?:,? ?(?:(?!(?:especially|particularly|previously|formerly|originally|initially|recently|fly|rely)\b)[a-z]+ly|always|also|much"
    r"|just|tend to|try to|prefer to|have to|need to|must))*"
)
_END = r"(?=$|[.;!]|,? (?:so|and|but|because|as|since|which is why|that is why) (?:i\b|my\b))"
_WHAT = rf"{ABOUT_THE_REPLY}[^.;!?]{{2,160}}?){_END}"
_FEELING = (
    r"(?:aversion|preference|dislike|distaste|hatred|fear|phobia|allerg(?:y|ies)|intolerance|sensitivity|objection|opposition"
    r"|passion|weakness|soft spot|loathing|disdain|dread|obsession|fascination) (?:to|for|of|against|towards?|about|with)"
)
_BAD_STATE = (
    r"(?:uncomfortable (?:with|in|around|using)|uninterested in|opposed to|against|averse to|afraid of|scared of|terrified of|frightened of"
    r"|sensitive to|intolerant (?:of|to)|bothered by|put off by|prone to|claustrophobic|passionate about|fascinated by|drawn to|committed to)"
)
_GOOD_STATE = r"(?:(?:a |an )?(?:big |huge |great )?fan of|interested in|comfortable (?:with|in|around|using)|fond of|keen on|into)"
_KEPT_TO = (
    r"(?:use|eat|drink|buy|wear|watch|read|play|stay|travel|fly|shop|support|adopt|listen|consume|purchase|drive|choose|feed|follow"
    r"|visit|dine|cook|consider|attend|trust|own|ride|like|love|enjoy|want to (?:own|feed|use|eat|wear|buy|stay|watch|read|play))"
)
_AVOIDED = (
    r"(?:avoid|refuse|despise|loathe|detest|abhor|adore|oppose|reject|steer clear of|stay away from|keep away from"
    r"|insist on|stick to|believe in|swear by|struggle with|prioriti[sz]e|adhere to|require|value|gravitate towards?|lean towards?|opt for|care (?:deeply |a lot |very much )?about)"
)
_FLAW = (
    r"(?:boring|tedious|ineffective|disorienting|demotivating|childish|hard|difficult|overwhelming|distracting|uncomfortable|off-putting"
    r"|annoying|stressful|exhausting|unpleasant|frustrating|confusing|too \w+|unappealing|disturbing|irritating|impersonal)"
)

_HEALTH = (
    r"(?:(?:sensitive|dry|oily|fragile) (?:skin|stomach|teeth|eyes|ears)|asthma|diabetes|arthritis|dyslexia|epilepsy|migraines?|adhd|insomnia"
    r"|(?:knee|back|hip|heart|joint|neck|shoulder|respiratory|breathing|hearing|vision|mobility|skin|stomach|sleep) "
    r"(?:issues?|problems?|pain|conditions?|impairments?))"
)
_UNWELL = r"(?:uncomfortable|nervous|anxious|sick|seasick|carsick|dizzy|claustrophobic|overwhelmed|stressed|bored)"

AVERSIONS: tuple[str, ...] = (
    rf"{CLAUSE} ?(?P<what>{_HOW} {_AVOIDED} {_WHAT}",
    rf"{CLAUSE} ?(?P<what>{_HOW} (?:only|exclusively|strictly|solely) (?:ever )?{_KEPT_TO} {_WHAT}",
    rf"{CLAUSE}(?P<what>{_HOW} (?:follow|keep to|am on|eat|have) (?:an? |the )(?:[\w-]+,? ){{1,4}}diet\b[^.;!?]{{0,120}}?){_END}",
    rf"{CLAUSE}(?P<what>['’]m on (?:an? |the )(?:[\w-]+,? ){{1,4}}diet\b[^.;!?]{{0,120}}?){_END}",
    rf"{CLAUSE}(?P<what>(?:['’]ve| have)(?: got)? (?!\w+ed )(?:an? )?(?:(?!(?:about|on|for|with|of|to)\b)[\w-]+,? ){{1,6}}(?:allerg(?:y|ies)|intolerances?)\b[^.;!?]{{0,120}}?){_END}",
    rf"{CLAUSE}(?P<what>(?:['’]ve| have)(?: got)? (?:an? )?(?:[\w-]+ly |very |severe |chronic |bad )*{_HEALTH}\b[^.;!?]{{0,120}}?){_END}",
    rf"{CLAUSE}(?P<what>{_HOW} (?:get|feel|become) (?:[\w-]+ly |very |so |too )*{_UNWELL} (?:in|on|at|when|with|while|around|near|\w+ing)\b"
    rf"[^.;!?]{{0,120}}?){_END}",
    rf"{CLAUSE} ?(?P<what>{_HOW} (?:do not|don['’]?t|cannot|can['’]?t|won['’]?t|will not|never)(?: really| usually| even)? "
    r"(?:enjoy|handle|bear|support|trust|wear|buy|play|participate in|visit|appreciate|ride|fly|own|consume|smoke|attend|dine|agree with) "
    rf"{_WHAT}",
    rf"{CLAUSE}(?P<what>(?:['’]ve| have)(?: got)? (?:(?:an? |no |such an? |some |many )(?:[\w-]+,? ){{0,3}})?{_FEELING} {_WHAT}",
    rf"{CLAUSE}(?P<what>(?:['’]ve| have)(?: got)? (?:no|zero|little) (?:interest|faith|trust) in {_WHAT}",
    rf"{CLAUSE}(?P<what>(?:['’]m| am)(?: [\w-]+ly| very| quite| so)* {_BAD_STATE} {_WHAT}",
    rf"{CLAUSE}(?P<what>(?:['’]m| am)(?: [\w-]+ly)* not(?: [\w-]+ly| very| so| at all)* {_GOOD_STATE} {_WHAT}",
    rf"{CLAUSE}(?P<what> find (?:it {_FLAW} (?:to|when)\b|(?!(?:this|that|these|those|them|it|him|her|you|your|the (?:answer|reply|text|list))\b)"
    rf"[^.;!?]{{2,90}}? {_FLAW}\b)[^.;!?]{{0,160}}?){_END}",
    rf"{CLAUSE}(?P<what> (?:learn|work|study|sleep|focus|concentrate) (?:best|better) [^.;!?]{{3,120}}?){_END}",
)
"""Patterns on one sentence; `what` is all that follows the "I"."""
