"""Chroma's clients, embedded and of a server, with its errors made ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import MemoryFault, StoreUnavailable
from .lock import FolderLock

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.config import Settings

__all__ = ["DATABASE", "chroma_errors", "embedded_client", "server_client"]

ANSWERS_WITHIN_S = 60
DATABASE = "chroma.sqlite3"
"""The file of an embedded store that is always there."""


def embedded_client(folder: Path, *, timeout_s: float = 0) -> tuple[ClientAPI, Callable[[], None]]:
    """A Chroma client on a folder of this machine, which it locks, and how to close it and let go of the folder.

    Raises StoreLocked, StoreUnavailable.
    """
    import chromadb

    lock = FolderLock(folder).acquire(timeout_s=timeout_s)
    try:
        with chroma_errors(f"cannot open the data folder {folder}"):
            client = chromadb.PersistentClient(str(folder), settings=_settings())
    except BaseException:
        lock.release()
        raise

    def release() -> None:
        try:
            client.close()  # type: ignore[attr-defined]  # missing from ClientAPI, there in Client
        finally:
            lock.release()

    return client, release


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
