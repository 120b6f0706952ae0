"""The ordinary OpenAI client of an OpenAI-compatible server. Loads LangChain's OpenAI integration."""

from __future__ import annotations

from typing import Any

from langchain_core.language_models import LanguageModelInput
from langchain_openai import ChatOpenAI

__all__ = ["CompatibleChat"]


class CompatibleChat(ChatOpenAI):
    """Sends messages as LangChain wrote them.

    The OpenAI client looks at every field of every message for one to rename, and there is none: 1.5 ms of a turn.
    What stands in `extra_body` it sends as it is.
    """

    def _get_request_payload(
        self, input_: LanguageModelInput, *, stop: list[str] | None = None, **kwargs: Any
    ) -> dict[str, Any]:
        payload: dict[str, Any] = super()._get_request_payload(input_, stop=stop, **kwargs)
        if "messages" not in payload:
            return payload
        body = {**(payload.get("extra_body") or {}), "messages": payload["messages"]}
        return {**payload, "messages": [], "extra_body": body}
