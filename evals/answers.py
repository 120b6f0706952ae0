"""A model's answers on disk, so that a benchmark that was cut short goes on where it was. For evaluation only."""

from __future__ import annotations

import json
from hashlib import blake2b
from pathlib import Path
from typing import Any

from ..agent.planned import Ask

__all__ = ["cached"]


def cached(ask: Ask, folder: Path, model_name: str) -> Ask:
    """Asks once for each prompt, schema and model; the answers lie in `folder` under hashes of those."""
    folder.mkdir(parents=True, exist_ok=True)

    def answer(prompt: list[tuple[str, str]], schema: dict[str, Any]) -> str:
        asked = json.dumps([model_name, prompt, schema], sort_keys=True)
        file = folder / f"{blake2b(asked.encode(), digest_size=16).hexdigest()}.txt"
        if not file.is_file():
            file.write_text(ask(prompt, schema), encoding="utf-8")
        return file.read_text(encoding="utf-8")

    return answer
