"""How one store's records are spread over Chroma's collections.

All of a user's records lie in one of a fixed number of collections ("shards"), chosen by a hash of the user id. In a
single collection both reading one user's rows and writing grow with everybody's data: Chroma looks at every row of a
collection for a filter, and writes all its ids again at each sync (at 100,000 rows: 15 ms to read 100, 450 rows a
second written; in shards of 4,000: 3.5 ms and 2,900). One collection for each user is no way out, because Chroma keeps
only so many indexes open and then loses sight of rows that it has not synced ("Error finding id").

An empty collection, the header, carries what all shards share: space, dimension, number of shards, the generation
(re-embedding writes a new one beside the old and then switches the header over), and which shards hold bytes of
deleted rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

from .errors import SpaceMismatch, StoreUnavailable

if TYPE_CHECKING:
    from chromadb import Collection
    from chromadb.api import ClientAPI
    from chromadb.api.collection_configuration import CreateHNSWConfiguration
    from chromadb.api.types import GetResult

__all__ = ["SHARDS", "Layout", "Shards", "pages"]

HEADER = "memories"
SHARDS = 48
"""Chroma keeps a fifth of the allowed open files as indexes: 51 where the limit is 256, as on macOS."""
SYNC_EVERY = 100
"""Rows between two writings of an index. A write reads the rows since the last one again, so that Chroma's 1,000 make
a turn slower (10.7 instead of 6.5 ms at 20,000 rows) and 100,000 make it unusable (190 ms)."""
FILES_ONLY = -1
"""In the list of shards to compact: none of them, but the files that are left of deleted ones."""
PAGE = 2_000
"""Rows copied at once."""

INDEX: CreateHNSWConfiguration = {
    "space": "cosine",
    "batch_size": SYNC_EVERY,
    "sync_threshold": SYNC_EVERY,
    # Smaller than Chroma's 100 and 16: recall works in RAM, and half the graph is half the time of writing and a fifth
    # of that of erasing. Chroma's own search still finds 95 % of the true ten among random vectors.
    "ef_construction": 40,
    "max_neighbors": 8,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What the header says."""

    space: str
    dimension: int
    n_shards: int
    generation: int = 0
    uncompacted: frozenset[int] = frozenset()
    """Shards from which rows were deleted since the last compaction."""

    def metadata(self) -> dict[str, str | int]:
        dirty = ",".join(map(str, sorted(self.uncompacted)))
        return {
            "space": self.space,
            "dimension": self.dimension,
            "shards": self.n_shards,
            "generation": self.generation,
            "uncompacted": dirty,
        }


class Shards:
    """The collections of one generation. Not thread-safe where it changes something: its owner locks."""

    def __init__(self, client: ClientAPI, header: Collection, layout: Layout) -> None:
        self._client = client
        self._header = header
        self._known: dict[int, Collection] = {}
        self.layout = layout

    @classmethod
    def open(cls, client: ClientAPI, *, space: str, dimension: int, n_shards: int = SHARDS) -> Self:
        """The shards, begun if there are none. Raises SpaceMismatch when their vectors are of another space."""
        shards = cls.found(client)
        if shards is None:
            fresh = Layout(space=space, dimension=dimension, n_shards=n_shards)
            header = client.get_or_create_collection(HEADER, embedding_function=None, metadata=fresh.metadata())
            # In a server another process may have been first.
            shards = cls(client, header, _layout(header))
        there = shards.layout
        if (there.space, there.dimension) != (space, dimension):
            raise SpaceMismatch(
                f"the store holds vectors of {there.space!r} with {there.dimension} dimensions, the embedder gives "
                f"{space!r} with {dimension}: run `tailored reembed`, use that embedder again, or another folder"
            )
        return shards

    @classmethod
    def found(cls, client: ClientAPI) -> Self | None:
        """The shards there are, of whatever space; None when nothing was stored yet."""
        from chromadb.errors import NotFoundError

        try:
            header = client.get_collection(HEADER, embedding_function=None)
        except NotFoundError:
            return None
        return cls(client, header, _layout(header))

    def by(self, client: ClientAPI) -> Shards:
        """The same, asked for through another client."""
        return Shards(client, client.get_collection(HEADER, embedding_function=None), self.layout)

    def number(self, user_id: str) -> int:
        digest = hashlib.blake2b(user_id.encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") % self.layout.n_shards

    def of(self, user_id: str) -> Collection | None:
        """The collection of a user's records; None while there is none."""
        from chromadb.errors import NotFoundError

        number = self.number(user_id)
        if number not in self._known:
            try:
                self._known[number] = self._client.get_collection(self._name(number), embedding_function=None)
            except NotFoundError:
                return None
        return self._known[number]

    def made(self, user_id: str) -> Collection:
        """The collection of a user's records, made if there is none."""
        return self.numbered(self.number(user_id))

    def numbered(self, number: int) -> Collection:
        """The collection of that number, made if there is none."""
        if number not in self._known:
            self._known[number] = self._create(self._name(number))
        return self._known[number]

    def all(self) -> Iterator[tuple[int, Collection]]:
        """Every shard that there is, with its number."""
        there = {collection.name for collection in self._client.list_collections()}
        for number in range(self.layout.n_shards):
            if self._name(number) in there:
                yield number, self._client.get_collection(self._name(number), embedding_function=None)

    # Taking deleted rows off the disk.

    def note_deleted(self, user_id: str) -> None:
        """Write down, before rows are deleted, that this user's shard has to be compacted."""
        self._note(self.layout.uncompacted | {self.number(user_id)})

    def note_compacted(self) -> None:
        self._note(frozenset())

    def _note(self, uncompacted: frozenset[int]) -> None:
        if uncompacted != self.layout.uncompacted:
            layout = replace(self.layout, uncompacted=uncompacted)
            self._header.modify(metadata=layout.metadata())
            self.layout = layout

    def copied(self, number: int) -> Collection | None:
        """A shard's living rows in a new collection, to `replace` it with; None where there is no such shard.

        Chroma only marks a vector as deleted and keeps it in its file and in RAM for good.
        """
        name = self._name(number)
        old = next((collection for n, collection in self.all() if n == number), None)
        if old is None:
            return None
        self._drop(_in_the_making(name))
        new = self._create(_in_the_making(name))
        for page in pages(old):
            new.upsert(ids=page["ids"], embeddings=page["embeddings"], metadatas=page["metadatas"])
        return new

    def replace(self, number: int, copy: Collection | None) -> None:
        """Put a shard's copy in its place; the old one's index goes. Nobody may read the shard meanwhile."""
        if copy is None:
            return
        self._known.pop(number, None)
        self._client.delete_collection(self._name(number))
        copy.modify(name=self._name(number))

    def tidy(self, *, keep_newer: bool = False) -> None:
        """Finish or undo what a crash interrupted: a rebuilt shard not yet in its place, a generation given up or,
        unless it is to be kept, begun."""
        names = {collection.name for collection in self._client.list_collections()}
        for name in sorted(names):
            generation, _, made = name.removeprefix(f"{HEADER}-").partition("-")
            if not name.startswith(f"{HEADER}-") or not generation.isdigit():
                continue
            newer = int(generation) - self.layout.generation
            if newer < 0 or (newer > 0 and not keep_newer):
                self._drop(name)
            elif made.endswith("-new"):
                self._settle(name, names)

    def _settle(self, name: str, names: set[str]) -> None:
        place = name.removesuffix("-new")
        if place in names:
            self._drop(name)  # the copy may be incomplete
        else:
            self._client.get_collection(name, embedding_function=None).modify(name=place)

    # The next generation.

    def successor(self, *, space: str, dimension: int) -> Shards:
        """The shards of the next generation, for vectors of another space; `switch` makes them the ones in use."""
        layout = replace(self.layout, space=space, dimension=dimension, generation=self.layout.generation + 1)
        return Shards(self._client, self._header, layout)

    def switch(self) -> None:
        """Make these shards the ones in use. The files of the older ones are taken away by compacting."""
        self.layout = replace(self.layout, uncompacted=frozenset({FILES_ONLY}))
        self._header.modify(metadata=self.layout.metadata())

    def drop_foreign(self) -> None:
        """Delete what an earlier attempt gathered for yet another space."""
        for number, shard in list(self.all()):
            if (shard.metadata or {}).get("space") != self.layout.space:
                self._drop(self._name(number))

    def discard(self) -> None:
        """Delete every shard of this generation."""
        for number, _ in list(self.all()):
            self._drop(self._name(number))
        self._known.clear()

    def _name(self, number: int) -> str:
        return f"{HEADER}-{self.layout.generation}-{number:03d}"

    def _create(self, name: str) -> Collection:
        return self._client.get_or_create_collection(
            name, embedding_function=None, configuration={"hnsw": INDEX}, metadata={"space": self.layout.space}
        )

    def _drop(self, name: str) -> None:
        from chromadb.errors import NotFoundError

        try:
            self._client.delete_collection(name)
        except NotFoundError:
            return


def pages(collection: Collection, size: int = PAGE) -> Iterator[GetResult]:
    """All rows of a collection, in the order in which they were first written, `size` at a time."""
    offset = 0
    while True:
        page = collection.get(limit=size, offset=offset, include=["metadatas", "embeddings"])
        if page["ids"]:
            yield page
        if len(page["ids"]) < size:
            return
        offset += size


def _in_the_making(name: str) -> str:
    return f"{name}-new"


def _layout(header: Collection) -> Layout:
    said: dict[str, Any] = dict(header.metadata or {})
    try:
        return Layout(
            space=str(said["space"]),
            dimension=int(said["dimension"]),
            n_shards=int(said["shards"]),
            generation=int(said["generation"]),
            uncompacted=frozenset(int(number) for number in str(said["uncompacted"]).split(",") if number),
        )
    except (KeyError, ValueError) as error:
        raise StoreUnavailable(
            f"the collection {HEADER!r} was not made by this version of tailored: use another folder or database"
        ) from error
