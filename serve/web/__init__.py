"""The page: static files that talk to the HTTP API of the same server; no build step, no network but that server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI

__all__ = ["PAGE", "add_page"]

PAGE = Path(__file__).parent / "page"


def add_page(app: FastAPI) -> None:
    """Serve the page at `/` and its files under `/static`."""
    from fastapi.responses import FileResponse
    from fastapi.staticfiles import StaticFiles

    @app.get("/", include_in_schema=False)
    def page() -> FileResponse:
        return FileResponse(PAGE / "index.html", headers={"Cache-Control": "no-cache"})

    app.mount("/static", StaticFiles(directory=PAGE), name="static")
