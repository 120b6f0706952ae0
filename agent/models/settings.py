"""What can be set about the chat model."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

__all__ = ["ModelSettings", "ToolCalling"]

ToolCalling = Literal["auto", "native", "constrained"]


class ModelSettings(BaseModel):
    """Which chat model answers, and how it is run."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(default="local", min_length=1)
    """`local` (the default model, in this process), `local:NAME` (another one of the manifest), a LangChain model
    string such as `openai:gpt-5` or `ollama:qwen3`; with `base_url`, the name the server knows the model by."""
    base_url: str | None = None
    """An OpenAI-compatible server, up to and with `/v1`."""
    api_key: SecretStr | None = None
    """The provider's key; without one, the provider's own environment variable counts."""
    temperature: float = Field(default=0.0, ge=0, le=2)
    """How freely words are chosen: 0 takes the likeliest each time."""
    max_tokens: int = Field(default=512, ge=1)
    """Longest reply, in tokens."""
    timeout_s: float = Field(default=120.0, gt=0)
    """How long one call may go without an answer, in seconds."""
    tool_calling: ToolCalling = "auto"
    """`constrained` turns "which tool?" into a choice under a JSON schema; `auto` does so for local models only."""
    threads: int | None = Field(default=None, ge=1)
    """Threads of the local model; all cores but one where no number is given, because spinning threads collapse on a
    busy machine."""
    context: int = Field(default=4096, ge=512)
    """Context window of the local model, in tokens."""
    cache_mib: int = Field(default=256, ge=0)
    """Memory in which the local model keeps the prompts it has read, in MiB."""
