"""`tailored erase`, `compact`, `export`, `import-user`, `backup`, `restore`, `reembed`: what an operator does with data."""

from __future__ import annotations

import json
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from ..agent.settings import Settings
from ..agent.stores import JOBS, JOURNAL, LEDGER, server_address, stored
from ..agent.stores import compact as compact_folder
from ..memory import Receipt, Record, check_user_id
from .errors import NothingThere

if TYPE_CHECKING:
    from ..memory import Memory

__all__ = ["back_up", "compact", "erase_user", "export_user", "import_user", "reembed", "restore"]


def erase_user(settings: Settings, user_id: str, *, sure: bool) -> int:
    """Erase a user from memory, queue and disk, and print the receipt; asks first unless `sure`. The exit status."""
    check_user_id(user_id)
    with stored(settings) as memory:
        if not sure and not _asked(memory, user_id):
            return 1
        receipt = memory.erase(user_id)
        jobs = _cancel_jobs(settings, user_id)
        if not settings.store.url:
            memory.compact()
    _print_receipt(receipt, jobs, compacted=not settings.store.url)
    if settings.store.url:
        hint = "Nobody can read it any more. The bytes leave the server's disk with `tailored compact FOLDER` there."
        Console(stderr=True).print(hint, highlight=False, markup=False)
    return 0


def export_user(settings: Settings, user_id: str, target: Path | None) -> int:
    """Write everything about a user as JSON into a file, or to standard output."""
    from ..agent.transfer import exported

    with stored(settings) as memory:
        records = memory.records(check_user_id(user_id), Record)
    if not records:
        raise NothingThere(f"nothing is stored about user {user_id!r}")
    text = json.dumps(exported(user_id, records), ensure_ascii=False, indent=1)
    if target is None:
        Console(soft_wrap=True).print(text, markup=False, highlight=False)
    else:
        target.write_text(text + "\n", encoding="utf-8")
        Console().print(f"{len(records)} records of {user_id} written to {target}.", highlight=False, markup=False)
    return 0


def import_user(settings: Settings, source: Path, user_id: str | None) -> int:
    """Write an export's records as its user's, or another's; they are embedded anew."""
    from ..agent import Assistant
    from .progress import pull_progress

    try:
        exported = json.loads(source.read_text(encoding="utf-8"))
    except ValueError:
        raise NothingThere(f"{source} is no export: it holds no JSON") from None
    if not isinstance(exported, dict) or not isinstance(exported.get("user_id"), str):
        raise NothingThere(f"{source} is no export: it names no user")
    with Assistant.open(settings=settings, progress=pull_progress()) as assistant:
        user = assistant.user(user_id or exported["user_id"])
        n_records = user.take_in(exported)
    Console().print(f"{n_records} records taken in for {user.id}.", highlight=False, markup=False)
    return 0


def compact(settings: Settings, folder: Path | None) -> int:
    """Take the bytes of what was deleted off the disk, in the data folder or the given one."""
    if folder is None and settings.store.url:
        raise NothingThere("the memories lie on a Chroma server: stop it and name its folder, tailored compact FOLDER")
    where = folder or settings.data_dir
    before = _bytes_in(where)
    compact_folder(where)
    freed = _size(max(before - _bytes_in(where), 0))
    Console().print(f"{where} compacted, {freed} freed.", highlight=False, markup=False)
    return 0


def back_up(settings: Settings, target: Path) -> int:
    """Write the whole data folder to a file. The folder must not be open elsewhere: there, use `Assistant.back_up`."""
    from ..memory.archive import pack
    from ..memory.lock import FolderLock

    if not settings.data_dir.is_dir():
        raise NothingThere(f"there is no data folder {settings.data_dir}")
    if settings.store.url:
        raise NothingThere("the memories lie on a Chroma server: copy its folder while it is stopped")
    with stored(settings) as memory:
        # What waits is carried out and what was erased is off the disk before the copy.
        memory.compact()
    with FolderLock(settings.data_dir):
        n_files = pack(settings.data_dir, target)
    Console().print(
        f"{n_files} files, {_size(target.stat().st_size)}, written to {target}.", highlight=False, markup=False
    )
    return 0


def restore(settings: Settings, source: Path) -> int:
    """Make the data folder anew from a backup; it must be empty or not there."""
    from ..memory.archive import unpack

    n_files = unpack(source, settings.data_dir)
    Console().print(f"{n_files} files restored to {settings.data_dir}.", highlight=False, markup=False)
    return 0


def reembed(settings: Settings) -> int:
    """Embed everything anew for the configured embedder. Cut short, it goes on where it was when it is run again."""
    from ..agent.build import open_embedder
    from ..memory.reembedding import reembed as reembed_server
    from ..memory.reembedding import reembed_folder
    from .progress import pull_progress

    console = Console()
    embedder = open_embedder(settings, progress=pull_progress())
    with console.status("embedding") as status:

        def progress(done: int) -> None:
            status.update(f"embedding: {done} records done")

        if settings.store.url:
            from ..memory.chroma_client import server_client

            host, port, tls, headers = server_address(settings.store)
            client, release = server_client(host, port, ssl=tls, headers=headers)
            try:
                n_embedded = reembed_server(client, embedder, progress=progress)
            finally:
                release()
        else:
            n_embedded = reembed_folder(settings.data_dir, settings.data_dir / JOURNAL, embedder, progress=progress)
    said = (
        f"{n_embedded} records embedded with {embedder.space}."
        if n_embedded
        else f"Nothing to do: all is in {embedder.space} already."
    )
    console.print(said, highlight=False, markup=False)
    return 0


def _size(n_bytes: int) -> str:
    return f"{n_bytes / 2**20:.1f} MiB" if n_bytes >= 2**20 else f"{n_bytes / 2**10:.0f} KiB"


def _bytes_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _asked(memory: Memory, user_id: str) -> bool:
    counts = Counter(record.kind for record in memory.records(user_id, Record))
    kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(counts.items())) or "nothing"
    if not sys.stdin.isatty():
        raise NothingThere(f"{user_id!r} has {kinds}: pass --yes to erase it without being asked")
    answer = Console(stderr=True).input(f"{user_id} has {kinds}. Erase it for good? [y/N] ", markup=False)
    return answer.strip().lower() in ("y", "yes")


def _cancel_jobs(settings: Settings, user_id: str) -> int:
    """Drop the user's jobs, and the user from the ledger; says how many jobs those were."""
    from ..agent.learning.queue import JobQueue
    from ..agent.ledger import Ledger

    if (settings.data_dir / LEDGER).is_file():
        with closing(Ledger(settings.data_dir / LEDGER)) as ledger:
            ledger.erase(user_id)
    path = settings.data_dir / JOBS
    if not path.is_file():
        return 0
    with closing(JobQueue(path)) as queue:
        return queue.cancel(user_id)


def _print_receipt(receipt: Receipt, jobs: int, *, compacted: bool) -> None:
    said = receipt.as_dict() | {"jobs": jobs, "compacted": compacted}
    Console(soft_wrap=True).print(json.dumps(said, ensure_ascii=False, indent=1), markup=False, highlight=False)
