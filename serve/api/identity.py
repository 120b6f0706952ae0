"""Who is asking, and whose memory they reach. It comes from the key alone: nothing in a request can widen it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import unquote

from fastapi import Depends, Path, Request
from pydantic import AfterValidator

from ...memory import check_user_id
from ...memory.store import MAX_USER_ID
from .errors import BadRequest, KeyMissing, NotYours
from .keys import Key, KeyRing

__all__ = ["DEFAULT_USER", "OWNER", "Identity", "Segment", "User", "identify", "identity_of", "require_operator"]

DEFAULT_USER = "me"
"""Whose memory the local owner uses where nobody is named; the terminal's default, too."""
Scope = Literal["owner", "admin", "tenant", "user"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """`owner` is whoever sits at this machine, when the server listens to it alone and no key was ever made."""

    scope: Scope
    user: str | None = None
    tenant: str | None = None
    key_id: str = ""
    per_minute: int | None = None

    @property
    def operator(self) -> bool:
        return self.scope in ("owner", "admin")

    def may(self, user_id: str) -> bool:
        """Whether it reaches this user's memory."""
        if self.scope == "user":
            return user_id == self.user
        if self.scope == "tenant":
            return user_id.startswith(f"{self.tenant}:") and user_id != f"{self.tenant}:"
        return True

    def named(self, name: str | None) -> str:
        """The user whom a request to the OpenAI-compatible routes is for, where it names `name`.

        A user's key is for that user whatever is named. Raises BadRequest where a name is needed, InvalidUserId.
        """
        if self.user is not None:
            return self.user
        if self.tenant is not None:
            if not name:
                raise BadRequest("this key is a tenant's: say whose memory to use with `user`", param="user")
            prefix = f"{self.tenant}:"
            return check_user_id(name if self.may(name) else prefix + name)
        return check_user_id(name or DEFAULT_USER)


OWNER = Identity(scope="owner")


def identify(headers: Mapping[str, str], keys: KeyRing, *, open_to_owner: bool) -> Identity:
    """Who sent a request with these headers. Raises KeyMissing."""
    if open_to_owner and not keys.used:
        return OWNER
    scheme, _, text = headers.get("authorization", "").partition(" ")
    key = keys.find(text.strip()) if scheme.lower() == "bearer" else None
    if key is None:
        raise KeyMissing(
            "a key is needed: send `Authorization: Bearer tlr_…` (an operator makes one: tailored keys add)"
        )
    return Identity(scope=_scope(key), user=key.user, tenant=key.tenant, key_id=key.id, per_minute=key.per_minute)


def _scope(key: Key) -> Scope:
    if key.user is not None:
        return "user"
    return "tenant" if key.tenant is not None else "admin"


def identity_of(request: Request) -> Identity:
    """Who sent it, as the gate found out."""
    identity: Identity = request.state.identity
    return identity


def owned_user(
    request: Request,
    user: Annotated[str, Path(max_length=6 * MAX_USER_ID, description="The user's id, percent-encoded.")],
) -> str:
    """The user of the path, when the key reaches that user. Raises NotYours, InvalidUserId."""
    user_id = check_user_id(unquote(user))
    if not identity_of(request).may(user_id):
        raise NotYours(f"this key does not reach user {user_id!a}")
    return user_id


def require_operator(request: Request) -> None:
    """Raises NotYours for anybody but the local owner and admins."""
    if not identity_of(request).operator:
        raise NotYours("only an admin's key reaches this")


User = Annotated[str, Depends(owned_user)]
Segment = Annotated[str, Path(max_length=3000), AfterValidator(unquote)]
"""A part of the path; the gate leaves `%2F` and `%25` in it, so that ids may hold slashes."""
