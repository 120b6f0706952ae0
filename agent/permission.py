"""Whether a call of a foreign tool may go ahead in this turn: the policy's verdict, and what the user said before.

A call that needs the user's word is not made. It is written down beside the reply, word for word, and made when the user
allows it, in this process or a later one. What was allowed "always" holds for that tool and those labels; an act is asked
every time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.messages import AnyMessage, HumanMessage, ToolMessage

from ..memory import Confirmation, Memory
from ..tools.foreign import conduct_in
from ..tools.policy import Conduct, Exposure, Policy, Verdict
from .compose import Composition

__all__ = ["Asked", "Permissions", "call_key"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A call that waits for the user's word."""

    tool: str
    arguments: Mapping[str, Any]
    verdict: Verdict


class Permissions:
    """Judges the calls of a turn; blocking where it reads what the user allowed before."""

    def __init__(self, policy: Policy, memory: Memory) -> None:
        self._policy = policy
        self._memory = memory

    def judge(
        self,
        user_id: str,
        tool: Any,
        arguments: Mapping[str, Any],
        said: str,
        messages: Sequence[AnyMessage],
        foreign: frozenset[str],
        *,
        composition: Composition | None = None,
    ) -> Verdict:
        """The verdict on a call. `messages` are those of the turn so far and before it; `foreign` names the foreign tools
        among all."""
        conduct = conduct_in(tool)
        if conduct is None:
            return Verdict(decision="allow")
        verdict = self._policy.judge(conduct, arguments, _exposure(said, messages, foreign, composition))
        if (
            verdict.decision == "ask"
            and not (verdict.acts or verdict.unseen)
            and self._allowed_always(user_id, conduct, verdict)
        ):
            return Verdict(decision="allow")
        return verdict

    def _allowed_always(self, user_id: str, conduct: Conduct, verdict: Verdict) -> bool:
        return any(
            answered.answer == "always"
            and answered.tool == conduct.name
            and set(verdict.labels) <= set(answered.labels)
            for answered in self._memory.records(user_id, Confirmation)
            if verdict.labels  # "always" is given for what is passed on, not for words nobody can place
        )


def call_key(name: str, arguments: Mapping[str, Any]) -> str:
    """The same for calls of the same tool with the same arguments."""
    return f"{name} {json.dumps(arguments, sort_keys=True, default=str)}"


def _exposure(
    said: str, messages: Sequence[AnyMessage], foreign: frozenset[str], composition: Composition | None
) -> Exposure:
    turn = _since_last_human(messages)
    return Exposure(
        said=said,
        private=(
            *(composition.private if composition else ()),
            *(message.text for message in messages[: len(messages) - len(turn) - 1]),
            *(message.text for message in turn if isinstance(message, ToolMessage) and message.name not in foreign),
        ),
        foreign=tuple(message.text for message in turn if isinstance(message, ToolMessage) and message.name in foreign),
    )


def _since_last_human(messages: Sequence[AnyMessage]) -> Sequence[AnyMessage]:
    for position in range(len(messages) - 1, -1, -1):
        if isinstance(messages[position], HumanMessage):
            return messages[position + 1 :]
    return messages
