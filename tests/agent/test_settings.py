"""One settings tree; a typo is an error wherever it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from tailored.agent.errors import ConfigError
from tailored.agent.settings import load_settings


def write(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "tailored.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_flags_win_over_environment_over_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(tmp_path, '[model]\nname = "openai:file"\nmax_tokens = 7\n[limits]\nitems = 3\n')
    monkeypatch.setenv("TAILORED_MODEL__NAME", "openai:environment")

    from_environment = load_settings(file)
    from_flags = load_settings(file, flags={"model": {"name": "openai:flag"}})

    assert from_environment.model.name == "openai:environment"
    assert from_environment.model.max_tokens == 7
    assert from_flags.model.name == "openai:flag"
    assert from_flags.limits.items == 3


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("modle = 1\n", "modle"),
        ('[model]\nnmae = "x"\n', "model.nmae"),
        ("[limits]\nmemories = -1\n", "limits.memories"),
        ("[model\n", "tailored.toml"),
    ],
)
def test_a_wrong_file_is_refused_by_name(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(ConfigError, match=named.replace(".", r"\.")):
        load_settings(write(tmp_path, text))


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "tailored.toml"
    file.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(ConfigError, match="cannot be read"):
        load_settings(file)


def test_a_missing_file_is_refused_when_it_was_asked_for(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="does not exist"):
        load_settings(tmp_path / "no.toml")


@pytest.mark.parametrize("variable", ["TAILORED_MODLE__NAME", "TAILORED_MODEL__NMAE"])
def test_a_typo_in_the_environment_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "x")

    with pytest.raises(ConfigError, match=r"(?i)modle|nmae"):
        load_settings(write(tmp_path, ""))


def test_a_secret_is_not_shown(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, '[model]\napi_key = "sk-secret"\n'))

    assert "sk-secret" not in repr(settings)
