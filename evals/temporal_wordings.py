"""How questions about a time are worded; see `temporal_suite` for the names in braces.

`UNSEEN` was written after the rules for time and measured as it is: whoever looks at how it fails and changes the rules
moves it to `SEEN` and writes a new one.
"""

from __future__ import annotations

__all__ = ["SEEN", "UNSEEN"]

Wordings = dict[str, tuple[str, ...]]

SEEN: Wordings = {
    "now": (
        "{present} now?",
        "{present}?",
        "{present} these days?",
        "can you tell me {s} current {noun}?",
        "at present, {present}?",
        "{s} {noun} right now, please",
        "I forgot: {present} nowadays?",
        "so {present} at the moment?",
        "what's {s} {noun} today?",
        "the current {noun} of {o}?",
    ),
    "at": (
        "{past} in {month}?",
        "{past} on {date}?",
        "back in {month}, {past}?",
        "as of {date}, {past}?",
        "remind me what {s} {noun} was in {month}",
        "{past} at the beginning of {month}?",
        "what did I say {s} {noun} was around {month}?",
        "{s} {noun} as of {date}?",
        "which {noun} went with {s} life in {month}?",
        "{month}: {past} then?",
        "during {month}, {past}?",
        "what was {s} {noun} when it was {month}?",
        "say, on {date}, {past}?",
    ),
    "before": (
        "{past} before {month}?",
        "prior to {month}, {past}?",
        "what was {s} {noun} until {month}?",
        "up to {month}, {past}?",
        "what was {s} {noun} earlier than {month}?",
        "I need {s} {noun} from before {month}.",
        "{past} in the time before {month}?",
        "which {noun} came before {month} for {o}?",
        "till {month}, {past}?",
    ),
    "after": (
        "{past} after {month}?",
        "since {after_month}, {past}?",
        "what was {s} {noun} from {after_month} on?",
        "{past} later than {month}?",
        "what has been {s} {noun} since {after_month}?",
        "following {month}, {past}?",
        "from {after_month} onwards, {past}?",
        "{past} once {month} was over?",
        "after {month}, what was {s} {noun}?",
    ),
    "between": (
        "{past} between {month} and {later}?",
        "{past} from {month} to {later}?",
        "what was {s} {noun} between {date} and {later_date}?",
        "in the time between {month} and {later}, {past}?",
        "{date} to {later_date}: {past}?",
        "{past} from {date} until {later_date}?",
        "anywhere from {month} to {later}, {past}?",
        "{past} from {month} through {later}?",
        "what was {s} {noun} from {date} up to {later_date}?",
    ),
    "first": (
        "what was {s} first {noun}?",
        "{past} originally?",
        "what is the earliest {noun} of {o} that you know of?",
        "what was the very first {noun} of {o}?",
        "{past} at the very beginning?",
        "what did {s} {noun} use to be initially?",
        "in the beginning, {past}?",
        "which {noun} of {o} was the first one?",
        "what was {s} original {noun}?",
    ),
    "last": (
        "what is {s} latest {noun}?",
        "what is {s} most recent {noun}?",
        "what's the newest {noun} {p} told you about?",
        "what is the last {noun} of {o} that I mentioned?",
        "{s} newest {noun}?",
        "what's the up-to-date {noun} of {o}?",
        "what is {s} {noun}, the latest one?",
        "the most recent {noun} of {o} please",
        "according to the latest news, {present}?",
    ),
    "relative": (
        "{past} {ago}?",
        "do you remember {s} {noun} {ago}?",
        "{ago}, {past}?",
        "{past}, {ago} I mean?",
        "what would I have said {ago} about {s} {noun}?",
        "tell me {s} {noun} as it was {ago}",
        "{past} back then, {ago}?",
        "what was {s} {noun} {ago}?",
        "I wonder {past} {ago}",
    ),
    "event": (
        "{past} before {p} {event}?",
        "when {p} {event}, {past}?",
        "what was {s} {noun} just before {p} {event}?",
        "at the time {p} {event}, {past}?",
        "{past} by the time {p} {event}?",
        "{past} until {p} {event}?",
        "just when {p} {event}, {past}?",
        "{past} in the days before {p} {event}?",
        "before {p} {event}, {past}?",
        "what {noun} was {s} at the time when {p} {event}?",
        "{past} when {p} {event}?",
    ),
}
UNSEEN: Wordings = {
    "now": (
        "as things stand, {present}?",
        "what would you say {s} {noun} is now?",
        "{s} present {noun}, what is it?",
    ),
    "at": (
        "I have to fill in a form: {past} in {month}?",
        "on {date} {past}?",
        "what had {s} {noun} been in {month}?",
    ),
    "before": (
        "what {noun} did {p} have before {month}?",
        "{past} ahead of {month}?",
        "I mean before {month}: {past}?",
    ),
    "after": (
        "what {noun} did {p} have after {month}?",
        "after the end of {month}, {past}?",
        "{past} from {after_month}?",
    ),
    "between": (
        "somewhere between {month} and {later}, {past}?",
        "between {date} and {later_date} {past}?",
        "for the months from {month} to {later}: {s} {noun}?",
    ),
    "first": (
        "which was {s} first {noun} ever?",
        "what {noun} did {p} have first?",
        "{past} at first?",
    ),
    "last": (
        "what is {s} newest {noun}?",
        "which {noun} did {p} get most recently?",
        "{s} latest {noun}, what was it again?",
    ),
    "relative": (
        "remember {s} {noun} {ago}?",
        "what {noun} did {p} have {ago}?",
        "thinking back to it, {past} {ago}?",
    ),
    "event": (
        "what {noun} did {p} have when {p} {event}?",
        "{past} shortly before {p} {event}?",
        "until {p} {event}, {past}?",
        "{past} back when {p} {event}?",
    ),
}
