"""`look_up`: the tool that searches documents or the web, with what the user found before.

Import this module only where an agent is built: it loads LangChain. Annotations are not postponed here, because
LangChain reads them to find the injected `runtime`.
"""

from langchain.tools import ToolRuntime, tool
from langchain_core.tools import BaseTool

from ..prompts.fence import defuse
from .backends import Found
from .context import UserContext
from .errors import NoUserContext
from .reservoir import Answer, Reservoir

__all__ = ["build_lookup"]

COUNT = 4
MAX_TEXT = 260
"""Characters of one text that a model reads: four of them are some 300 tokens."""


def build_lookup(reservoir: Reservoir, about: str) -> BaseTool:
    """A tool for an agent whose context is a UserContext. Its artifact is an `Answer`."""

    @tool(response_format="content_and_artifact")
    def look_up(runtime: ToolRuntime[UserContext], query: str) -> tuple[str, Answer]:
        """Search for facts that are not in the catalog and not about the user.

        query: what to find out, as a whole question or in words.
        """
        context = runtime.context
        if not isinstance(context, UserContext):
            raise NoUserContext("tools need to know whose they are: run the agent with context=UserContext(user_id=…)")
        answer = reservoir.search(context.user_id, query, count=COUNT)
        return _rendered(answer), answer

    look_up.description += f"\n\nWhat can be found: {about}"
    look_up.metadata = {"acts": False}  # for the policy: it changes nothing outside
    return look_up


def _rendered(answer: Answer) -> str:
    if not answer.found:
        return "nothing found; use other words"
    lines = "\n".join(_line(one) for one in answer.found)
    return defuse(f"found {answer.asked:%Y-%m-%d %H:%M}:\n{lines}")


def _line(found: Found) -> str:
    text = found.text if len(found.text) <= MAX_TEXT else found.text[: MAX_TEXT - 1] + "…"
    return f"- {found.title}: {text}" + (f" ({found.url})" if found.url else "")
