"""Several assistants on one Chroma server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tailored.agent import Assistant
from tailored.agent.errors import ConfigError
from tailored.agent.settings import Settings, StoreSettings
from tailored.agent.stores import compact, server_address
from tailored.evals.erase import residue
from tailored.memory.embedders.hashing import HashingEmbedder
from tailored.memory.errors import StoreLocked, StoreUnavailable
from tests.agent.makers import scripted
from tests.memory.makers import episode
from tests.memory.server import chroma_server


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with chroma_server(tmp_path_factory.mktemp("server")) as port:
        yield f"http://127.0.0.1:{port}"


def on_server(folder: Path, url: str, *script: str) -> Assistant:
    settings = Settings(data_dir=folder, store=StoreSettings(url=url))
    return Assistant.open(settings=settings, model=scripted(*script), embedder=HashingEmbedder())


def test_what_is_said_to_one_is_recalled_by_the_other(tmp_path: Path, url: str) -> None:
    with on_server(tmp_path / "a", url, "Nice.") as one, on_server(tmp_path / "b", url, "Hello.", "At six.") as other:
        other.chat("ada", "Hello")
        one.chat("ada", "My piano lesson with Mr Okafor is on Thursdays at six.", thread="one")
        reply = other.chat("ada", "When is my piano lesson with Mr Okafor?", thread="two")
        receipt = one.user("ada").erase()

        assert any("piano lesson" in memory.text for memory in reply.trace.memories)
        assert other.user("ada").memories == []
        assert receipt.n_records
        assert not receipt.compacted
        with pytest.raises(StoreUnavailable, match="server"):
            one.back_up(tmp_path / "backup")


@pytest.mark.parametrize("n_turns", [1, 150])
def test_compacting_leaves_nothing_of_an_erased_user_in_a_servers_folder(tmp_path: Path, n_turns: int) -> None:
    folder, secret = tmp_path / "server", "My telephone number is 555-0199"
    folder.mkdir()
    with chroma_server(folder) as port, on_server(tmp_path / "a", f"http://127.0.0.1:{port}", "Nice.") as one:
        turns = [episode(f"{secret}, {number}", number, user_id="ada@example.com") for number in range(n_turns)]
        one._parts.memory.remember("ada@example.com", turns)
        one.chat("bob", "I have a dog.")
        one.user("ada@example.com").erase()
        with pytest.raises(StoreLocked, match="stop it"):
            compact(folder)
    before = residue(folder, [secret.encode()])

    compact(folder)

    assert before
    assert residue(folder, [secret.encode(), b"ada@example.com", b"I have a dog."]) == {b"I have a dog."}
    with chroma_server(folder) as port, on_server(tmp_path / "b", f"http://127.0.0.1:{port}") as other:
        assert [memory.text for memory in other.user("bob").memories] == ["I have a dog.", "Nice."]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://localhost", ("localhost", 8000, False)),
        ("https://chroma.example.com", ("chroma.example.com", 443, True)),
        ("http://10.0.0.1:9000/", ("10.0.0.1", 9000, False)),
    ],
)
def test_addresses(url: str, expected: tuple[str, int, bool]) -> None:
    assert server_address(StoreSettings(url=url))[:3] == expected


@pytest.mark.parametrize("url", ["localhost:8000", "http://", "ftp://host", "http://host:99999", "http://host/path"])
def test_an_address_that_is_none_is_a_clear_error(url: str) -> None:
    with pytest.raises(ConfigError, match=r"store\.url"):
        server_address(StoreSettings(url=url))
