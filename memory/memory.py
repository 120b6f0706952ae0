"""The memory of all users, one at a time: what the agent remembers with and recalls from."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from .content import content_of
from .embedders.base import Embedder, Expecting, Vectors
from .entries import embedded, entries_of
from .erasure import Receipt
from .errors import MemoryFault, RecordNotFound, StoreUnavailable
from .floor import Scale, measure
from .query import ask
from .recall import SEARCHED_KINDS, Policy, Recollection, recall
from .records import Episode, Kind, Record
from .store import Compactable, MemoryStore, Pausable, Shared, check_user_id, holds_deleted_bytes
from .thread_ranking import ThreadHit, rank_threads
from .working_set import WorkingSet

__all__ = ["Clock", "Memory"]

Clock = Callable[[], datetime]
R = TypeVar("R", bound=Record)

DEFAULT_MAX_BYTES = 512 * 2**20


@dataclass(slots=True, eq=False)
class _Slot:
    """A user's lock and, when loaded, working set. `holders` counts the threads that hold or await the lock."""

    lock: threading.RLock = field(default_factory=threading.RLock)
    memories: WorkingSet | None = None
    version: int = 0
    """The version of the user that the working set was loaded at or brought to, where the store is shared."""
    holders: int = 0
    nbytes: int = 0


class Memory:
    """Remembers, recalls and forgets; thread-safe.

    What `remember` has returned for is durable and searchable. Users whose working sets fit into `max_bytes`
    together stay in RAM, the ones used last first; the others are loaded from the store when they are next needed.
    Work on one user waits for that user only.
    """

    def __init__(
        self,
        store: MemoryStore,
        embedder: Embedder,
        *,
        clock: Clock,
        count_tokens: Callable[[str], int],
        max_bytes: int = DEFAULT_MAX_BYTES,
    ) -> None:
        self._store = store
        self._shared = store if isinstance(store, Shared) else None
        self._embedder = embedder
        self._clock = clock
        self._count_tokens = count_tokens
        self._max_bytes = max_bytes
        self._scale: Scale | None = None
        self._measuring = threading.Lock()
        self._slots: OrderedDict[str, _Slot] = OrderedDict()
        self._nbytes = 0
        self._epochs: dict[str, int] = {}
        # Guards the table of slots and its byte count only; never held while something is embedded, stored or loaded.
        self._table = threading.Lock()

    @property
    def clock(self) -> Clock:
        return self._clock

    @contextmanager
    def alone(self, user_id: str) -> Iterator[None]:
        """Keep others from this user's memory, for what is read, decided on and written in one go."""
        with self._hold(check_user_id(user_id)):
            yield

    def epoch(self, user_id: str) -> int:
        """How often the user was erased while this process ran: what was begun before an erasure must not be written
        after it, so compare under `alone`."""
        return self._epochs.get(check_user_id(user_id), 0)

    def remember(self, user_id: str, records: Sequence[Record], *, resting_on: Collection[str] = ()) -> None:
        """Write records, replacing those with the same ids. When this returns they are durable and searchable.

        Raises RecordNotFound, and writes nothing, when a record named in `resting_on` is no longer there: what was
        learned from a memory must not come back after that memory was forgotten.
        """
        check_user_id(user_id)
        if not records:
            return
        entries = entries_of(records, self._embedder)
        with self._open(user_id) as memories:
            for record_id in resting_on:
                if memories.get(record_id) is None:
                    raise RecordNotFound(f"user {user_id!r} no longer has record {record_id!r}, which this rests on")
            self._store.put(user_id, entries)
            memories.put(entries)
            self._advance(user_id)

    def expect(self, text: str) -> None:
        """Embed a text that a turn is about to recall with, while other things are done for that turn; nothing where the
        embedder keeps no vectors. Nothing of the text is kept. Raises EmbeddingFailed."""
        if isinstance(self._embedder, Expecting) and text.strip():
            self._embedder.expect(content_of(text.strip()))

    def recall(
        self,
        user_id: str,
        text: str,
        *,
        previous: str = "",
        limit: int = 4,
        budget_tokens: int | None = 300,
        kinds: Collection[Kind] = SEARCHED_KINDS,
        exclude: Collection[str] = (),
        policy: Policy = "inject",
    ) -> Recollection:
        """The user's memories that belong beside this text, best first; empty when none does.

        `previous` is what was said just before, `exclude` names records that are in the prompt already. With policy
        `search` the best are returned however weak they are.
        """
        check_user_id(user_id)
        if not text.strip():
            return Recollection()
        speakers = self._speakers(user_id)
        query = ask(text, self._embed, now=self._clock(), previous=previous, speakers=speakers)
        scale = self._measured()
        with self._open(user_id) as memories:
            return recall(
                memories,
                query,
                scale,
                limit=limit,
                count_tokens=self._count_tokens,
                budget_tokens=budget_tokens,
                kinds=kinds,
                exclude=exclude,
                policy=policy,
            )

    def threads_about(self, user_id: str, text: str, *, limit: int = 10) -> list[ThreadHit]:
        """The user's conversations, those that are about this text first; searched, so the best are never none."""
        check_user_id(user_id)
        if not text.strip():
            return []
        query = ask(text, self._embed, now=self._clock(), speakers=self._speakers(user_id))
        with self._open(user_id) as memories:
            return rank_threads(memories, query, memories.of_kinds(["episode"]))[: max(limit, 0)]

    def vectors(self, user_id: str, kind: type[R]) -> tuple[list[R], Vectors]:
        """The user's searched records of one class, and their unit vectors, shape (number of records, dimension)."""
        with self._open(check_user_id(user_id)) as memories:
            rows = [(record, memories.row(record.id)) for record in memories.records(kind)]
            searched = [(record, row) for record, row in rows if row >= 0 and memories.has_vector[row]]
            return [record for record, _ in searched], memories.vectors[[row for _, row in searched]].copy()

    @property
    def space(self) -> str:
        """The name of the model that its vectors come from."""
        return self._embedder.space

    def vector(self, text: str) -> Vectors:
        """The unit vector of a text, shape (dimension,)."""
        vector: Vectors = self._embed([text])[0]
        return vector

    def records(self, user_id: str, kind: type[R]) -> list[R]:
        """All of a user's records of one class, oldest first."""
        with self._open(check_user_id(user_id)) as memories:
            return memories.records(kind)

    def get(self, user_id: str, record_id: str) -> Record:
        """One record. Raises RecordNotFound when that user has none of that id."""
        with self._open(check_user_id(user_id)) as memories:
            record = memories.get(record_id)
        if record is None:
            raise RecordNotFound(f"user {user_id!r} has no record {record_id!r}: it may be forgotten already")
        return record

    def thread(self, user_id: str, thread: str, *, last: int | None = None) -> list[Episode]:
        """The turns of a thread in order; only the `last` ones when a number is given."""
        with self._open(check_user_id(user_id)) as memories:
            return memories.thread(thread, last)

    def forget(self, user_id: str, record_id: str, *others: str) -> None:
        """Delete records for good. Raises RecordNotFound, and deletes nothing, when that user lacks the first."""
        with self._open(check_user_id(user_id)) as memories:
            if memories.get(record_id) is None:
                raise RecordNotFound(f"user {user_id!r} has no record {record_id!r}: it may be forgotten already")
            self._store.delete(user_id, [record_id, *others])
            for gone in (record_id, *others):
                memories.remove(gone)
            self._advance(user_id)

    def erase(self, user_id: str) -> Receipt:
        """Delete everything the user has, in the store and in RAM; none of it can be read afterwards, also not after a
        crash. What is left of it on the disk, `compact` takes off."""
        with self._hold(check_user_id(user_id)) as slot:
            memories, slot.memories = slot.memories, None
            self._epochs[user_id] = self._epochs.get(user_id, 0) + 1
            counts = self._counts(user_id, memories)
            self._store.erase(user_id)
            if self._shared:
                self._shared.advance(user_id, slot.version)
        return Receipt(
            user_id=user_id,
            erased_at=self._clock(),
            counts=counts,
            compacted=not holds_deleted_bytes(self._store),
        )

    def compact(self) -> None:
        """Take what was forgotten and erased off the disk now; it otherwise happens soon by itself.

        Raises StoreUnavailable where only a server's operator can do that.
        """
        if isinstance(self._store, Compactable):
            self._store.compact()

    @contextmanager
    def still(self) -> Iterator[None]:
        """While this is entered nothing changes in the store's files, and nothing erased is in them.

        Raises StoreUnavailable where other processes write to the store as well.
        """
        if self._shared:
            raise StoreUnavailable("the memories lie on a server: copy its folder while it is stopped")
        if holds_deleted_bytes(self._store):
            self.compact()
        with self._store.still() if isinstance(self._store, Pausable) else nullcontext():
            yield

    def _counts(self, user_id: str, memories: WorkingSet | None) -> dict[str, int] | None:
        """How many records of each kind there are; None where they cannot be read, which must not keep them here."""
        try:
            records = memories.records(Record) if memories else [entry.record for entry in self._store.load(user_id)]
        except MemoryFault:
            return None
        return dict(sorted(Counter(record.kind for record in records).items()))

    # Which users are in RAM.

    @contextmanager
    def _open(self, user_id: str) -> Iterator[WorkingSet]:
        """The user's working set, loaded when it must be, under that user's lock."""
        with self._hold(user_id) as slot:
            self._refresh(user_id, slot)
            if slot.memories is None:
                slot.memories = WorkingSet(self._store.load(user_id))
            try:
                yield slot.memories
            except RecordNotFound:
                raise
            except BaseException:
                # A change that failed half-way may have left the two apart: the store is the truth, load it again.
                slot.memories = None
                raise

    def _refresh(self, user_id: str, slot: _Slot) -> None:
        """Drop the working set when another process changed the user's records."""
        if self._shared and (slot.memories is None or self._shared.changed(user_id, slot.version)):
            slot.memories = None
            # Before loading: what is written meanwhile is loaded again rather than missed.
            slot.version = self._shared.version(user_id)

    def _advance(self, user_id: str) -> None:
        """After a change: other processes will notice; and what one of them changed meanwhile is loaded again."""
        if self._shared:
            slot = self._slots[user_id]
            version = self._shared.advance(user_id, slot.version)
            if version is None:
                slot.memories = None
            else:
                slot.version = version

    @contextmanager
    def _hold(self, user_id: str) -> Iterator[_Slot]:
        """The user's slot, under its lock. While anybody holds or awaits it, it stays in the table."""
        with self._table:
            slot = self._slots.setdefault(user_id, _Slot())
            slot.holders += 1
        try:
            with slot.lock:
                yield slot
        finally:
            with self._table:
                slot.holders -= 1
                self._account(user_id, slot)
                self._drop_oldest()

    def _account(self, user_id: str, slot: _Slot) -> None:
        nbytes = slot.memories.nbytes if slot.memories is not None else 0
        self._nbytes += nbytes - slot.nbytes
        slot.nbytes = nbytes
        self._slots.move_to_end(user_id)
        if slot.memories is None and not slot.holders:
            del self._slots[user_id]

    def _drop_oldest(self) -> None:
        for user_id in list(self._slots) if self._nbytes > self._max_bytes else ():
            slot = self._slots[user_id]
            if not slot.holders:
                self._nbytes -= slot.nbytes
                del self._slots[user_id]
            if self._nbytes <= self._max_bytes:
                break

    def _speakers(self, user_id: str) -> frozenset[str]:
        """Who speaks in the user's memory, as it was when last looked at: what is embedded next holds no lock."""
        with self._hold(user_id) as slot:
            if slot.memories is not None:
                return slot.memories.speakers
        with self._open(user_id) as memories:
            return memories.speakers

    # Vectors.

    def _measured(self) -> Scale:
        """The scale of the embedder's cosines, measured once, when it is first needed."""
        with self._measuring:
            if self._scale is None:
                self._scale = measure(self._embedder)
            return self._scale

    def _embed(self, texts: Sequence[str]) -> Vectors:
        return embedded(texts, self._embedder)
