"""The one settings tree: flags, then environment, then file, then the defaults below.

A file is TOML (`tailored.toml`); an environment variable is `TAILORED_` and the path with `__` between its parts
(`TAILORED_MODEL__NAME=openai:gpt-5-mini`). A name that is not in the tree is an error, wherever it stands.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from .errors import ConfigError
from .models.settings import ModelSettings

__all__ = ["EmbedderSettings", "LearningSettings", "Limits", "Settings", "StoreSettings", "load_settings"]

PREFIX = "TAILORED_"


class EmbedderSettings(BaseModel):
    """Where vectors come from. Vectors of two models never mix: after changing this, run `tailored reembed`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = "all-minilm-l6-v2"
    """`all-minilm-l6-v2` (ONNX Runtime, no torch), `sentence-transformers:NAME`, or with `base_url` a server's model."""
    base_url: str | None = None
    api_key: SecretStr | None = None
    dimension: int | None = Field(default=None, ge=1)
    """Needed with `base_url` only."""
    threads: int = Field(default=1, ge=1)


class StoreSettings(BaseModel):
    """Where memories lie: in the data folder, or on a Chroma server that several processes share."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str | None = None
    """Address of a server (`chroma run`), as `http://localhost:8000`."""
    token: SecretStr | None = None
    """Sent to the server as `Authorization: Bearer …`."""


class LearningSettings(BaseModel):
    """What is learned in the background."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    use_model: bool = True
    """Let the chat model find statements that rules miss and word what edits teach; otherwise rules alone learn."""


class Limits(BaseModel):
    """Budgets of one turn."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    memories: int = Field(default=4, ge=0, le=50)
    """How many recalled memories a turn's prompt may hold."""
    memory_tokens: int = Field(default=200, ge=0)
    preference_aspects: int = Field(default=6, ge=0, le=20)
    window_tokens: int = Field(default=800, ge=0)
    """Tokens of a thread's earlier messages in the prompt."""
    message_tokens: int = Field(default=2000, ge=1)
    """A longer message is refused."""
    model_calls: int = Field(default=6, ge=1, le=20)
    """Calls of the model in one turn, tool calls included."""
    items: int = Field(default=5, ge=1, le=50)
    """Items a recommendation shows when the user names no number."""
    working_set_mib: int = Field(default=256, ge=1)
    """RAM for the memories of the users in use."""


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, env_prefix=PREFIX, env_nested_delimiter="__", validate_default=True
    )

    data_dir: Path = Path("tailored-data")
    """Everything about users and items; one process at a time, unless `store.url` names a server."""
    models_dir: Path | None = None
    """Downloaded weights, shared by all data folders; the user's cache folder when not set."""
    model: ModelSettings = ModelSettings()
    embedder: EmbedderSettings = EmbedderSettings()
    store: StoreSettings = StoreSettings()
    learning: LearningSettings = LearningSettings()
    limits: Limits = Limits()

    @property
    def weights_dir(self) -> Path:
        from platformdirs import user_cache_path

        return self.models_dir or user_cache_path("tailored") / "models"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        file = TomlConfigSettingsSource(settings_cls, settings_cls.model_config.get("toml_file"))
        return init_settings, env_settings, file


def load_settings(
    config: Path | None = None, *, flags: Mapping[str, Any] | None = None, environ: Mapping[str, str] = os.environ
) -> Settings:
    """The settings from `config` (default: ./tailored.toml if it is there), the environment and `flags`.

    Raises ConfigError naming the file, variable or value that is wrong.
    """
    file = config or Path("tailored.toml")
    if config is not None and not config.is_file():
        raise ConfigError(f"settings file {config} does not exist")
    _refuse_unknown_variables(environ)

    class _FromFile(Settings):
        model_config = SettingsConfigDict(toml_file=file)

    try:
        return _FromFile(**(flags or {}))
    except ValidationError as error:
        raise ConfigError(_describe(error, file)) from error
    except ValueError as error:  # tomllib.TOMLDecodeError, undecodable bytes, a variable that is not JSON
        raise ConfigError(f"settings cannot be read ({file}): {error}") from error


def _refuse_unknown_variables(environ: Mapping[str, str]) -> None:
    # pydantic-settings checks nested names only: a typo in the first part would be silently ignored.
    known = Settings.model_fields
    for variable in environ:
        name = variable.removeprefix(PREFIX).split("__")[0].lower()
        if variable.startswith(PREFIX) and name not in known:
            raise ConfigError(f"environment variable {variable}: no setting {name!r}; there are {', '.join(known)}")


def _describe(error: ValidationError, file: Path) -> str:
    lines = [f"{'.'.join(map(str, problem['loc']))}: {_problem(problem)}" for problem in error.errors()]
    return f"settings are wrong (file {file}, TAILORED_… variables, flags): " + "; ".join(lines)


def _problem(problem: Mapping[str, Any]) -> str:
    if problem["type"] != "extra_forbidden":
        return str(problem["msg"]).lower()
    *path, name = map(str, problem["loc"])
    tree: Any = Settings
    for part in path:
        tree = tree.model_fields[part].annotation
    near = difflib.get_close_matches(name, tree.model_fields, n=1)
    return f"there is no such setting; did you mean {near[0]!r}?" if near else "there is no such setting"
