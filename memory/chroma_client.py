"""Chroma's clients, embedded and of a server, with its errors made ours."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from .errors import MemoryFault, StoreUnavailable
from .lock import FolderLock

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.config import Settings

__all__ = ["DATABASE", "EmbeddedClient", "chroma_errors", "server_client"]

ANSWERS_WITHIN_S = 60
DATABASE = "chroma.sqlite3"
"""The file of an embedded store that is always there."""


class EmbeddedClient:
    """A Chroma client on a folder of this machine, which it locks until it is closed."""

    def __init__(self, folder: Path, lock: FolderLock) -> None:
        self._folder = folder
        self._lock = lock
        self._client: ClientAPI | None = self._opened()

    @classmethod
    def open(cls, folder: Path, *, timeout_s: float = 0) -> Self:
        """Raises StoreLocked, StoreUnavailable."""
        lock = FolderLock(folder).acquire(timeout_s=timeout_s)
        try:
            return cls(folder, lock)
        except BaseException:
            lock.release()
            raise

    @property
    def client(self) -> ClientAPI:
        """Raises StoreUnavailable once it is closed."""
        if self._client is None:
            raise StoreUnavailable(f"the data folder {self._folder} is closed: open it anew")
        return self._client

    def reopened(self) -> ClientAPI:
        """Another client in place of the one there was; nobody may use that any more. Where none can be opened, this can
        be asked again. Raises StoreUnavailable."""
        self._close_client()
        _give_back_memory()
        self._client = self._opened()
        return self._client

    def close(self) -> None:
        try:
            self._close_client()
        finally:
            self._lock.release()

    def _opened(self) -> ClientAPI:
        import chromadb

        with chroma_errors(f"cannot open the data folder {self._folder}"):
            return chromadb.PersistentClient(str(self._folder), settings=_settings())

    def _close_client(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()  # type: ignore[attr-defined]  # missing from ClientAPI, there in Client


def _give_back_memory() -> None:
    """glibc keeps what was freed, in as many heaps as there were threads: after a few indexes that is hundreds of MB."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)


def server_client(
    host: str, port: int, *, ssl: bool = False, headers: dict[str, str] | None = None
) -> tuple[ClientAPI, Callable[[], None]]:
    """A client of a Chroma server, and how to close it. Raises StoreUnavailable when it cannot be reached."""
    import chromadb

    with chroma_errors(f"cannot reach the Chroma server at {host}:{port} (start it with `chroma run`)"):
        client = chromadb.HttpClient(host, port, ssl=ssl, headers=headers, settings=_settings())
    # Chroma never closes its connections (it has two clients), and waits for answers without end.
    sessions = [*_sessions(client), *_sessions(getattr(client, "_admin_client", None))]
    for session in sessions:
        session.timeout = ANSWERS_WITHIN_S

    def release() -> None:
        client.close()  # type: ignore[attr-defined]  # missing from ClientAPI, there in Client
        for session in sessions:
            session.close()

    return client, release


def _sessions(client: object) -> list[Any]:
    session = getattr(getattr(client, "_server", None), "_session", None)
    return [] if session is None else [session]


def _settings() -> Settings:
    from chromadb.config import Settings

    # _env_file: Chroma would otherwise read a `.env` of the current folder.
    return Settings(anonymized_telemetry=False, _env_file=None)  # type: ignore[call-arg]


@contextmanager
def chroma_errors(what: str) -> Iterator[None]:
    """Chroma raises its own errors, ValueError, RuntimeError, OSError and httpx's; callers get StoreUnavailable."""
    try:
        yield
    except MemoryFault:
        raise
    except Exception as error:
        raise StoreUnavailable(f"{what}: {type(error).__name__}; see the cause for Chroma's own words") from error
