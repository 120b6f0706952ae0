"""`tailored keys`: make, list and revoke keys of the API."""

from __future__ import annotations

from contextlib import closing

from rich.console import Console
from rich.table import Table

from ...agent.settings import Settings
from .keys import KEYS, KeyRing

__all__ = ["add_key", "list_keys", "revoke_key"]


def add_key(
    settings: Settings, *, user: str | None, tenant: str | None, admin: bool, label: str, per_minute: int | None
) -> int:
    """Make a key and show it, this once: on standard output the key alone. The exit status."""
    from .errors import BadRequest

    if sum((user is not None, tenant is not None, admin)) != 1:
        raise BadRequest("say whose key it is: one of --user NAME, --tenant NAME and --admin")
    with closing(KeyRing(settings.data_dir / KEYS)) as keys:
        key, text = keys.add(user=user, tenant=tenant, label=label, per_minute=per_minute)
    Console(stderr=True).print(
        f"Key {key.id} of {key.reach}. It is shown this once:", markup=False, highlight=False, soft_wrap=True
    )
    Console(soft_wrap=True).print(text, markup=False, highlight=False)
    return 0


def list_keys(settings: Settings) -> int:
    with closing(KeyRing(settings.data_dir / KEYS)) as keys:
        made = keys.all()
    if not made:
        Console().print(
            "There are no keys yet: tailored keys add --user NAME makes one.", markup=False, highlight=False
        )
        return 0
    table = Table("key", "reaches", "label", "a minute", "made", "revoked")
    for key in made:
        revoked = f"{key.revoked:%Y-%m-%d %H:%M}" if key.revoked else ""
        table.add_row(key.id, key.reach, key.label, str(key.per_minute or ""), f"{key.created:%Y-%m-%d %H:%M}", revoked)
    Console().print(table)
    return 0


def revoke_key(settings: Settings, key_id: str) -> int:
    with closing(KeyRing(settings.data_dir / KEYS)) as keys:
        key = keys.revoke(key_id)
    Console().print(f"Key {key.id} of {key.reach} opens nothing any more.", markup=False, highlight=False)
    return 0
