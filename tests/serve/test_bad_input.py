"""What a person gets wrong is told in one line: which value, what is wrong with it, what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tailored.serve.cli import app
from tailored.serve.errors import NothingThere
from tailored.serve.failures import FAILED, USAGE, in_words, reporting


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a file and a folder in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TAILORED_DATA_DIR", raising=False)
    (tmp_path / "file").write_text("x", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    return tmp_path


def run(*arguments: str) -> object:
    """The exit status of a command, in this process."""
    with pytest.raises(SystemExit) as ended, reporting():
        app(list(arguments))
    return ended.value.code


def refuse(path: Path) -> OSError:
    """The system's own refusal to write to this path."""
    with pytest.raises(OSError, match=r"\[Errno") as refused:
        path.write_text("x", encoding="utf-8")
    return refused.value


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["ask", "Hello", "--data", "file"], "data_dir 'file' is no folder: file is a file; name another in --data"),
        (["serve", "--data", "file/below"], "data_dir 'file/below' is no folder: file is a file"),
        (["keys", "list", "--data", "file"], "data_dir 'file' is no folder"),
        (["ask", "Hello", "--config", "folder"], "settings file 'folder' is a folder: name a file in it"),
        (["models", "list", "--config", "none.toml"], "settings file none.toml does not exist"),
        (["settings", "limit"], "no setting begins with 'limit'"),
    ],
)
@pytest.mark.usefixtures("here")
def test_wrong_paths_and_names(capsys: pytest.CaptureFixture[str], arguments: list[str], says: str) -> None:
    status = run(*arguments)

    told = capsys.readouterr().err
    assert says in told
    assert len(told.splitlines()) == 1
    assert status == (FAILED if "settings" in arguments else USAGE)


def test_a_folder_in_place_of_the_settings_file_is_not_passed_over(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "tailored.toml").mkdir()

    assert run("models", "list") == USAGE
    assert "settings file 'tailored.toml' is a folder" in capsys.readouterr().err


def test_a_models_folder_that_is_a_file_is_named(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAILORED_MODELS_DIR", str(here / "file"))

    assert run("models", "list") == USAGE
    assert "name another in TAILORED_MODELS_DIR or the settings file" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("folder", "it is a folder, not a file; name a file in it"),
        ("nowhere/out.json", "it or its folder is not there; name another, or make it"),
        ("file/out.json", "a part of its path is a file, not a folder; name another"),
        ("x" * 300, "its name is too long; name another"),
    ],
)
def test_what_the_system_refuses_is_told_without_its_number(here: Path, path: str, why: str) -> None:
    assert in_words(refuse(here / path)) == f"{here / path} cannot be used: {why}"


def test_what_the_system_refuses_is_told_so_inside_another_error_too(here: Path) -> None:
    error = NothingThere(f"the list cannot be written: {refuse(here / 'folder')}")
    error.__cause__ = refuse(here / "folder")

    assert in_words(error) == "the list cannot be written: it is a folder, not a file; name a file in it"


def test_a_refusal_that_names_no_file_stays_as_it_is() -> None:
    assert in_words(OSError("the line is dead")) == "the line is dead"


def test_a_port_that_cannot_be_is_refused_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("mcp", "--http", "99999") == USAGE
    assert "65535" in capsys.readouterr().err


def test_the_version_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    from tailored import __version__

    assert run("--version") == 0
    assert capsys.readouterr().out == f"tailored {__version__}\n"


@pytest.mark.parametrize("columns", [40, 80])
@pytest.mark.usefixtures("here")
def test_the_list_of_models_is_readable_at_any_width(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))

    assert run("models", "list") == 0
    said = capsys.readouterr().out
    assert "all-minilm-l6-v2  embedder, 23.4 MB, Apache-2.0, " in said
    assert "  the default embedder: 384 dimensions, 8 bits, run by ONNX Runtime\n" in said
