"""A turn as the events of OpenAI's Responses API, in their order and numbered."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from typing import Any

from ...agent import Event, Prepared, Reply, ReplyFinished, TextDelta
from ...agent.trace import CallerCall
from .openai_stream import Events, fault_json
from .response_shapes import call_item, finished_response, message_item, open_response
from .sse import PING, event

__all__ = ["response_events"]


async def response_events(events: Events, frame: dict[str, Any], *, operator: bool) -> AsyncGenerator[str, None]:
    """Server-sent events; a fault in the middle ends them with an `error` event, in full for an `operator`."""
    told = _Told(frame)
    try:
        async for each in events:
            if each is None:
                yield PING
            else:
                for data in told.of(each):
                    yield event(data, data["type"])
    except Exception as error:
        yield event(told.numbered("error", **fault_json(error, operator=operator)["error"]), "error")
    finally:
        await events.aclose()


class _Told:
    """What one stream has said so far."""

    def __init__(self, frame: dict[str, Any]) -> None:
        self._frame = frame
        self._number = -1
        self._reply_id = ""
        self._text = ""
        self._speaking = False

    def of(self, each: Event) -> Iterator[dict[str, Any]]:
        if isinstance(each, Prepared):
            self._reply_id = each.reply_id
            response = open_response(each.reply_id, self._frame)
            yield self.numbered("response.created", response=response)
            yield self.numbered("response.in_progress", response=response)
        elif isinstance(each, TextDelta):
            yield from self._said(each.text)
        elif isinstance(each, ReplyFinished):
            yield from self._finished(each.reply)

    def numbered(self, kind: str, **fields: Any) -> dict[str, Any]:
        self._number += 1
        # The kind comes last: a fault's own `type` must not hide that this is an error event.
        return {**fields, "sequence_number": self._number, "type": kind}

    def _said(self, text: str) -> Iterator[dict[str, Any]]:
        if not self._speaking:
            self._speaking = True
            yield self.numbered("response.output_item.added", output_index=0, item=message_item(self._reply_id, None))
            yield self._part("response.content_part.added", part=_part(""))
        self._text += text
        yield self._part("response.output_text.delta", delta=text, logprobs=[])

    def _finished(self, reply: Reply) -> Iterator[dict[str, Any]]:
        if self._speaking:
            yield self._part("response.output_text.done", text=self._text, logprobs=[])
            yield self._part("response.content_part.done", part=_part(self._text))
            item = message_item(self._reply_id, self._text)
            yield self.numbered("response.output_item.done", output_index=0, item=item)
        for number, call in enumerate(reply.calls, start=int(self._speaking)):
            yield from self._called(call, number)
        response = finished_response(reply, self._frame)
        yield self.numbered(f"response.{response['status']}", response=response)

    def _part(self, kind: str, **fields: Any) -> dict[str, Any]:
        return self.numbered(kind, item_id=f"msg_{self._reply_id}", output_index=0, content_index=0, **fields)

    def _called(self, call: CallerCall, number: int) -> Iterator[dict[str, Any]]:
        begun, whole = call_item(call, begun=True), call_item(call)
        at = {"item_id": whole["id"], "output_index": number}
        yield self.numbered("response.output_item.added", output_index=number, item=begun)
        yield self.numbered("response.function_call_arguments.delta", **at, delta=whole["arguments"])
        yield self.numbered("response.function_call_arguments.done", **at, name=call.name, arguments=whole["arguments"])
        yield self.numbered("response.output_item.done", output_index=number, item=whole)


def _part(text: str) -> dict[str, Any]:
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
