"""The reranker that the settings name, if any: recalled memories are looked at once more before they are told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from ..memory.rerank import CrossEncoderReranker, Reranker, YesNoReranker, chat_odds
from .errors import ConfigError
from .settings import RecallSettings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

__all__ = ["open_reranker"]

CROSS_ENCODER = "cross-encoder:"


def open_reranker(settings: RecallSettings, model: Callable[[], BaseChatModel]) -> Reranker | None:
    """None where it is off. `model` opens the chat model, when it is first asked. Raises ConfigError."""
    name = settings.reranker
    if not name:
        return None
    if name == "model":
        return YesNoReranker(lambda prompt: _odds(model(), prompt))
    if not name.startswith(CROSS_ENCODER):
        raise ConfigError(f"recall.reranker {name!r} is not known: model, {CROSS_ENCODER}FOLDER, or nothing")
    folder = Path(name.removeprefix(CROSS_ENCODER)).expanduser()
    if not folder.is_dir():
        raise ConfigError(
            f"recall.reranker names the folder {str(folder)!r}, which is not there: weights are not fetched"
        )
    if find_spec("sentence_transformers") is None:
        raise ConfigError("recall.reranker needs sentence-transformers: pip install sentence-transformers")
    return CrossEncoderReranker(str(folder))


def _odds(model: BaseChatModel, prompt: str) -> Mapping[str, float]:
    return chat_odds(model)(prompt)
