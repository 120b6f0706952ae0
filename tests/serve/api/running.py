"""The API as it is run: uvicorn in a thread, a real assistant, a scripted model."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import uvicorn
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage
from langchain_core.tools import BaseTool

from tailored.agent import Assistant
from tailored.agent.models.scripted import ScriptedModel
from tailored.agent.settings import ApiSettings, Settings
from tailored.memory import MemoryStore
from tailored.memory.embedders.hashing import HashingEmbedder
from tailored.memory.ram import InMemoryStore
from tailored.serve.api import KeyRing, create_app
from tailored.serve.api.serving import ApiServer, bound, config
from tailored.tools import import_catalog
from tests.agent.makers import FILMS

TALK = {"messages": [{"role": "user", "content": "Hi"}]}
JSON = {"Content-Type": "application/json"}
Line = str | Callable[[list[BaseMessage]], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A server that answers at `url`."""

    url: str
    keys: KeyRing
    assistant: Assistant
    server: ApiServer
    http: httpx2.Client

    def key(self, **reach: Any) -> dict[str, str]:
        """Headers with a new key."""
        return {"Authorization": f"Bearer {self.keys.add(**reach)[1]}"}

    def say(self, user: str, text: str, **body: Any) -> dict[str, Any]:
        """A turn's reply."""
        answer = self.http.post(f"/v1/users/{user}/turns", json={"text": text, "stream": False, **body})
        assert answer.status_code == 200, answer.text
        reply: dict[str, Any] = answer.json()
        return reply


def repeating(line: Line) -> ScriptedModel:
    return ScriptedModel(script=[line] * 10_000)


@contextmanager
def running(
    folder: Path,
    model: BaseChatModel | Sequence[Line] = (),
    *,
    films: bool = False,
    on_disk: bool = False,
    api: dict[str, Any] | None = None,
    chat: dict[str, Any] | None = None,
    tools: Sequence[BaseTool] = (),
    **settings: Any,
) -> Iterator[Running]:
    """The API on `folder`; without `model` every reply is "Noted.". `chat` are settings of the model.

    Memories are in RAM, or `on_disk`: where the settings say.
    """
    if films:
        import_catalog(FILMS, folder / "catalog")
    said = ApiSettings(**{"port": 0, "grace_s": 0.2, **(api or {})})
    settings = {"learning": {"use_model": False}, "model": chat or {}, **settings}
    chosen = Settings(data_dir=folder, api=said, **settings)
    with (
        closing(KeyRing(folder / "keys.sqlite3")) as keys,
        _assistant(chosen, model, None if on_disk else InMemoryStore(), tools) as assistant,
    ):
        server = ApiServer(config(create_app(assistant, keys, chosen), said))
        with _answering(server, said) as url, httpx2.Client(base_url=url, timeout=60) as http:
            yield Running(url=url, keys=keys, assistant=assistant, server=server, http=http)


def _assistant(
    settings: Settings, model: BaseChatModel | Sequence[Line], store: MemoryStore | None, tools: Sequence[BaseTool]
) -> Assistant:
    if not isinstance(model, BaseChatModel):
        model = ScriptedModel(script=list(model)) if model else repeating("Noted.")
    parts = {"model": model, "embedder": HashingEmbedder(), "store": store, "tools": tools}
    return Assistant.open(settings=settings, **parts)


@contextmanager
def _answering(server: uvicorn.Server, settings: ApiSettings) -> Iterator[str]:
    with bound(settings) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        host, port = listening.getsockname()[:2]
        try:
            # The socket is bound: what comes before the server is up waits in its queue.
            yield f"http://{host}:{port}"
        finally:
            server.should_exit = True
            thread.join()
