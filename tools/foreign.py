"""Tools that are not ours: an MCP server's, or ones that the owner of the application added.

Their names and descriptions are untrusted text that stands in the prompt: cut, cleaned, and left out when they give the
assistant orders. What such a tool does is written beside it (`conduct`), for the policy that judges its calls.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from ..prompts.fence import defuse, one_line
from .policy import Conduct, conduct_of
from .registry import ToolCard

if TYPE_CHECKING:
    from langchain_core.tools import BaseTool

__all__ = ["CONDUCT", "OWNER", "adopt", "card_of", "clean", "conduct_in", "gives_orders", "tool_name"]

CONDUCT = "tailored_conduct"
"""Key of a tool's metadata under which its Conduct stands."""
OWNER = "owner"
MAX_DESCRIPTION = 600
MAX_NAME = 64
_ORDERS = re.compile(
    r"\b(?:ignor\w*|disregard\w*|forget|overrid\w*)\s+(?:\w+\s+){0,3}(?:instructions?|rules?|prompts?|polic(?:y|ies)|above|previous|earlier|prior)"
    r"|\b(?:do not|don't|never|without)\s+(?:tell\w*|inform\w*|mention\w*|show\w*|notify\w*|ask\w*|reveal\w*)\s+(?:\w+\s+){0,2}(?:user|human|person|anyone|anybody|them)"
    r"|\b(?:always|must|first|before|also|make sure|required? to)\b[^.\n]{0,60}\b(?:includ|pass|send|attach|append|copy|forward|provide|put|add|fill|call|invok|read|fetch|look up)\w*\b[^.\n]{0,60}"
    r"\b(?:user'?s?|profile|memor(?:y|ies)|conversation|history|system prompt|e-?mail|address|phone|password|credentials?|secrets?|keys?|personal|private|preferences?)\b"
    r"|<\s*/?\s*(?:important|system|instructions?|secret|hidden|admin)\s*>|\b(?:system|developer) (?:prompt|message|note)\s*:|\byou are now\b|\binstead of (?:any|the) other tool",
    re.IGNORECASE,
)


def gives_orders(text: str) -> bool:
    """Whether a description tells the assistant what to do rather than what the tool does."""
    return bool(_ORDERS.search(text))


def clean(text: str) -> str:
    """A description as it may stand in a prompt: one line, no control characters, no tags of ours, of bounded length."""
    printable = "".join(character if character.isprintable() else " " for character in text)
    return defuse(one_line(printable))[:MAX_DESCRIPTION]


def tool_name(name: str, taken: Iterable[str], prefix: str) -> str:
    """A name that models take, with the server's before it where the name is taken; it cannot hide one of ours."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "_", name).strip("_")[:MAX_NAME] or "tool"
    if plain not in taken:
        return plain
    return re.sub(r"[^A-Za-z0-9_-]+", "_", f"{prefix}_{plain}")[:MAX_NAME]


def adopt(tools: Sequence[BaseTool], *, taken: Iterable[str]) -> list[BaseTool]:
    """The owner's tools with their conduct written beside them.

    `metadata={"acts": False}` says that a tool changes nothing outside, `{"examples": [...]}` which requests it serves.
    Raises ValueError for a name that is taken: two tools of one name cannot be told apart.
    """
    names = [*taken, *(tool.name for tool in tools)]
    if doubles := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"two tools are called {doubles[0]!r}: rename one")
    return [_with_conduct(tool) for tool in tools]


def conduct_in(tool: Any) -> Conduct | None:
    """The conduct of a foreign tool; None for one of ours."""
    conduct = (getattr(tool, "metadata", None) or {}).get(CONDUCT)
    return conduct if isinstance(conduct, Conduct) else None


def card_of(tool: BaseTool) -> ToolCard:
    """How a tool is found among many."""
    from langchain_core.utils.function_calling import convert_to_openai_tool

    examples = (tool.metadata or {}).get("examples", ())
    function = convert_to_openai_tool(tool)["function"]
    return ToolCard.of(
        tool.name, tool.description, function.get("parameters") or {}, [str(example) for example in examples]
    )


def _with_conduct(tool: BaseTool) -> BaseTool:
    metadata = dict(tool.metadata or {})
    acts = metadata.get("acts")
    conduct = conduct_of(tool.name, OWNER, reads=None if acts is None else not acts)
    if acts is False:  # the owner's own word, unlike a server's
        conduct = Conduct(name=tool.name, origin=OWNER, acts=False)
    return tool.model_copy(update={"metadata": {**metadata, CONDUCT: conduct}})
