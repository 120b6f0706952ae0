"""Keys of the API: made by the operator, shown once, kept as hashes.

A key reaches one user, the users of one tenant (whose ids begin with `TENANT:`), or, as an admin's, everybody. A key is
32 random bytes, so a plain SHA-256 of it is safe to keep: there is nothing to guess (OWASP, password storage: salted
slow hashes are for what people choose).
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ...memory import check_user_id
from .errors import BadRequest, Unknown

__all__ = ["KEYS", "Key", "KeyRing"]

KEYS = "keys.sqlite3"
"""The file in the data folder."""
PREFIX = "tlr"
_NO_HASH = bytes(32)
_TENANT = re.compile(r"[A-Za-z0-9._-]{1,64}")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS keys (
    id TEXT PRIMARY KEY, hash BLOB NOT NULL, user TEXT, tenant TEXT, label TEXT NOT NULL, per_minute INTEGER,
    created TEXT NOT NULL, revoked TEXT
);
CREATE TABLE IF NOT EXISTS secret (value BLOB NOT NULL);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What is known of a key; an admin's has neither user nor tenant."""

    id: str
    user: str | None
    tenant: str | None
    label: str
    per_minute: int | None
    """Requests a minute; None for what the settings say."""
    created: datetime
    revoked: datetime | None = None

    @property
    def reach(self) -> str:
        if self.user is not None:
            return f"user {self.user}"
        return f"tenant {self.tenant}" if self.tenant is not None else "admin"


class KeyRing:
    """The keys in one file, which several processes may have open; what one changes the others see at once."""

    def __init__(self, path: Path, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        self._now = now
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=10)
        self._db.executescript(_SCHEMA)

    def add(
        self, *, user: str | None = None, tenant: str | None = None, label: str = "", per_minute: int | None = None
    ) -> tuple[Key, str]:
        """A new key and its text, which cannot be shown again. Without user and tenant it is an admin's.

        Raises BadRequest, InvalidUserId.
        """
        if user is not None and tenant is not None:
            raise BadRequest("a key is for a user or for a tenant, not both: a tenant's user is called TENANT:NAME")
        if user is not None:
            check_user_id(user)
        if tenant is not None and not _TENANT.fullmatch(tenant):
            raise BadRequest(f"tenant {tenant!a} is no name: use 1 to 64 of letters, digits, dot, dash and underscore")
        key_id, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
        created = self._now()
        row = (key_id, _hash(secret), user, tenant, label, per_minute, created.isoformat())
        with self._lock:
            self._db.execute("INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?, ?, NULL)", row)
        key = Key(id=key_id, user=user, tenant=tenant, label=label, per_minute=per_minute, created=created)
        return key, f"{PREFIX}_{key_id}_{secret}"

    def find(self, text: str) -> Key | None:
        """The key of this text; None for one that is unknown or revoked."""
        prefix, _, rest = text.partition("_")
        key_id, _, secret = rest.partition("_")
        with self._lock, closing(self._db.execute("SELECT * FROM keys WHERE id = ?", (key_id,))) as found:
            row = found.fetchone()
        # As much work for an id that is unknown as for one that is not.
        right = hmac.compare_digest(_NO_HASH if row is None else row[1], _hash(secret))
        if row is None or prefix != PREFIX or not right:
            return None
        key = _key(row)
        return None if key.revoked else key

    def all(self) -> list[Key]:
        """Every key that was ever made, the oldest first."""
        with self._lock, closing(self._db.execute("SELECT * FROM keys ORDER BY created, id")) as rows:
            return [_key(row) for row in rows]

    def revoke(self, key_id: str) -> Key:
        """Let a key open nothing from now on. Raises Unknown."""
        with self._lock:
            self._db.execute(
                "UPDATE keys SET revoked = ? WHERE id = ? AND revoked IS NULL", (self._now().isoformat(), key_id)
            )
        for key in self.all():
            if key.id == key_id:
                return key
        raise Unknown(f"there is no key {key_id!a}: `tailored keys list` names them")

    @property
    def used(self) -> bool:
        """Whether a key was ever made, revoked ones too: from then on nobody is let in without one."""
        with self._lock, closing(self._db.execute("SELECT 1 FROM keys LIMIT 1")) as found:
            return found.fetchone() is not None

    @property
    def secret(self) -> bytes:
        """Random bytes that stay the same for all processes on this file; confirmations are signed with them."""
        with self._lock:
            self._db.execute(
                "INSERT INTO secret SELECT ? WHERE NOT EXISTS (SELECT 1 FROM secret)", (secrets.token_bytes(32),)
            )
            [value] = self._db.execute("SELECT value FROM secret").fetchone()
        return bytes(value)

    def close(self) -> None:
        with self._lock:
            self._db.close()


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", errors="replace")).digest()


def _key(row: tuple[str, bytes, str | None, str | None, str, int | None, str, str | None]) -> Key:
    key_id, _, user, tenant, label, per_minute, created, revoked = row
    return Key(
        id=key_id,
        user=user,
        tenant=tenant,
        label=label,
        per_minute=per_minute,
        created=datetime.fromisoformat(created),
        revoked=datetime.fromisoformat(revoked) if revoked else None,
    )
