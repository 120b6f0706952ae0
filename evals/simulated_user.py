"""A user without a language model, who writes one way about one subject and another way about the next.

The user has a set of style flags for each source of requests. A draft is a topic rendered with the flags the
assistant was told of; the user's version is the same topic rendered with the flags that are wanted. Both are real
text, so measuring the difference is exercised for real: nothing but the two texts and the request reaches the
learner. Now and then the user corrects a number as well, which must teach nothing.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..memory.records import Aspect

__all__ = ["FLAGS", "Round", "SimulatedUser", "Topic", "flags_of", "render"]

FLAGS: Mapping[str, tuple[str, str]] = {
    "bullets": ("bullets", "+"),
    "brief": ("length", "-"),
    "heading": ("headings", "+"),
    "greeting": ("greeting", "+"),
    "closing": ("closing", "+"),
    "emoji": ("emoji", "+"),
    "question": ("questions", "+"),
    "exclaim": ("exclamations", "+"),
    "second person": ("second person", "+"),
    "contractions": ("contractions", "+"),
    "lower case": ("lower case", "+"),
    "metric": ("units", "+"),
}
"""Each flag of the simulated style, and the name and polarity of the aspect a learner should find for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What a text is about; rendered the same way in every style."""

    subject: str
    miles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One request: its words, what it is about, and the flags its user wants now (hidden from the learner)."""

    context: str
    topic: Topic
    wanted: frozenset[str]
    corrected: Topic
    """The topic with the user's correction of a fact, mostly the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedUser:
    """Rounds of requests from up to five sources, each about a field of its own.

    `overlap` is the share of a request's words that are drawn from all fields and so say nothing about its source;
    from round `drift_at` on every source wants other flags.
    """

    seed: int = 0
    sources: int = 5
    flags: int = 3
    overlap: float = 0.2
    words: int = 12
    drift_at: int | None = None

    def rounds(self, count: int) -> Iterator[Round]:
        chance = random.Random(self.seed)
        first, second = self._styles(chance), self._styles(chance)
        order = [index % self.sources for index in range(count)]
        chance.shuffle(order)
        for number, source in enumerate(order):
            styles = second if self.drift_at is not None and number >= self.drift_at else first
            topic = Topic(subject=chance.choice(_SUBJECTS), miles=chance.randint(3, 90))
            corrected = Topic(subject=topic.subject, miles=topic.miles + (chance.random() < 0.15))
            yield Round(context=self._request(source, chance), topic=topic, wanted=styles[source], corrected=corrected)

    def _styles(self, chance: random.Random) -> Sequence[frozenset[str]]:
        return [frozenset(chance.sample(sorted(FLAGS), self.flags)) for _ in range(self.sources)]

    def _request(self, source: int, chance: random.Random) -> str:
        common = [word for index in range(self.sources) for word in _vocabulary(index)]
        own = _vocabulary(source)
        return " ".join(chance.choice(common if chance.random() < self.overlap else own) for _ in range(self.words))


def render(topic: Topic, flags: Iterable[str]) -> str:
    """The topic as text in the style of the flags; without any, four plain sentences."""
    wanted = set(flags)
    sentences = [sentence.format(subject=topic.subject, miles=topic.miles) for sentence in _SENTENCES]
    if "brief" in wanted:
        sentences = sentences[:2]
    for flag, change in _WORDING.items():
        if flag in wanted:
            sentences = [change(sentence) for sentence in sentences]
    return _laid_out(sentences, topic, wanted)


def flags_of(aspects: Iterable[Aspect]) -> frozenset[str]:
    """The flags that a writer who obeys the aspects renders with."""
    told = {(aspect.name, aspect.polarity) for aspect in aspects if (aspect.name, aspect.target) != ("units", 0.0)}
    return frozenset(flag for flag, aspect in FLAGS.items() if aspect in told)


_SUBJECTS = ("bridge", "harbour", "garden", "library", "market", "tunnel", "theatre", "station", "museum", "school")
_SENTENCES = (
    "The new {subject} lies about {miles} miles from the centre and it is not far from the old road.",
    "Visitors do not need a ticket because the {subject} is free for visitors during the first month.",
    "The council says that it is going to add {miles} miles of paths around the {subject} before winter.",
    "Builders did not finish the roof in time, and the {subject} will not open all of its rooms at once.",
)
_VOCABULARIES = tuple(
    tuple(words.split())
    for words in (
        "release version deploy server database cache endpoint migration rollback branch commit compiler bug patch latency "
        "container cluster login token schema queue worker pipeline logging library framework test staging script kernel",
        "recipe oven flour butter onion garlic simmer roast sauce dough knead spice basil lentils soup stew grill marinade "
        "dessert pastry vinegar tomato mushroom broth whisk skillet noodles pepper cinnamon salad",
        "flight hotel passport luggage beach hiking museum itinerary ferry train border visa hostel island guide souvenir "
        "airport departure cabin tent trail glacier temple harbour cruise map castle village sunrise canyon",
        "invoice budget tax loan mortgage interest dividend portfolio audit payroll expense revenue ledger deposit pension "
        "insurance broker inflation bond equity receipt currency forecast quarter profit margin liability credit fee refund",
        "marathon training coach league stadium penalty goalkeeper sprint stretching muscle referee tournament racket swim "
        "bicycle helmet champion defender medal injury warmup rowing tennis stamina jersey boxing climbing relay hurdle score",
    )
)


def _vocabulary(source: int) -> tuple[str, ...]:
    """The words that only this source uses."""
    return _VOCABULARIES[source % len(_VOCABULARIES)]


def _contracted(sentence: str) -> str:
    shorter = re.sub(r"\b(do|did|does|is) not\b", r"\1n't", sentence.replace("will not", "won't"))
    return re.sub(r"\bit is\b", "it's", shorter)


def _metric(sentence: str) -> str:
    return re.sub(r"(\d+) miles", lambda match: f"{round(int(match[1]) * 1.609)} km", sentence)


_WORDING: Mapping[str, Callable[[str], str]] = {
    "contractions": _contracted,
    "metric": _metric,
    "second person": lambda sentence: sentence.replace("Visitors", "You").replace("visitors", "you"),
    "exclaim": lambda sentence: sentence[:-1] + "!",
    "lower case": lambda sentence: sentence[0].lower() + sentence[1:],
}


def _laid_out(sentences: Sequence[str], topic: Topic, wanted: set[str]) -> str:
    body = "\n".join(f"- {sentence}" for sentence in sentences) if "bullets" in wanted else " ".join(sentences)
    if "emoji" in wanted:
        body += " 🎉"
    if "question" in wanted:
        body += ("\n" if "bullets" in wanted else " ") + "Any doubts about that?"
    parts = (
        f"## The {topic.subject}" if "heading" in wanted else "",
        "Hello team," if "greeting" in wanted else "",
        body,
        "Best regards,\nSam" if "closing" in wanted else "",
    )
    return "\n\n".join(part for part in parts if part)
