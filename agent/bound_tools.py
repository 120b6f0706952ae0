"""One user's memory as tools for anybody's LangChain agent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_core.tools import BaseTool, StructuredTool
from pydantic import BaseModel, ConfigDict, Field

from ..memory import Record, check_user_id
from ..prompts.fence import defuse, one_line
from .attribution import is_of_assistant
from .errors import StatementRefused

if TYPE_CHECKING:
    from .assistant import Assistant

__all__ = ["memory_tools"]

FOUND_AT_MOST = 6


class _Recall(BaseModel):
    model_config = ConfigDict(extra="forbid")

    query: str = Field(description="what it is about, in words")


class _Remember(BaseModel):
    model_config = ConfigDict(extra="forbid")

    statement: str = Field(description="one sentence, as the user said it")


class _Nothing(BaseModel):
    model_config = ConfigDict(extra="forbid")


def memory_tools(assistant: Assistant, user_id: str) -> list[BaseTool]:
    """`recall_memories`, `remember` and `get_preferences`, bound to one user: no argument reaches another one's.

    What they return is data about the user. Make them anew for each user; that costs nothing.
    """
    user = assistant.user(check_user_id(user_id))

    def recall(query: str) -> str:
        found = [_told(record) for record in user.search(query, limit=FOUND_AT_MOST)]
        return "\n".join(found) or "nothing is remembered about that"

    def remember(statement: str) -> str:
        try:
            return f"remembered: {_line(user.remember(statement).text)}"
        except StatementRefused as refusal:
            return f"not remembered: {refusal}"

    def preferences() -> str:
        learned = [
            f"For requests such as {_line(preference.context)!r}: "
            + "; ".join(_line(aspect.value) for aspect in preference.aspects)
            for preference in user.preferences
        ]
        return "\n".join([*(_line(record.statement) for record in user.standing), *learned]) or "none are known"

    return [
        StructuredTool.from_function(
            recall,
            name="recall_memories",
            description="What is remembered of the user that fits a query.",
            args_schema=_Recall,
        ),
        StructuredTool.from_function(
            remember,
            name="remember",
            description="Keep a statement about the user for good. Use it when the user asks to have something remembered.",
            args_schema=_Remember,
        ),
        StructuredTool.from_function(
            preferences,
            name="get_preferences",
            description="How the user wants things: said outright, and learned from edits of earlier texts.",
            args_schema=_Nothing,
        ),
    ]


def _told(record: Record) -> str:
    who = "you said" if is_of_assistant(record) else "the user"
    return f"- ({record.created:%Y-%m-%d}, {who}) {_line(record.text)}"


def _line(text: str) -> str:
    """Stored text as data: one line that speaks for nobody."""
    return defuse(one_line(text))
