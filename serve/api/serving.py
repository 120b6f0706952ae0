"""`tailored serve`: opens the assistant, listens, and stops in good order."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

import uvicorn
from fastapi import FastAPI
from rich.console import Console
from starlette.types import ASGIApp

from ...agent import Assistant
from ...agent.models.errors import ModelFault
from ...agent.models.resolve import local_name
from ...agent.settings import ApiSettings, Settings
from ..errors import CannotServe
from ..progress import pull_progress
from .app import create_app
from .keys import KEYS, KeyRing
from .origins import is_loopback
from .patience import Patience

__all__ = ["ApiServer", "bound", "check_address", "config", "greet", "serve"]

log = logging.getLogger(__name__)


class ApiServer(uvicorn.Server):
    """Tells the app as soon as it is asked to stop, so that streams are not cut off but ended."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        app = self.config.loaded_app if self.config.loaded else None
        while app is not None and not isinstance(app, FastAPI):
            app = getattr(app, "app", None)
        if app is not None:
            app.state.desk.stop.ask()
        await super().shutdown(sockets)


def serve(settings: Settings) -> int:
    """Serve until interrupted; the exit status. Raises CannotServe, ConfigError, StoreLocked, or a WeightsFault."""
    with closing(KeyRing(settings.data_dir / KEYS)) as keys:
        check_address(settings.api, has_keys=keys.used)
        # The address first: that it is taken should not show after a minute of loading.
        with bound(settings.api) as listening, Assistant.open(settings=settings, progress=pull_progress()) as assistant:
            server = ApiServer(config(create_app(assistant, keys, settings), settings.api))
            greet(listening, needs_key=keys.used, who="for all users")

            async def run() -> None:
                _warm_up(assistant, settings)
                await server.serve(sockets=[listening])

            assistant.host(run, make_loop=server.config.get_loop_factory())
    return 0


def config(app: ASGIApp, settings: ApiSettings) -> uvicorn.Config:
    """How uvicorn runs the app: streams may end, and then some, before they are cut; nobody holds a place for nothing."""
    return uvicorn.Config(
        app,
        http=Patience,
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=int(settings.grace_s) + 5,
    )


def check_address(settings: ApiSettings, *, has_keys: bool) -> None:
    """Raises CannotServe for an address that others reach while nobody needs a key."""
    if not is_loopback(settings.host) and not has_keys:
        raise CannotServe(
            f"{settings.host} is reached by others, and there are no keys: everybody could read everybody's memory. "
            "Make a key first (tailored keys add --user NAME), or serve on 127.0.0.1"
        )


@contextmanager
def bound(settings: ApiSettings) -> Iterator[socket.socket]:
    """A socket that listens on the address, taken before anything slow is loaded. Raises CannotServe."""
    try:
        family, _, _, _, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
        listening = socket.create_server(address[:2], family=family, backlog=2048)
    except OSError as error:
        raise CannotServe(
            f"cannot listen on {settings.host}, port {settings.port} ({error.strerror or error}): "
            "is it served already? choose another with --port"
        ) from error
    with listening:
        yield listening


def greet(listening: socket.socket, *, needs_key: bool, who: str, path: str = "") -> None:
    """Says on standard error where it is served, and for whom where nobody needs a key."""
    host, port = listening.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    asked = "every request needs a key" if needs_key else f"open to whoever sits at this machine, {who}"
    Console(stderr=True).print(
        f"Tailored answers at http://{shown}:{port}{path} ({asked}). Ctrl-C stops it.", markup=False, highlight=False
    )


def _warm_up(assistant: Assistant, settings: Settings) -> None:
    """Load a local model beside, so that the first reply need not wait for it."""
    if local_name(settings.model) is None:
        return

    def load() -> None:
        try:
            assistant.warm_up()
        except ModelFault as fault:
            log.warning("the chat model cannot be used yet: %s", fault)

    threading.Thread(target=load, name="warm-up", daemon=True).start()
