"""Opening what is stored, in this machine's folder or on a Chroma server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..memory import Embedder, EmbeddingFailed, Memory, MemoryStore, Vectors
from ..prompts import TiktokenCounter
from .errors import ConfigError
from .settings import Settings, StoreSettings

if TYPE_CHECKING:
    from ..memory.chroma import ChromaStore
    from ..memory.journaled import JournaledStore

__all__ = ["JOBS", "JOURNAL", "LEDGER", "compact", "open_store", "server_address", "stored"]

JOURNAL = "journal.sqlite3"
JOBS = "jobs.sqlite3"
LEDGER = "ledger.sqlite3"


def open_store(settings: Settings, embedder: Embedder) -> MemoryStore:
    """The store of the settings. Raises ConfigError, StoreLocked, SpaceMismatch, StoreUnavailable."""
    if settings.store.url:
        return _shared(settings.store, space=embedder.space, dimension=embedder.dimension)
    from ..memory.chroma import ChromaStore

    chroma = ChromaStore.open(settings.data_dir, space=embedder.space, dimension=embedder.dimension)
    return _journaled(chroma, settings.data_dir)


@contextmanager
def stored(settings: Settings) -> Iterator[Memory]:
    """What is stored, whatever model its vectors come from: to read, export and erase without loading that model."""
    with closing(_as_it_is(settings)) as store:
        yield Memory(store, _NoEmbedder(), clock=lambda: datetime.now(UTC), count_tokens=TiktokenCounter().count)


def compact(folder: Path) -> None:
    """Take what was deleted and erased off the disk: in a data folder that is not in use, or a Chroma server's.

    Raises StoreLocked, StoreUnavailable.
    """
    from ..memory.chroma import ChromaStore
    from ..memory.chroma_client import DATABASE
    from ..memory.errors import StoreLocked
    from ..memory.lock import has_open

    # A Chroma server knows nothing of our lock.
    if holder := has_open(folder / DATABASE):
        raise StoreLocked(f"process {holder} has the memories in {folder} open: stop it first")
    chroma = ChromaStore.open_as_it_is(folder)
    # A server has no journal, and gets none.
    with closing(_journaled(chroma, folder) if (folder / JOURNAL).is_file() else chroma) as store:
        store.compact()


def server_address(store: StoreSettings) -> tuple[str, int, bool, dict[str, str]]:
    """Host, port, whether TLS is spoken, and the headers of a Chroma server. Raises ConfigError."""
    parts = urlsplit(store.url or "")
    try:
        port = parts.port
    except ValueError:
        port = 0
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0 or parts.path.strip("/"):
        raise ConfigError(f"store.url {store.url!r} is no address of a Chroma server: write http://HOST:PORT")
    tls = parts.scheme == "https"
    headers = {"Authorization": f"Bearer {store.token.get_secret_value()}"} if store.token else {}
    return parts.hostname, port or (443 if tls else 8000), tls, headers


def _shared(store: StoreSettings, *, space: str, dimension: int) -> MemoryStore:
    from ..memory.chroma_server import SharedChromaStore

    host, port, tls, headers = server_address(store)
    return SharedChromaStore.connect(host, port, space=space, dimension=dimension, ssl=tls, headers=headers)


def _as_it_is(settings: Settings) -> MemoryStore:
    if settings.store.url:
        from ..memory.chroma_server import SharedChromaStore

        host, port, tls, headers = server_address(settings.store)
        return SharedChromaStore.connect_as_it_is(host, port, ssl=tls, headers=headers)
    from ..memory.chroma import ChromaStore

    return _journaled(ChromaStore.open_as_it_is(settings.data_dir), settings.data_dir)


def _journaled(chroma: ChromaStore, folder: Path) -> JournaledStore:
    from ..memory.journaled import JournaledStore

    return JournaledStore.open(chroma, folder / JOURNAL, dimension=chroma.dimension)


class _NoEmbedder:
    space = "none"
    dimension = 1

    def embed(self, texts: Sequence[str]) -> Vectors:
        raise EmbeddingFailed("what is stored was opened to be read only: open an assistant to add to it")
