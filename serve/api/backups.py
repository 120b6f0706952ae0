"""The operator's route of backups: a copy of the data folder while it is served."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter, Depends

from .desk import TheDesk
from .documented import faults
from .errors import Unknown
from .identity import require_operator
from .views import View

__all__ = ["router"]

router = APIRouter(prefix="/v1/backups", tags=["server"])


class BackupView(View):
    """A file in the folder that the settings name."""

    file: str
    n_files: int
    n_bytes: int


@router.post(
    "",
    status_code=201,
    summary="Copy the data folder to a file, while it is in use",
    dependencies=[Depends(require_operator)],
    responses=faults(404),
)
def back_up(desk: TheDesk) -> BackupView:
    # Nothing in the request says where to: whoever has a key should not write files anywhere.
    folder = desk.settings.api.backups
    if folder is None:
        raise Unknown("backups over HTTP go to the folder of the setting `api.backups`, which names none")
    target = folder / f"tailored-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}.tar.gz"
    n_files = desk.assistant.back_up(target)
    return BackupView(file=target.name, n_files=n_files, n_bytes=target.stat().st_size)
