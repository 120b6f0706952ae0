"""What the `recall` tool is given: when it was said and by whom, and the user's words before the assistant's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from tailored.agent.shelf import Shelf
from tailored.memory import Episode, Memory, Source
from tailored.memory.embedders.hashing import HashingEmbedder
from tailored.memory.ram import InMemoryStore
from tailored.tools import Picker, Wish, import_catalog

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


class Overtaken(Shelf):
    """Is stocked anew by another thread while one looks at what there is."""

    meanwhile: Callable[[], None] | None = None

    def picker(self) -> Picker:
        picker = super().picker()
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            meanwhile()
        return picker


def shelf_in(folder: Path) -> Overtaken:
    embedder = HashingEmbedder()
    memory = Memory(InMemoryStore(), embedder, clock=lambda: START, count_tokens=lambda text: len(text.split()))
    return Overtaken(folder / "catalog", embedder, memory)


def named(shelf: Shelf) -> str:
    names = shelf.named()
    assert names is not None
    return names.names("How long are Vertigo and Rashomon?").text


def test_after_an_import_its_titles_are_known_and_those_before_are_not(tmp_path: Path) -> None:
    shelf = shelf_in(tmp_path)
    stocked(tmp_path, "Vertigo")
    before = named(shelf)
    stocked(tmp_path, "Rashomon")
    shelf.renew()

    assert before == "How long are Thename and Rashomon?"
    assert named(shelf) == "How long are Vertigo and Thename?"


def test_titles_read_while_an_import_replaced_them_are_not_kept(tmp_path: Path) -> None:
    shelf = shelf_in(tmp_path)
    stocked(tmp_path, "Vertigo")

    def restock() -> None:
        stocked(tmp_path, "Rashomon")
        shelf.renew()

    shelf.meanwhile = restock
    during = named(shelf)

    assert during == "How long are Thename and Rashomon?"
    assert named(shelf) == "How long are Vertigo and Thename?"
