"""The ordinary OpenAI client of an OpenAI-compatible server. Loads LangChain's OpenAI integration."""

from __future__ import annotations

from typing import Any, Self

from langchain_core.language_models import LanguageModelInput
from langchain_openai import ChatOpenAI
from openai import AsyncOpenAI, AsyncStream
from pydantic import model_validator

__all__ = ["CompatibleChat"]

_BESIDE_THE_BODY = frozenset(("extra_headers", "extra_query", "timeout"))


class CompatibleChat(ChatOpenAI):
    """Sends messages as LangChain wrote them, and gives it streamed chunks as they come.

    The OpenAI client looks at every field of every message for one to rename, and there is none: 1.5 ms of a turn.
    What stands in `extra_body` it sends as it is.
    """

    @model_validator(mode="after")
    def _stream_plainly(self) -> Self:
        self.async_client = _Plain(self.root_async_client)
        return self

    def _get_request_payload(
        self, input_: LanguageModelInput, *, stop: list[str] | None = None, **kwargs: Any
    ) -> dict[str, Any]:
        payload: dict[str, Any] = super()._get_request_payload(input_, stop=stop, **kwargs)
        if "messages" not in payload:
            return payload
        body = {**(payload.get("extra_body") or {}), "messages": payload["messages"]}
        return {**payload, "messages": [], "extra_body": body}


class _Plain:
    """The client's chat completions as LangChain asks for them, with streamed chunks as plain JSON.

    The client builds a typed object of each chunk, which LangChain takes apart again at once: 1.6 ms of a reply of twelve
    chunks. Keys, retries, time limits and faults are the client's own, by its way for endpoints it does not know.
    """

    def __init__(self, client: AsyncOpenAI) -> None:
        self._client = client
        self._typed = client.chat.completions
        self.with_raw_response = self._typed.with_raw_response

    async def create(self, **payload: Any) -> Any:
        """A stream of chunks, or the whole completion where no stream is asked for."""
        if not payload.get("stream") or not _BESIDE_THE_BODY.isdisjoint(payload):
            return await self._typed.create(**payload)
        body = {**payload, **(payload.get("extra_body") or {})}
        body.pop("extra_body", None)
        return await self._client.post(
            "/chat/completions", body=body, cast_to=object, stream=True, stream_cls=AsyncStream[object]
        )
