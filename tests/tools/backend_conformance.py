"""What every search backend promises. Subclass with a `backend` fixture that finds the server's two documents."""

from __future__ import annotations

from tailored.tools.backends import SearchBackend

from .search_server import DOCUMENTS


class BackendTests:
    def test_documents_come_in_the_order_of_the_service(self, backend: SearchBackend) -> None:
        found = backend.search("how to", count=5)

        assert [(one.title, one.text, one.url) for one in found] == DOCUMENTS

    def test_no_more_than_asked(self, backend: SearchBackend) -> None:
        assert len(backend.search("how to", count=1)) == 1

    def test_it_has_a_name_and_a_version(self, backend: SearchBackend) -> None:
        assert backend.name
        assert isinstance(backend.version, str)
