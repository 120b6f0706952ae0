"""Search outside the catalog: documents of the owner's or the web, over HTTP.

What comes back is text of strangers: data to be quoted, never instructions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from .errors import BackendFailed

if TYPE_CHECKING:
    import httpx2

    from .search_settings import SearchSettings

__all__ = ["Found", "OpenSearch", "SearchBackend", "WebSearch", "open_backend"]

MAX_TEXT = 2000
"""Characters kept of one found text."""
TITLES = ("title", "name", "heading")
TEXTS = ("text", "content", "description", "snippet", "body", "abstract", "summary")
ADDRESSES = ("url", "link", "href")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A document that a backend found. `url` may be empty."""

    title: str
    text: str
    url: str = ""


class SearchBackend(Protocol):
    """Finds documents for a query. `tests/tools/backend_conformance.py` states the contract."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str:
        """Changes when answers given before may no longer hold; always the same where that cannot be known."""
        ...

    def search(self, query: str, *, count: int = 5) -> Sequence[Found]:
        """At most `count` documents, best first. Raises BackendFailed, which says what to do."""
        ...


class OpenSearch:
    """An index of OpenSearch or Elasticsearch, asked by its `_search` endpoint.

    `url` is the server's address; `client` has headers (`Authorization: ApiKey …`) and the timeout.
    """

    version = ""

    def __init__(
        self,
        client: httpx2.Client,
        url: str,
        index: str,
        *,
        fields: Sequence[str] = ("title^2", *TEXTS),
        name: str = "documents",
    ) -> None:
        self.name = name
        self._client = client
        self._url = f"{url.rstrip('/')}/{index}/_search"
        self._fields = list(fields)

    def search(self, query: str, *, count: int = 5) -> Sequence[Found]:
        body = {"size": count, "query": {"multi_match": {"query": query, "fields": self._fields}}}
        answer = _asked(self._client, self.name, "POST", self._url, json=body)
        hits = _path(answer, "hits", "hits")
        if not isinstance(hits, list):
            raise BackendFailed(f"{self.name}: the answer has no hits.hits: is that an OpenSearch address?")
        sources = [hit.get("_source") for hit in hits if isinstance(hit, Mapping)]
        return _documents(sources, count)


class WebSearch:
    """A web-search service that answers GET requests with JSON.

    The shapes of SearXNG (`results`), Brave (`web.results`), Bing (`webPages.value`) and others with a list of objects
    that have an address are understood. `client` has headers and the timeout.
    """

    version = ""

    def __init__(
        self, client: httpx2.Client, url: str, *, parameters: Mapping[str, str] | None = None, name: str = "web"
    ) -> None:
        self.name = name
        self._client = client
        self._url = url
        self._parameters = {"format": "json"} if parameters is None else dict(parameters)

    def search(self, query: str, *, count: int = 5) -> Sequence[Found]:
        answer = _asked(
            self._client, self.name, "GET", self._url, params={"q": query, "count": str(count)} | self._parameters
        )
        results = _results(answer)
        if results is None:
            raise BackendFailed(f"{self.name}: no list of results in the answer: is that a search service with JSON?")
        return _documents(results, count)


def open_backend(settings: SearchSettings) -> SearchBackend:
    """The backend of the settings; nothing is asked yet."""
    import httpx2

    headers = {settings.key_header: settings.key.get_secret_value()} if settings.key else {}
    client = httpx2.Client(headers=headers, timeout=settings.timeout_s)
    if settings.kind == "opensearch":
        return OpenSearch(client, settings.url, settings.index)
    return WebSearch(client, settings.url)


def _asked(client: httpx2.Client, name: str, method: str, url: str, **request: Any) -> Any:
    import httpx2

    try:
        response = client.request(method, url, **request)
        response.raise_for_status()
        return response.json()
    except httpx2.TimeoutException as error:
        raise BackendFailed(f"{name}: no answer in time: try again later") from error
    except httpx2.HTTPStatusError as error:
        raise BackendFailed(f"{name}: status {error.response.status_code}: {_advice(error.response)}") from error
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise BackendFailed(f"{name}: cannot be reached ({type(error).__name__}): check its address") from error
    except ValueError as error:
        raise BackendFailed(f"{name}: the answer is not JSON: check its address") from error


def _advice(response: httpx2.Response) -> str:
    match response.status_code:
        case 401 | 403:
            return "check the key"
        case 404:
            return "check the address and the name of the index"
        case 429:
            return "too many requests: try again later"
    return "try again later"


def _results(answer: Any) -> list[Any] | None:
    for path in (("results",), ("web", "results"), ("webPages", "value"), ("items",), ("organic",), ("data",)):
        found = _path(answer, *path)
        if isinstance(found, list):
            return found
    return answer if isinstance(answer, list) else None


def _path(answer: Any, *names: str) -> Any:
    for name in names:
        answer = answer.get(name) if isinstance(answer, Mapping) else None
    return answer


def _documents(sources: Sequence[Any], count: int) -> list[Found]:
    found = [
        Found(
            title=_first(source, TITLES)[:MAX_TEXT],
            text=_first(source, TEXTS)[:MAX_TEXT],
            url=_first(source, ADDRESSES),
        )
        for source in sources
        if isinstance(source, Mapping)
    ]
    return [one for one in found if one.title or one.text][:count]


def _first(source: Mapping[str, Any], names: Sequence[str]) -> str:
    texts = (source.get(name) for name in names)
    return next((" ".join(text.split()) for text in texts if isinstance(text, str) and text.strip()), "")
