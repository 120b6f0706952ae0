"""One question to a model whose answer has to follow a schema."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

__all__ = ["ask"]

ATTEMPTS = 2

Answer = TypeVar("Answer", bound=BaseModel)

_log = logging.getLogger(__name__)


async def ask(model: BaseChatModel, messages: Sequence[tuple[str, str]], schema: type[Answer]) -> Answer | None:
    """The model's answer, or None when it was malformed twice: a learning step is then skipped, never failed.

    What the provider raises (no connection, a refused key) is passed on, so that a queued job is tried again.
    """
    from langchain_core.exceptions import OutputParserException

    asked = model.with_structured_output(schema, method="json_schema")
    for _ in range(ATTEMPTS):
        try:
            answer = await asked.ainvoke(list(messages))
        except (OutputParserException, ValidationError):
            continue
        if isinstance(answer, schema):
            return answer
    _log.info("a model answered twice outside the schema %s; nothing is learned from it", schema.__name__)
    return None
