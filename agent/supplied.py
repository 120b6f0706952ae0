"""What a caller supplies who keeps the conversation: a client of the API sends all of it with every request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from langchain_core.messages import AnyMessage

__all__ = ["Supplied", "content_of", "text_of", "trimmed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplied:
    """Beside the message that is answered; with nothing of it the thread's own messages are the conversation."""

    history: tuple[AnyMessage, ...] | None = None
    """The messages before the user's, in place of the thread's own; the oldest go where there are too many."""
    following: tuple[AnyMessage, ...] = ()
    """After the user's message: calls of the caller's tools and what they returned."""
    blocks: tuple[Mapping[str, Any], ...] = ()
    """Content of the user's message besides its text, such as images, in OpenAI's form."""
    instructions: str = ""
    """A system prompt of the caller's, which stands before ours."""
    tools: tuple[Mapping[str, Any], ...] = ()
    """Tools that the caller runs, in OpenAI's form: a call of one ends the turn and is handed back in the reply."""
    tool_choice: Any = None
    options: Mapping[str, Any] = field(default_factory=dict)
    """Further arguments of the model's calls, as `temperature`."""
    confirmed: frozenset[str] = frozenset()
    """Calls of foreign tools that the user has just allowed, as `permission.call_key` writes them."""
    attended: bool = True
    """Whether somebody is there to be asked; otherwise a call that needs the user's word is denied and reported."""
    remembered: bool = True
    """Whether the turn is written down; memory is read in either case."""

    @property
    def tool_names(self) -> frozenset[str]:
        return frozenset(str(tool["function"]["name"]) for tool in self.tools)


def content_of(text: str, blocks: Sequence[Mapping[str, Any]]) -> str | list[str | dict[str, Any]]:
    """The content of a message: its text alone where it has nothing else."""
    return [{"type": "text", "text": text}, *map(dict, blocks)] if blocks else text


def text_of(messages: Sequence[AnyMessage]) -> list[str]:
    return [text for message in messages if (text := message.text.strip())]


def trimmed(messages: Sequence[AnyMessage], count: Callable[[str], int], budget: int) -> list[AnyMessage]:
    """The newest messages that fit into `budget` tokens, beginning with one of the user's."""
    kept = len(messages)
    while kept and (budget := budget - count(messages[kept - 1].text) - 4) >= 0:
        kept -= 1
    while kept < len(messages) and messages[kept].type != "human":
        kept += 1
    return list(messages[kept:])
