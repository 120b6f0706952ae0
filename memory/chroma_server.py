"""The store on a Chroma server (`chroma run`), for any number of processes at once.

There is no journal in front of it: what one process has written, the others read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Self

from .chroma import ChromaStore
from .chroma_client import chroma_errors, server_client
from .chroma_shards import SHARDS, Shards
from .chroma_versions import Versions
from .errors import StoreUnavailable
from .store import check_user_id

__all__ = ["SharedChromaStore"]


class SharedChromaStore(ChromaStore):
    """A store that several processes write to, with a version for each user. See Shared."""

    def __init__(
        self, shards: Shards, versions: Versions, *, max_batch: int, release: Callable[[], None] | None = None
    ) -> None:
        super().__init__(shards, max_batch=max_batch, release=release)
        self._versions = versions

    @classmethod
    def connect(
        cls,
        host: str,
        port: int = 8000,
        *,
        space: str,
        dimension: int,
        ssl: bool = False,
        headers: dict[str, str] | None = None,
        n_shards: int = SHARDS,
    ) -> Self:
        """The store of a server, begun when there is none. `headers` go with each request, such as a token.

        Raises SpaceMismatch as `ChromaStore.open` does, and StoreUnavailable when the server cannot be reached.
        """
        client, release = server_client(host, port, ssl=ssl, headers=headers)
        try:
            with chroma_errors(f"cannot open the memories on the Chroma server at {host}:{port}"):
                shards = Shards.open(client, space=space, dimension=dimension, n_shards=n_shards)
                batch = client.get_max_batch_size()
                return cls(shards, Versions.open(client), max_batch=batch, release=release)
        except BaseException:
            release()
            raise

    @classmethod
    def connect_as_it_is(
        cls, host: str, port: int = 8000, *, ssl: bool = False, headers: dict[str, str] | None = None
    ) -> Self:
        """The store of a server, whatever the space of its vectors: to erase, export or copy, not to recall.

        Raises StoreUnavailable when nothing is stored there, or the server cannot be reached.
        """
        client, release = server_client(host, port, ssl=ssl, headers=headers)
        try:
            with chroma_errors(f"cannot open the memories on the Chroma server at {host}:{port}"):
                shards = Shards.found(client)
                if shards is None:
                    raise StoreUnavailable(f"there are no memories on the Chroma server at {host}:{port}")
                return cls(shards, Versions.open(client), max_batch=client.get_max_batch_size(), release=release)
        except BaseException:
            release()
            raise

    def version(self, user_id: str) -> int:
        """See Shared."""
        with self._calling("read"):
            return self._versions.newest(check_user_id(user_id))

    def changed(self, user_id: str, since: int) -> bool:
        """See Shared."""
        with self._calling("read"):
            return self._versions.passed(check_user_id(user_id), since)

    def advance(self, user_id: str, since: int) -> int | None:
        """See Shared."""
        with self._calling("write"):
            return self._versions.advance(check_user_id(user_id), since)
