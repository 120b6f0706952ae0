"""The wordings by which people show that a reply pleased or failed them.

Each cue is a kind and a pattern; the kinds follow the criteria of WildFeedback (arXiv 2408.15549). Patterns are read
on one line of lower case text with straight apostrophes.
"""

from __future__ import annotations

import re

__all__ = ["COMPLAINTS", "NOT_ABOUT_THE_REPLY", "NOT_PRAISE", "PRAISES", "Cues"]

Cues = tuple[tuple[str, re.Pattern[str]], ...]


def _cues(**patterns: str) -> Cues:
    return tuple((kind.replace("_", " "), re.compile(pattern, re.X)) for kind, pattern in patterns.items())


def _any(words: str) -> str:
    return "(?:" + "|".join(word.replace("_", r"\ ") for word in words.split()) + ")"


_PART = _any(
    "answer reply draft text list summary code version result tone ending opening beginning intro greeting closing title "
    "heading (?:first|second|third|last|opening|closing)_(?:line|paragraph|sentence|point|part|step|one) rest style "
    "wording email mail letter note message poem story speech (?:one|lines?|paragraphs?|sentences?|points?|suggestions?|"
    "examples?|numbers?|dates?|names?|links?)"
)
_IT = rf"(?:it|this|that|these|those|they|(?:the|that|this)\ {_PART}|your\ (?:\w+\ )?{_PART})"
_IS = r"(?:'s|'re|\ is|\ are|\ was|\ were|\ looks?|\ sounds?|\ reads?|\ seems?|\ feels?|\ comes\ across\ as)"
_VERY = (
    r"(?:\ (?:still|just|also|simply|completely|totally|plain|really|so|absolutely|pretty|very|all|much|exactly|quite"
    r"|rather|a\ bit|a\ little|far|way|too|kind\ of|somewhat|truly|actually|now|again|even|perhaps))*"
)
_BAD = _any(
    "wrong incorrect false untrue nonsense rubbish useless terrible awful bad broken inaccurate outdated boring bland dull "
    "dry flat stiff cold harsh rude weak poor clumsy cheesy generic vague unclear confusing repetitive robotic wordy "
    "verbose long-winded pompous pushy salesy arrogant childish unhelpful unreadable off irrelevant incomplete misleading "
    "disappointing ridiculous a_mess not_(?:right|true|correct|helpful|good|useful|it|enough|what|me|my|how|funny|great|"
    "working|there|clear|quite)"
)
_TOO = _any(
    "long short formal casual informal vague general generic complicated technical wordy verbose simple many much stiff "
    "cold pushy salesy pompous detailed brief fancy flowery polite harsh direct childish academic abstract wooden dramatic "
    "cheerful serious basic chatty slow loud bland dry obvious"
)
_MORE = (
    r"(?:(?:much|a\ bit|a\ little|slightly|even|far|way|somewhat)\ )*"
    r"(?:(?:short|long|simpl|clear|brief|warm|friendl|plain|crisp|tight|concis|soft|nic|kind|funn|light|strong|polit|"
    r"small|calm|cold|tough)i?er|(?:less|more)\ (?:of\ )?[\w'-]+|half\ as\ long|half\ the\ length|better)"
)
_COURTESY = (
    r"(?:(?:ok(?:ay)?|well|good|nice|great|thanks|thank\ you|hm+|and|but|please|can\ you|could\ you|now|no|sorry|again"
    r"|just|maybe)[,.!]*\ )*"
)
_FORM = _any(
    "bullets? bullet_points lists? emojis? headings? headers? tables? bold markdown exclamation_marks? greeting closing "
    "sign-off jargon fluff hashtags? numbering formatting buzzwords? dashes smileys? slang flowery_language small_talk"
)

COMPLAINTS: Cues = _cues(
    rejected=r"""^(?:nah|meh|ugh|yuck|boring|nope|wrong|incorrect|seriously\?|no\ way|rubbish|terrible)\b
        |^no[,.!]*\ (?:shorter|longer|simpler|less|more|not|that's|it's\ (?:not|wrong|too|still)|make|try|again|the\ other|something|another|this
            |different|you|i\ (?:meant|mean|said|asked|wanted|want|need|needed)|please\ (?:don't|do\ not))\b
        |\bnot\ a\ fan\b|(?<!seen\ )(?<!read\ )(?<!knew\ )\bnone\ of\ (?:these|them|those)\b|\b(?:that|this|it)\ won't\ do\b|\bcan(?:'t|not)\ use\ (?:this|it|that|these)\b
        |\b(?:scrap|forget|lose)\ (?:it|that|this)\b(?!\ \w+\ \w+)|\bnot\ (?:for|convinc|my\ (?:style|taste|thing))
        |\b(?:seen|read|tried|know|knew|had)\ (?:all|most|every\ one|both|half)?\ ?(?:of\ )?(?:these|those|them|that|this)\ (?:already|before)\b
        |\balready\ (?:knew|know|seen|saw|tried|read|have|had)\ (?:all|that|this|these|those|them|it)\b
        |\b(?:i'd|i\ would)\ rather\ not\ (?:send|use|say|post|do)\b|\bappeals?\ to\ me\b.*\bn(?:o|')t?\b
        |^not\ (?:what|quite|the|really|that|this|good|right|it|even|helpful|funny|useful)\b(?!\ (?:bad|yet))""",
    again=rf"""^{_COURTESY}(?:let's\ )?(?:try\ (?:it\ |that\ |this\ )?again|do\ (?:it|that|this)\ (?:again|over)|redo\ (?:it|this|that)
            |start\ over|once\ more|rewrite\ (?:it|this|that)|(?:give\ me\ )?(?:a\ different\ one|something\ (?:else|different))|change\ (?:it|the\ tone))\b
        |^(?:again|once\ again)[,:]|\bfor\ the\ (?:second|third|fourth|last|hundredth|\d+(?:nd|rd|th))\ time\b
        |\bas\ (?:i\ )?(?:already\ )?(?:said|mentioned|stated|written|told|asked)\b(?!\ (?:in|by|on|at)\b)|\blike\ i\ (?:said|wrote|asked|told)\b""",
    wrong=rf"""\b{_IT}{_IS}{_VERY}\ (?:{_BAD})\b|\b{_IT}\ (?:isn't|aren't|wasn't|weren't){_VERY}\ (?!bad\b|hard\b|necessary\b)\w+
        |\b(?:got|have|has)\ (?:\w+\ ){{1,4}}wrong\b|\b(?:only|but)\b.*\b(?:is|are)\ (?:wrong|weak|missing|off|bad)\b
        |\b(?:full\ of|contains?|there\ (?:is|are)|there's)\ (?:\w+\ ){{0,3}}(?:mistakes?|errors?|typos?|bugs?)\b
        |\bno\ such\b|\bleads?\ nowhere\b|\b(?:does(?:n't|\ not)|do(?:n't|\ not))\ (?:exist|add\ up|make\ sense|answer|match|compile|rhyme)\b
        |\byou(?:'re|\ are)\ (?:wrong|mistaken|making\ (?:this|that|things|it)\ up|confus\w+|mixing)\b
        |\bi\ do(?:n't|\ not)\ think\ (?:that|this|it)(?:'s|\ is)\ (?:right|correct|true|it)\b
        |\b(?:came|was|is|were|are|opened|died|born|costs?|starts?|ends?|lives?|closed)\b[^?]*,\ not\ (?:in\ |on\ |at\ )?[\w ]{{1,20}}\W*$""",
    not_asked=r"""\bn(?:ot|'t)\ (?:what|how|why|the\ (?:question|point)|who)\b.{0,12}(?:i|question|point)\b
        |\bi\ did(?:n't|\ not)\ (?:ask|mean|want|say)\b|\b(?:no,?\ )?i\ (?:meant|was\ (?:asking|talking|looking))\b|^(?:no[,.]?\ )?i\ mean\b
        |\bi\ (?:want|wanted|need|needed|asked|wrote)\b.*(?:,\ not\ |\band\ you\b|\binstead\b|\bbut\ (?:you|got|there|this|it)\b|\band\ (?:this|there|it|these)\b)
        |\bi\ (?:said|asked\ for|told\ you)\b|\bi\ (?:already|just)\ (?:told|said|asked|wrote)\b
        |\bnothing\ to\ do\ with\b|\byou\ (?:answered|gave\ me|are\ telling|misread|misunderst\w+)\b
        |\b(?:answer|read)\ (?:my|the)\ (?:actual\ |whole\ )?(?:question|message|request|mail|email)\b(?!\ (?:from|of))
        |^not\ that\b""",
    ignored=r"""\byou\ (?:ignored|missed|forgot|skipped|omitted|dropped|overlooked|lost|left\ (?:out|\w+\ (?:\w+\ ){0,3}out)|mixed|changed|removed
            |deleted|broke|repeated|(?:still|always|again)\ \w+|keep\ \w+ing|did(?:n't|\ not)\ (?!have|need|say))\b
        |\bdid(?:n't|\ not)\ (?:i|you)\ (?:say|tell|ask|mention|read|see|listen|get)\b|\bare\ you\ even\b|\byou\ don't\ (?:get|listen|understand|read)\b
        |\bwhere(?:'s|\ is|\ are)\ the\ (?:part|section|bit|line|point|rest|paragraph|list)\b|\bstop\ (?:that|it|doing|using|adding|calling|starting|writing)\b
        |\bwhy\ (?:are|do|did)\ you\ (?:keep|still|always|tell|talk|giv|add|writ|us|ignor|chang|remov|start|call)""",
    fit=rf"""\b(?:{_IT}{_IS}|i\ find\ (?:it|this|that)|still|way|far){_VERY}\ too\ {_TOO}\b(?!\ ago)|^(?:way\ |much\ |far\ |still\ |a\ bit\ |a\ little\ )*too\ {_TOO}\b
        |\bfar\ too\ (?:much|many)\b|\b{_IT}{_IS}\ (?:too|(?:way|far|much)\ too)\ \w+
        |^{_COURTESY}(?:make|have|keep)\ (?:it|this|that|them|these|the\ \w+)\ {_MORE}|^{_COURTESY}(?:shorten|simplify|tone\ down|trim|cut)\ (?:it|this|that|the)\b
        |^{_COURTESY}{_MORE}(?:\ \w+)?(?:,?\ please|[.!]*$|,)|\b(?:could|should|needs?\ to|has\ to|must|ought\ to)\ (?:be|sound|feel|look)\ {_MORE}
        |^{_COURTESY}(?:no|without|drop|remove|skip|lose|less|fewer|not\ so\ many|cut|get\ rid\ of|leave\ out)\ (?:the\ |all\ |any\ |those\ |these\ |so\ many\ )*{_FORM}\b
        |\b(?:but|and|,)\ (?:please\ )?(?:no|without|drop|remove|lose)\ (?:the\ |all\ |those\ )*{_FORM}\b|^{_COURTESY}(?:a\ bit|a\ little)\ (?:less|more)\b
        |\b(?:sounds?|reads?|feels?|looks?)\ like\ (?:a\ |an\ )?(?:robot|machine|advert|ad|sales|lawyer|textbook|manual|child|essay|bot)
        |\b{_IT}{_IS}{_VERY}\ (?:long|short|formal|wordy|stiff)\b|\bdrags\ on\b|\bgoes\ on\ (?:and\ on|forever|too\ long)\b|\bhalf\ (?:the\ length|as\ long)\b
        |\b(?:as|in)\ (?:plain\ text|prose|one\ paragraph),?\ not\b|,\ not\ (?:as\ |in\ )?(?:an?\ |bullets?|table|list)""",
    failed=r"""\b(?:still|again)\ (?:does(?:n't|\ not)|is(?:n't|\ not)|not|crash\w*|fails?|the\ same|broken|wrong|gives?|shows?|throws?|no)\b
        |\b(?:it|that|this|which|step|code|link|script|one|command|they)\b.{0,12}\b(?:crash(?:es|ed)?|fails?|failed|throws?|does(?:n't|\ not)\ (?:work|help|run|open|load)|did(?:n't|\ not)\ (?:work|help|run))\b""",
    but=r"""^(?:thanks|thank\ you|great|good|nice|ok(?:ay)?|fine|better|cool|lovely|perfect|i\ (?:really\ )?like\ (?:it|this|that)|it's\ (?:fine|ok(?:ay)?|good|nice|great|all\ right))\b[^?]*
            \b(?:but|however|except|only|although|though|apart\ from|i\ just\ wish|still\ not)\b(?!\ (?:one\ more|also|now|can|could|what|how|i\ have|just\ (?:one|a)))
        |^(?:almost|close|nearly|not\ quite|so\ close|getting\ there)\b|\bi\ (?:just\ )?wish\ (?:it|this|you|the)\b""",
    sarcasm=r"""\bthanks\ for\ nothing\b|\b(?:great|wonderful|brilliant|perfect|lovely|wow|oh|nice|well\ done|congratulations|fantastic)[,!.]+\ (?:now\ (?:it|you|that|the|everything|nothing|there|my)|you\ (?:just\ |only\ )?\w+ed|you\ broke|another|yet\ another|so\ now|that\ broke)\b
        |\b(?:very|so|really)\ (?:helpful|useful|funny|clever)[.,!]+\ not\b|\bi\ guess\W*$|^sure,\ because\b|\b(?:useless|unhelpful|pointless|annoying)\b.*\bthank""",
    frustrated=r"""\b(?:this|that|it|you|your\ \w+)\b.{0,24}\b(?:disappointing|frustrating|annoying|unhelpful|useless|a\ waste\ of)\b
        |^(?:how\ |very\ |so\ )?(?:disappointing|frustrating|annoying|unhelpful|useless)\b|\bi\ (?:don't|do\ not|didn't)\ (?:like|love|want|need)\ (?:it|this|that|your|the|these)\b
        |\bi\ hate\ (?:it|this|that|your)\b|\bgoing\ nowhere\b|\bi\ give\ up\b|\bhow\ hard\ can\b|\bcome\ on[,!.]""",
)

_GOOD = _any(
    "perfect great excellent wonderful fantastic brilliant amazing lovely awesome spot_on good nice helpful useful better "
    "beautiful superb terrific impressive delicious funny clever neat marvellous outstanding fine_by_me ideal right_now "
    "(?:just\\ |exactly\\ )?(?:what|how)_i_(?:needed|wanted|meant|like|had_in_mind|was_looking_for) the_one gold "
    "exactly_(?:it|right|the) right a_(?:great|good|nice|brilliant|lovely|clever|wonderful|big)_\\w+"
)
_WOW = _any(
    "perfect great excellent wonderful fantastic brilliant amazing lovely awesome spot_on nice well_(?:done|put|said) "
    "nailed_it good_(?:job|work|one|call|point|idea|catch|stuff) love_it beautiful super superb terrific impressive bravo "
    "chef's_kiss exactly bingo very_(?:nice|good|clear|helpful) really_(?:good|nice|helpful|great) correct yes!+ wow much_better"
)
PRAISES: Cues = _cues(
    praise=rf"""\b{_IT}{_IS}{_VERY}\ {_GOOD}\b|^(?:wow|oh|yes|yep|ok|ah|haha|right)?[,!.\ ]*{_WOW}(?:[!.,:;]+(?:\ |$)|$|\ (?:job|work|answer|one|thanks|thank\ you|list|idea|summary|ideas|stuff|text)\b)
        |\bi\ (?:really\ |absolutely\ |also\ |do\ )*(?:love|like|enjoy|adore)\ (?:it|this|that|your|how|the\ (?:new|second|first|draft|list|tone|ending|title|last|way|opening|part|idea|line))\b
        |\byou(?:'re|\ are)\ (?:the\ best|an?\ (?:lifesaver|genius|star|hero|angel|wizard)|amazing|great|awesome|brilliant)\b
        |\byou\ (?:really\ |totally\ |absolutely\ )?(?:nailed|captured|caught|understood|remembered|got\ (?:it|me|the\ tone)|saved|hit\ the)\b
        |\bwhat\ an?\ (?:lovely|great|nice|beautiful|wonderful|good|brilliant|clever)\b|\bbest\ (?:\w+\ ){{1,3}}(?:i've|i\ have|ever|all)\b
        |\bcould(?:n't|\ not)\ have\ (?:said|put|done|written|asked)\b|\b10/10\b|\bten\ out\ of\ ten\b|\b(?:reads|sounds|looks)\ (?:really\ |very\ |so\ )?(?:great|good|well|right|perfect|lovely|nice)\b
        |\b(?:superb|great|good|excellent|amazing|lovely|fantastic|brilliant|wonderful)\ (?:work|job|list|choice|pick|explanation|answer|summary|advice|tip|line|find)\b
        |\bi(?:'m|\ am)\ (?:so\ |very\ |really\ |quite\ )*(?:happy|glad|pleased|impressed|delighted|thrilled)\b|^(?:so\ )?glad\b|\bi\ (?:laughed|smiled|cried)\b
        |\bnever\ have\ (?:come\ up|thought|found|guessed)\b|\bhadn't\ thought\ of\b""",
    agreed=r"""^(?:yes|yep|yeah|right|ok(?:ay)?|good|great)?[,.!]*\ ?(?:that's|this\ is|it's)\ (?:it|right|the\ (?:one|film|book|song|place|name)|exactly|correct|what)\b
        |\bworks\ (?:for\ (?:me|us)|perfectly|well|great)\b|\blet's\ (?:go\ with|keep|use|take)\ (?:it|that|this)\b|\bwhat\ i\ had\ in\ mind\b
        |\bi(?:'ll|\ will)\ (?:take|use|send|keep|go\ with|order|book)\ (?:it|this|that|them)\b|\bkeep\ (?:it|this\ style|doing)\b|^(?:exactly|correct|precisely|good\ (?:call|catch|point|idea|thinking))\b""",
    success=r"""\b(?:it|that|this|everything|all)\ (?:now\ |finally\ |really\ |just\ )*(?:works?|worked|runs|ran|helped|helps|fixed|solved|did\ (?:it|the\ trick)|turned\ out|makes\ sense|made\ sense|clears|saved|saves)\b(?!\ (?:out\ )?(?:if|when|how))
        |\b(?:now\ i|i\ now|i\ finally|oh[,]?\ i|ah[,]?\ (?:now\ )?i)\ (?:get|understand|see|know)\b|\b(?:problem|mystery|case)\ solved\b|\blike\ a\ charm\b|\bturned\ out\ (?:\w+\ )?(?:delicious|great|well|perfect|lovely|fine|good)\b
        |\b(?:team|client|boss|teacher|everyone|everybody|they|she|he|wife|husband|mum|mom|guests|kids|customers?)\ (?:all\ |really\ |absolutely\ )?(?:loved|liked|accepted|approved|enjoyed|said\ yes|was\ happy|were\ happy|was\ thrilled)\b
        |\bi\ (?:got|passed|won)\b.*\b(?:your|thanks|you)\b|\bpassed\b.*\byour\b|\benjoyed\ (?:it|every|the)\b|\bis\ back\b|\bno\ more\ errors?\b|\byour\ (?:tip|advice|steps?|recipe|letter|notes?|suggestion)\b.*\b(?:worked|helped|spot\ on|great|right|perfect|was\ good)\b""",
    thanks=r"""^(?:(?:ok|okay|great|cool|perfect|wonderful|ah|oh|awesome|nice|yes|alright|wow|good|super)[,!.\ ]+)?
            (?:thanks|thank\ you|thx|ty|many\ thanks|cheers|danke|merci|gracias|much\ appreciated|(?:i\ )?(?:really\ )?appreciate)\b(?!\ (?:note|card|letter|mail|email|message|you\ (?:note|card|letter)))
        |\b(?:thanks|thank\ you)(?:\ (?:so\ much|a\ lot|very\ much|again))?[!.]*$""",
)  # fmt: skip

NOT_PRAISE = re.compile(
    r"\?|\b(?:but|however|although|except|though|would be|in advance|no,? thanks|no,? thank you|could you|can you"
    r"|please (?!keep)|next question|(?:now|then|next|also)[,:]? (?:write|send|add|translate|give|make|put|do|tell|create|draft|the)"
    r"|i guess|for nothing|instead of)\b"
    r"|\b(?:not|n't|isn't|wasn't|hardly|barely|never) (?:\w+ ){0,2}(?:perfect|great|good|nice|helpful|useful|bad|right)\b"
    r"|\bthanks (?:to|for (?:coming|joining|attending))\b|\bif\b"
    r"|^(?:write|draft|make|give|list|plan|find|translate|compose|suggest|recommend|create|tell|show|explain|summari[sz]e|correct|help)\b"
)
"""What keeps a turn from being praise: a condition, a wish, a question, a new task."""

NOT_ABOUT_THE_REPLY = re.compile(
    r"^(?:my|our|his|her|he|she|we|someone|nobody|people)\b(?!.*\b(?:you|your)\b)"
    r"|^(?:please )?(?:write|draft|compose|translate|summari[sz]e|plan|list|find|suggest|recommend|create|explain|help me|tell me|give me (?!a different)|correct)\b"
    r"(?! (?:it|this|that)\b)"
    r"|^(?:what|who|when|which|is|does|do|could|can|how (?!hard)|would|will|has|are (?!you even))\b.*\?"
)
"""A turn about somebody or something else, a task of its own, or a question."""
