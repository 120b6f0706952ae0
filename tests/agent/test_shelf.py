"""What the `recall` tool is given: when it was said and by whom, and the user's words before the assistant's."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tailored.agent.shelf import Shelf
from tailored.memory import Episode, Memory, Source
from tailored.memory.embedders.hashing import HashingEmbedder
from tailored.memory.ram import InMemoryStore
from tailored.tools import Wish, import_catalog

START = datetime(2026, 3, 4, tzinfo=UTC)


def recalled(folder: Path, said: list[tuple[Source, str]]) -> list[str]:
    embedder = HashingEmbedder()
    memory = Memory(InMemoryStore(), embedder, clock=lambda: START, count_tokens=lambda text: len(text.split()))
    episodes = [
        Episode(id=f"e{n}", user_id="ada", created=START, source=who, content=text, thread="one", order=n)
        for n, (who, text) in enumerate(said)
    ]
    memory.remember("ada", episodes)
    return list(Shelf(folder, embedder, memory).recall("ada", "Zelda Quux sister"))


def test_what_the_assistant_said_is_left_out_beside_the_users_words(tmp_path: Path) -> None:
    said: list[tuple[Source, str]] = [
        ("user", "My sister Zelda Quux paints."),
        ("assistant", "Your sister is called Zelda Quux."),
    ]

    assert recalled(tmp_path, said) == ["(2026-03-04) user: My sister Zelda Quux paints."]


def test_what_only_the_assistant_said_is_attributed(tmp_path: Path) -> None:
    answered = recalled(tmp_path, [("assistant", "Your sister is called Zelda Quux.")])

    assert answered == ["(2026-03-04) you answered: Your sister is called Zelda Quux."]


def stocked(folder: Path, title: str) -> None:
    source = folder / "items.jsonl"
    source.write_text(f'{{"id": "one", "title": "{title}"}}\n{{"id": "two", "title": "Another"}}\n', "utf-8")
    import_catalog(source, folder / "catalog")


def test_a_turn_that_runs_ends_on_the_catalog_it_began_with(tmp_path: Path) -> None:
    embedder = HashingEmbedder()
    memory = Memory(InMemoryStore(), embedder, clock=lambda: START, count_tokens=lambda text: len(text.split()))
    shelf = Shelf(tmp_path / "catalog", embedder, memory)
    stocked(tmp_path, "Old")
    running = shelf.picker()
    stocked(tmp_path, "New")
    shelf.renew()

    assert [candidate.item.title for candidate in running.pick("ada", [], Wish(count=1))] == ["Old"]
    assert shelf.picker().index.catalog.items([0])[0].title == "New"
