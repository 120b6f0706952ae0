"""The one settings tree: flags, then environment, then file, then the defaults below.

A file is TOML (`tailored.toml`); an environment variable is `TAILORED_` and the path with `__` between its parts
(`TAILORED_MODEL__NAME=openai:gpt-5-mini`). A name that is not in the tree is an error, wherever it stands.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from ..tools.mcp_servers import McpServerSettings
from ..tools.policy import PolicySettings
from ..tools.search_settings import SearchSettings
from .errors import ConfigError
from .models.settings import ModelSettings

__all__ = [
    "ApiSettings",
    "EmbedderSettings",
    "LearningSettings",
    "Limits",
    "RecallSettings",
    "Settings",
    "StoreSettings",
    "ToolsSettings",
    "load_settings",
]

PREFIX = "TAILORED_"
_IN_WORDS = {
    "path_type": "must be a path, in quotes",
    "model_type": "is a table of settings, not a single value",
    "model_attributes_type": "is a table of settings, not a single value",
}
"""Problems that pydantic words for programmers."""


class EmbedderSettings(BaseModel):
    """Where vectors come from. Vectors of two models never mix: after changing this, run `tailored reembed`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = "all-minilm-l6-v2"
    """`all-minilm-l6-v2` (ONNX Runtime, no torch), `sentence-transformers:NAME`, or with `base_url` a server's model."""
    base_url: str | None = None
    """An OpenAI-compatible server of embeddings, up to and with `/v1`."""
    api_key: SecretStr | None = None
    """The key that this server asks for."""
    dimension: int | None = Field(default=None, ge=1)
    """Numbers in a vector of that server's model; needed with `base_url` only."""
    threads: int = Field(default=1, ge=1)
    """Threads of an embedder that runs on this machine."""


class StoreSettings(BaseModel):
    """Where memories lie: in the data folder, or on a Chroma server that several processes share."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str | None = None
    """Address of a server (`chroma run`), as `http://localhost:8000`."""
    token: SecretStr | None = None
    """Sent to the server as `Authorization: Bearer …`."""


class ApiSettings(BaseModel):
    """How `tailored serve` answers over HTTP."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = "127.0.0.1"
    """Address to listen on. Any other than this machine's own (loopback) needs keys: `tailored keys add`."""
    port: int = Field(default=8000, ge=0, le=65535)
    """Port to listen on; 0 takes a free one."""
    hosts: tuple[str, ...] = ()
    """Names under which it is reached, without ports; the names of this machine (localhost) always are."""
    cors_origins: tuple[str, ...] = ()
    """Pages of other servers that may call it from a browser, as `https://app.example.com`; none when empty."""
    user_header: str = "X-Tailored-User"
    """Header in which a tenant's or an admin's request to the OpenAI-compatible routes names the user."""
    requests_per_minute: int = Field(default=300, ge=1)
    """Requests of one key in a minute; a key may have its own limit. The local owner has none."""
    turns_per_user: int = Field(default=8, ge=1)
    """Turns of one user that are answered at the same time; more are told to come back."""
    body_kib: int = Field(default=1024, ge=1)
    """Largest request, in KiB."""
    import_mib: int = Field(default=64, ge=1)
    """Largest export that can be taken in, in MiB."""
    backups: Path | None = None
    """Folder for the backups that an operator asks for over HTTP (`POST /v1/backups`); none when it is not set."""
    grace_s: float = Field(default=20.0, ge=0)
    """How long replies that are being written may go on when the server is stopped, in seconds."""


class LearningSettings(BaseModel):
    """What is learned in the background."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    use_model: bool = True
    """Let the chat model find statements that rules miss and word what edits teach; otherwise rules alone learn."""
    apart: bool = False
    """Leave learning to `tailored worker`: for several processes on one machine, with `store.url`."""


class ToolsSettings(BaseModel):
    """Tools besides our own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mcp: Mapping[str, McpServerSettings] = Field(default_factory=dict)
    """MCP servers by name, whose tools the assistant may use."""
    policy: PolicySettings = PolicySettings()
    """What a call of a tool that is not ours needs."""
    search: SearchSettings | None = None
    """Documents or the web, which the assistant may search besides the catalog."""
    recommender_url: str | None = None
    """Address of a recommender of your own, asked for every list; see docs/catalog.md."""
    recommender_timeout_s: float = Field(default=1.0, gt=0)
    """How long a list waits for it, in seconds; then it is made without."""
    recommender_weight: float = Field(default=2.0, ge=0)
    """How much it counts; what was learned from the catalog's interactions counts about as much."""
    exploring_slots: int = Field(default=0, ge=0, le=5)
    """Places at the end of a list for items that few people know yet."""


class Limits(BaseModel):
    """Budgets of one turn."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    memories: int = Field(default=4, ge=0, le=50)
    """How many recalled memories a turn's prompt may hold."""
    memory_tokens: int = Field(default=200, ge=0)
    """Tokens of recalled memories in a prompt."""
    preference_aspects: int = Field(default=6, ge=0, le=20)
    """How many of the wishes that edits taught a prompt may hold."""
    window_tokens: int = Field(default=800, ge=0)
    """Tokens of a thread's earlier messages in the prompt."""
    history_tokens: int = Field(default=2000, ge=0)
    """Tokens of the messages that a client of the API sends along, as its conversation so far."""
    message_tokens: int = Field(default=2000, ge=1)
    """A longer message is refused."""
    model_calls: int = Field(default=6, ge=1, le=20)
    """Calls of the model in one turn, tool calls included."""
    questions: int = Field(default=2, ge=0, le=10)
    """Questions about what is wanted in one thread, where a list is asked for and little is known; 0 for none."""
    items: int = Field(default=5, ge=1, le=50)
    """Items a recommendation shows when the user names no number."""
    working_set_mib: int = Field(default=256, ge=1)
    """RAM for the memories of the users in use."""


class RecallSettings(BaseModel):
    """A second look at what was recalled, before it goes into a prompt; off unless it is named."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reranker: str = ""
    """`model` asks the chat model of each memory whether it helps (one short call each), `cross-encoder:FOLDER` uses
    weights of sentence-transformers that lie there."""
    least: float | None = None
    """Memories scored lower are left out: for `model` the log-odds of yes, for a cross-encoder its own scale."""


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
    api: ApiSettings = ApiSettings()
    tools: ToolsSettings = ToolsSettings()
    limits: Limits = Limits()
    recall: RecallSettings = RecallSettings()

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
    if file.is_dir():
        raise ConfigError(f"settings file {str(file)!r} is a folder: name a file in it with --config FILE")
    if config is not None and not config.is_file():
        raise ConfigError(f"settings file {config} does not exist: name another, or leave out --config")
    _refuse_unknown_variables(environ)

    class _FromFile(Settings):
        model_config = SettingsConfigDict(toml_file=file)

    try:
        settings = _FromFile(**(flags or {}))
    except ValidationError as error:
        raise ConfigError(_describe(error, file, environ)) from error
    except SettingsError as error:
        said = str(error).replace("EnvSettingsSource", "environment")
        raise ConfigError(f"{said}: in a {PREFIX}… variable, lists and tables are written as JSON") from error
    except ValueError as error:  # tomllib.TOMLDecodeError, undecodable bytes
        raise ConfigError(f"settings cannot be read ({file}): {error}") from error
    _refuse_files(settings)
    return settings


def _refuse_files(settings: Settings) -> None:
    for name, folder in (("data_dir", settings.data_dir), ("models_dir", settings.models_dir)):
        there = next((part for part in (folder, *folder.parents) if os.path.exists(part)), None) if folder else None
        if there and not there.is_dir():
            ways = f"{'--data, ' if name == 'data_dir' else ''}{PREFIX}{name.upper()} or the settings file"
            raise ConfigError(f"{name} {str(folder)!r} is no folder: {there} is a file; name another in {ways}")


def _refuse_unknown_variables(environ: Mapping[str, str]) -> None:
    # pydantic-settings checks nested names only: a typo in the first part would be silently ignored.
    known = Settings.model_fields
    for variable in environ:
        name = variable.removeprefix(PREFIX).split("__")[0].lower()
        if variable.startswith(PREFIX) and name not in known:
            raise ConfigError(f"environment variable {variable}: no setting {name!r}; there are {', '.join(known)}")


def _describe(error: ValidationError, file: Path, environ: Mapping[str, str]) -> str:
    lines = [f"{_place(problem['loc'], environ)}: {_problem(problem)}" for problem in error.errors()]
    sources = [*([f"file {file}"] if file.is_file() else []), f"{PREFIX}… variables", "flags"]
    return f"settings are wrong ({', '.join(sources)}): " + "; ".join(lines)


def _place(path: Sequence[int | str], environ: Mapping[str, str]) -> str:
    """The setting's name, and the variable that gives it its value where there is one."""
    variable = PREFIX + "__".join(map(str, path)).upper()
    given = next((name for name in environ if name.upper() == variable), None)
    return ".".join(map(str, path)) + (f" ({given})" if given else "")


def _problem(problem: Mapping[str, Any]) -> str:
    if problem["type"] != "extra_forbidden":
        return _IN_WORDS.get(problem["type"], str(problem["msg"]).lower()).removeprefix("value error, ")
    *path, name = map(str, problem["loc"])
    tree: Any = Settings
    for part in path:
        tree = tree.model_fields[part].annotation
    near = difflib.get_close_matches(name, tree.model_fields, n=1)
    return f"there is no such setting; did you mean {near[0]!r}?" if near else "there is no such setting"
