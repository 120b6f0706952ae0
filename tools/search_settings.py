"""Where documents besides the catalog are searched."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

__all__ = ["SearchSettings"]


class SearchSettings(BaseModel):
    """Documents or the web, to be searched besides the catalog; without this table neither is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["opensearch", "web"]
    """`opensearch` for an index of OpenSearch or Elasticsearch, `web` for a search service that answers with JSON."""
    url: str
    """`https://search.example.com:9200`; for `web` with the path, as `http://localhost:8888/search`."""
    index: str = ""
    """Which index, for `opensearch`."""
    key: SecretStr | None = None
    """The key that the service asks for, sent as it is written here."""
    key_header: str = "Authorization"
    """Header that the key is sent in: `X-Subscription-Token` for Brave. In `Authorization` write `ApiKey …` or
    `Bearer …` before it."""
    timeout_s: float = Field(default=3.0, gt=0)
    """How long a search may take, in seconds; then the reply is written without."""
    about: str = "Documents of this application."
    """What can be found there: the assistant decides by it."""

    @model_validator(mode="after")
    def _index_is_named(self) -> SearchSettings:
        if self.kind == "opensearch" and not self.index:
            raise ValueError("`index` must say which index of OpenSearch is searched")
        return self
