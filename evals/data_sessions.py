"""Chats in numbered sessions with turns and questions, as LoCoMo and REALTALK write them.

Evidence strings hold several ids now and then ("D8:6; D9:17") and ids that do not exist; questions without any
existing evidence are left out. Images are known by their captions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from ..memory.records import Episode
from .data_dialogue import Dialogue, Question

__all__ = ["dialogue_of", "has_sessions"]

_TURN_ID = re.compile(r"D\d+:\d+")
_SESSION = re.compile(r"session_(\d+)")
_DATES = ("%I:%M %p on %d %B, %Y", "%d.%m.%Y, %H:%M:%S", "%d.%m.%Y, %H:%M")


class _Turn(BaseModel):
    """Other keys are left alone: both sets say more about a turn than is needed here."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    dia_id: str
    speaker: str
    text: str | None = Field(validation_alias=AliasChoices("clean_text", "text"), default=None)
    blip_caption: str | list[str] | None = None
    date_time: str | None = None

    def said(self, *, captions: bool) -> str:
        shown = [self.blip_caption] if isinstance(self.blip_caption, str) else self.blip_caption or []
        images = [f"[image: {caption}]" for caption in shown if caption] if captions else []
        return " ".join(filter(None, (self.text or "", *images)))


class _Asked(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    question: str
    category: int
    evidence: list[str] | str


def has_sessions(chat: Any) -> bool:
    """Whether something is a chat with numbered sessions."""
    return isinstance(chat, Mapping) and any(_SESSION.fullmatch(str(key)) for key in chat)


def dialogue_of(
    name: str, chat: Mapping[str, Any], asked: Any, *, labels: Mapping[int, str], captions: bool = True
) -> Dialogue:
    """One chat and its questions; `labels` names the kinds of questions. Raises ValueError, KeyError or TypeError."""
    episodes = tuple(_episodes(name, chat, captions=captions))
    known = frozenset(episode.id for episode in episodes)
    questions = tuple(
        Question(text=one.question, evidence=evidence, label=labels.get(one.category, f"category {one.category}"))
        for one in map(_Asked.model_validate, asked)
        if (
            evidence := known
            & frozenset(_TURN_ID.findall(" ".join([*one.evidence]) if isinstance(one.evidence, list) else one.evidence))
        )
    )
    return Dialogue(name=name, episodes=episodes, questions=questions)


def _episodes(name: str, chat: Mapping[str, Any], *, captions: bool) -> Iterator[Episode]:
    sessions = sorted((int(found[1]), key) for key in chat if (found := _SESSION.fullmatch(key)))
    for _, session in sessions:
        turns = [_Turn.model_validate(turn) for turn in chat[session]]
        start = chat.get(f"{session}_date_time") or (turns[0].date_time if turns else None)
        for order, turn in enumerate(turns):
            moment = _date(turn.date_time) if turn.date_time else _date(start) + timedelta(minutes=order)
            yield Episode(
                id=turn.dia_id,
                user_id=name,
                created=moment,
                source="user",
                content=turn.said(captions=captions),
                thread=session,
                order=order,
                speaker=turn.speaker,
            )


def _date(said: str | None) -> datetime:
    for form in _DATES if said else ():
        try:
            return datetime.strptime(str(said).strip(), form).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise ValueError(f"the date {said!r} is not written as '1:56 pm on 8 May, 2023' or '29.12.2023, 18:23:11'")
