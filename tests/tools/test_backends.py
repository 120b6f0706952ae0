"""Search over HTTP, against a server that really listens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pydantic import SecretStr, ValidationError

from tailored.tools.backends import SearchBackend, open_backend
from tailored.tools.errors import BackendFailed
from tailored.tools.search_settings import SearchSettings

from .backend_conformance import BackendTests
from .search_server import Server, search_server


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with search_server() as running:
        yield running


def web(server: Server, path: str, timeout_s: float = 3.0) -> SearchBackend:
    return open_backend(SearchSettings(kind="web", url=server.url + path, timeout_s=timeout_s))


def opensearch(server: Server, path: str = "", index: str = "documents") -> SearchBackend:
    key = SecretStr("ApiKey abc")
    return open_backend(SearchSettings(kind="opensearch", url=server.url + path, index=index, key=key))


class TestOpenSearch(BackendTests):
    @pytest.fixture
    def backend(self, server: Server) -> SearchBackend:
        return opensearch(server)

    def test_it_is_asked_as_the_search_endpoint_wants(self, server: Server, backend: SearchBackend) -> None:
        backend.search("red roses", count=3)
        asked = server.asked[-1]

        assert (asked.path, asked.sent["size"]) == ("/documents/_search", 3)
        assert asked.sent["query"]["multi_match"]["query"] == "red roses"
        assert asked.headers["authorization"] == "ApiKey abc"


class TestSearxng(BackendTests):
    @pytest.fixture
    def backend(self, server: Server) -> SearchBackend:
        return web(server, "/searxng")

    def test_the_query_is_a_parameter(self, server: Server, backend: SearchBackend) -> None:
        backend.search("red & roses", count=3)

        assert server.asked[-1].sent == {"q": "red & roses", "count": "3", "format": "json"}


class TestBrave(BackendTests):
    @pytest.fixture
    def backend(self, server: Server) -> SearchBackend:
        return web(server, "/brave")


class TestBing(BackendTests):
    @pytest.fixture
    def backend(self, server: Server) -> SearchBackend:
        return web(server, "/bing")


def test_nothing_found_is_no_fault(server: Server) -> None:
    assert list(web(server, "/empty").search("x")) == []


def test_results_of_another_form_are_passed_over(server: Server) -> None:
    assert [one.title for one in web(server, "/mixed").search("x")] == ["Garden"]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/status/401", "status 401: check the key"),
        ("/status/404", "status 404: check the address"),
        ("/status/429", "too many requests"),
        ("/status/500", "status 500: try again later"),
        ("/strange", "no list of results"),
        ("/text", "not JSON"),
    ],
)
def test_faults_say_what_to_do(server: Server, path: str, message: str) -> None:
    with pytest.raises(BackendFailed, match=message):
        web(server, path).search("x")


def test_a_slow_service_is_not_waited_for(server: Server) -> None:
    with pytest.raises(BackendFailed, match="no answer in time"):
        web(server, "/slow", timeout_s=0.05).search("x")


def test_nobody_there_is_named() -> None:
    with search_server() as gone:
        pass

    with pytest.raises(BackendFailed, match="cannot be reached"):
        web(gone, "/searxng").search("x")


def test_an_unknown_index_is_named(server: Server) -> None:
    with pytest.raises(BackendFailed, match="name of the index"):
        opensearch(server, index="gone").search("x")


def test_what_is_no_index_is_named(server: Server) -> None:
    with pytest.raises(BackendFailed, match="check the address"):
        opensearch(server, path="/searxng").search("x")


def test_opensearch_needs_an_index() -> None:
    with pytest.raises(ValidationError, match="which index"):
        SearchSettings(kind="opensearch", url="http://localhost:9200")
