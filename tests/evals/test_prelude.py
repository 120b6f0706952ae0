"""PRELUDE's protocol with a model that plays by simple rules; the figures come from a real one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from langchain_core.messages import BaseMessage

from tailored.agent import Assistant
from tailored.agent.learning.features import features
from tailored.agent.models.scripted import ScriptedModel
from tailored.agent.settings import Settings
from tailored.evals.prelude import Round, compare, play, report
from tailored.evals.prelude_user import ModelUser, Task, read_tasks
from tailored.evals.prelude_writers import Cipher, Ours, Pasting, Plain, Writer
from tailored.evals.remembered import RememberedModel
from tailored.memory.embedders.hashing import HashingEmbedder
from tailored.memory.ram import InMemoryStore

STYLES = {"wikipedia": "bullet points, brief"}
LISTED = "- Otters live by rivers\n- They eat fish and sleep in dens"
PROSE = "Otters live by rivers, and they eat fish and sleep in dens."
TASKS = [
    Task(source="wikipedia", request=f"Summarise this encyclopedia entry: The otter number {number} lives by a river.")
    for number in range(4)
]


def obedient(messages: list[BaseMessage]) -> str:
    """Writes prose until something in the prompt says bullets; as the user it writes the list."""
    if "Name the style" in messages[0].text:
        return "bullet points"
    told = messages[-1].text.lower()
    wants_list = messages[0].text.startswith("You rewrite") or "bullet" in told or LISTED.lower() in told
    return LISTED if wants_list else PROSE


def model() -> ScriptedModel:
    return ScriptedModel(script=[obedient] * 40)


def played(writer: Writer) -> Sequence[Round]:
    return play(writer, ModelUser(model=model(), styles=STYLES), TASKS)


def edited(writer: Writer) -> list[bool]:
    return [turn.edited > 0 for turn in played(writer)]


def test_without_learning_every_draft_is_edited() -> None:
    assert edited(Plain(model=model())) == [True] * 4


def test_a_writer_that_knows_the_style_is_never_edited() -> None:
    assert edited(Plain(model=model(), styles=STYLES)) == [False] * 4


def test_cipher_tells_the_wish_of_the_nearest_text() -> None:
    assert edited(Cipher(model=model(), embedder=HashingEmbedder(64))) == [True, False, False, False]


def test_pasted_edits_show_the_writer_what_became_of_its_drafts() -> None:
    assert edited(Pasting(model=model(), embedder=HashingEmbedder(64))) == [True, False, False, False]


def test_the_assistant_learns_from_its_first_edit(tmp_path: Path) -> None:
    with Assistant.open(
        settings=Settings(data_dir=tmp_path, learning={"use_model": False}),
        model=model(),
        embedder=HashingEmbedder(),
        store=InMemoryStore(),
    ) as assistant:
        assert edited(Ours(assistant=assistant, user_id="ada")) == [True, False, False, False]


def test_a_draft_that_shows_the_style_costs_nothing() -> None:
    user = ModelUser(model=model(), styles=STYLES)

    assert user.edit(TASKS[0], LISTED) == LISTED
    assert features(user.edit(TASKS[0], PROSE)).bullets == 2


def test_every_source_has_its_texts() -> None:
    sources = [task.source for task in read_tasks()]

    assert {sources.count(source) for source in sources} == {8}


def test_every_way_of_writing_is_compared_and_drawn(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, learning={"use_model": False})
    many = RememberedModel(inner=ScriptedModel(script=[obedient] * 200))

    made = report(compare(settings, many, HashingEmbedder(), STYLES, [TASKS, TASKS[::-1]]), "scripted")
    made.draw(tmp_path / "prelude.png")
    many.close()

    shares = made.figures["of no learning, %"]
    assert shares["none"] == 100
    assert shares["oracle"] == 0
    assert shares["ours"] == shares["cipher-1"] == 25
    assert (tmp_path / "prelude.png").read_bytes().startswith(b"\x89PNG")
