"""From settings to a chat model: local, any OpenAI-compatible server, or any LangChain provider."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from .errors import IntegrationMissing, UnknownModel
from .manifest import DEFAULT_CHAT, MANIFEST, find_weights
from .server import LocalServer
from .settings import ModelSettings
from .weights import Progress, pull

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from .local import LocalChat

__all__ = ["close_chat_model", "local_name", "open_chat_model", "serve_locally"]

_LOCAL = "local"


def open_chat_model(settings: ModelSettings, models_dir: Path, *, progress: Progress | None = None) -> BaseChatModel:
    """The chat model of `settings`, ready to be called.

    A local model's weights are fetched into `models_dir` where they are not there yet (`progress` is told); it is
    loaded by the first call and ended by `close_chat_model`. Raises a ModelFault that says what to do: UnknownModel,
    IntegrationMissing, or a WeightsFault.
    """
    name = local_name(settings)
    if name is None:
        model = _compatible(settings) if settings.base_url else _hosted(settings)
    else:
        weights = find_weights(name, kind="chat")
        folder = pull(name, models_dir, progress=progress)
        server = LocalServer(
            folder / weights.files[0].path,
            threads=settings.threads,
            context=settings.context,
            cache_mib=settings.cache_mib,
        )
        model = serve_locally(server, settings)
    constrained = settings.tool_calling == "constrained" or (settings.tool_calling == "auto" and name is not None)
    return _constrain(model) if constrained else model


def close_chat_model(model: BaseChatModel) -> None:
    """End the local process behind a model of `open_chat_model` at once, also during a reply or while it loads.

    The call that is cut off fails with a connection error; a later one would load the model again. Nothing happens
    to a model that is served elsewhere, nor when it was never loaded or is closed already.
    """
    from .local import LocalChat

    inner = getattr(model, "inner", model)
    if isinstance(inner, LocalChat):
        inner.close()


def local_name(settings: ModelSettings) -> str | None:
    """The name of the local model that is meant, or None when it is another kind of model."""
    if settings.base_url:
        return None
    if settings.name == _LOCAL:
        return DEFAULT_CHAT
    if settings.name.startswith(f"{_LOCAL}:"):
        return settings.name.removeprefix(f"{_LOCAL}:")
    return None


def serve_locally(server: LocalServer, settings: ModelSettings) -> LocalChat:
    """The ordinary OpenAI client, talking to `server`, without tool calling."""
    import httpx2

    from .local import LocalChat
    from .transport import LOCAL_URL, AsyncLocalTransport, LocalTransport

    return LocalChat(
        server,
        model=server.name,
        base_url=LOCAL_URL,
        api_key=SecretStr(server.api_key),
        openai_proxy=None,
        organization=None,
        http_client=httpx2.Client(transport=LocalTransport(server), timeout=settings.timeout_s, trust_env=False),
        http_async_client=httpx2.AsyncClient(
            transport=AsyncLocalTransport(server), timeout=settings.timeout_s, trust_env=False
        ),
        max_retries=0,  # the model is in this process: a second try would only queue the same work again
        **_openai_options(settings),
    )


def _constrain(model: BaseChatModel) -> BaseChatModel:
    from .constrained import ConstrainedToolModel

    return ConstrainedToolModel(inner=model)


def _openai_options(settings: ModelSettings) -> dict[str, Any]:
    return {
        "temperature": settings.temperature,
        "max_tokens": settings.max_tokens,
        "timeout": settings.timeout_s,
        "use_responses_api": False,
        "stream_usage": True,
    }


def _compatible(settings: ModelSettings) -> BaseChatModel:
    from .compatible import CompatibleChat

    # Without a key of its own the server gets a placeholder: a key from the environment is meant for somebody else.
    key = settings.api_key or SecretStr("none")
    return CompatibleChat(model=settings.name, base_url=settings.base_url, api_key=key, **_openai_options(settings))


def _hosted(settings: ModelSettings) -> BaseChatModel:
    from langchain.chat_models import init_chat_model

    options: dict[str, Any] = {
        "temperature": settings.temperature,
        "max_tokens": settings.max_tokens,
        "timeout": settings.timeout_s,
    }
    if settings.api_key:
        options["api_key"] = settings.api_key.get_secret_value()
    try:
        model: BaseChatModel = init_chat_model(settings.name, **options)
    except ImportError as error:
        raise IntegrationMissing(f"model {settings.name!r}: {error}") from error
    except ValueError as error:
        known = ", ".join(f"local:{name}" for name, entry in MANIFEST.items() if entry.kind == "chat")
        raise UnknownModel(
            f"model {settings.name!r} is not known: write `provider:model` (openai:…, ollama:…), `local`, or {known}"
        ) from error
    return model
