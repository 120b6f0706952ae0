"""What README and docs show exists: files, headings, commands and their flags, benchmarks, settings, variables."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from tailored.agent.settings import Settings, load_settings
from tailored.evals import CLAIMS
from tailored.serve.cli import app
from tailored.serve.reference import NAMED, sections, variable_of

ROOT = Path(__file__).parents[2]
FILMS = ROOT / "serve" / "demo" / "films.jsonl"
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
NAMES = {setting.name for section in sections(Settings) for setting in section.settings}
TABLES = {section.name for section in sections(Settings)}

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def anchors(page: Path) -> set[str]:
    """The headings as links name them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def code(page: Path) -> Iterator[str]:
    """Lines of code blocks, and code within text, without comments."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"```\w*\n(.*?)```", text, re.DOTALL)
    rest = re.sub(r"```\w*\n.*?```", "", text, flags=re.DOTALL)
    for line in (*"\n".join(blocks).splitlines(), *re.findall(r"`([^`\n]+)`", rest)):
        yield line.partition("  #")[0].strip()


def commands(page: Path) -> Iterator[list[str]]:
    """The words after `tailored`, where that is run."""
    for line in code(page):
        if found := re.match(r"(?:[A-Z_]+=\S+ )*tailored (.+)", line):
            yield re.split(r"[ |&>]+", found[1])


def command_of(words: list[str]) -> Any:
    """The command that the words name, or None. Typer brings its own click, which has no public types."""
    command: Any = typer.main.get_command(app)
    for word in words:
        if not hasattr(command, "commands"):
            return command
        command = command.commands.get(word)
    return command


@each_page
def test_what_is_linked_to_is_there(page: Path) -> None:
    links = re.findall(r"(?<!`)\]\(([^)\s]+)\)|src=\"([^\"]+)\"", page.read_text(encoding="utf-8"))

    for link in (one or other for one, other in links):
        if link.startswith("http"):
            continue
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@each_page
def test_every_command_is_there_with_its_flags(page: Path) -> None:
    for words in commands(page):
        if words[0].startswith("-"):
            continue
        command = command_of(words)
        assert command is not None, words
        known = {flag for option in command.params for flag in option.opts}
        assert {word for word in words if re.fullmatch(r"--[a-z-]+", word)} <= known | {"--help"}, words


@each_page
def test_every_benchmark_is_there(page: Path) -> None:
    named = set(re.findall(r"tailored eval ([a-z][a-z-]*)", page.read_text(encoding="utf-8")))

    assert named - {"list"} <= set(CLAIMS)


@each_page
def test_every_settings_file_is_valid(page: Path, tmp_path: Path) -> None:
    for block in re.findall(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        (tmp_path / "tailored.toml").write_text(block, encoding="utf-8")

        assert tomllib.loads(block)
        assert load_settings(tmp_path / "tailored.toml")


@each_page
def test_every_item_is_in_the_catalog_that_comes_along(page: Path) -> None:
    ids = set(re.findall(r"\b[a-z][a-z-]+-(?:19|20)\d\d\b(?!-)", page.read_text(encoding="utf-8")))

    assert ids <= {json.loads(line)["id"] for line in FILMS.read_text(encoding="utf-8").splitlines()}


@each_page
def test_every_setting_and_variable_is_there(page: Path) -> None:
    tops = "|".join({name.partition(".")[0] for name in NAMES if "." in name})
    named = {found for line in code(page) for found in re.findall(rf"^(?:{tops})\.[a-z_.]+$", line)}
    variables = set(re.findall(r"\bTAILORED_[A-Z_]+", page.read_text(encoding="utf-8")))
    known = {variable_of(name.split(".")) for name in NAMES}

    assert named <= NAMES | TABLES
    assert {name for name in variables if NAMED not in name and not name.endswith("_")} <= known
