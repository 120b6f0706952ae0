"""`/v1/models`: the assistant as OpenAI's clients choose it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from .documented import openai_faults
from .errors import Unknown
from .identity import Segment

__all__ = ["MODEL", "PRIVATE_MODEL", "check_model", "router"]

router = APIRouter(prefix="/v1/models", tags=["openai"])
MODEL = "tailored"
PRIVATE_MODEL = "tailored-private"
"""Neither reads nor writes memory: for clients that can name a model and nothing else."""


def check_model(name: str) -> str:
    """Raises Unknown."""
    if name not in (MODEL, PRIVATE_MODEL):
        raise Unknown(f"there is no model {name!a}: use {MODEL!r}, or {PRIVATE_MODEL!r} to leave memory out")
    return name


@router.get("", summary="The models", responses=openai_faults())
async def models() -> dict[str, Any]:
    return {"object": "list", "data": [_model(MODEL), _model(PRIVATE_MODEL)]}


@router.get("/{model}", summary="One model", responses=openai_faults(404))
async def model(model: Segment) -> dict[str, Any]:
    return _model(check_model(model))


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "tailored"}
