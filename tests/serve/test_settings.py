"""What can be set is told in full, and what holds is shown with where it came from."""

from __future__ import annotations

from pathlib import Path

import pytest

from tailored.agent.errors import ConfigError
from tailored.agent.settings import Settings, load_settings
from tailored.serve.effective import holdings, print_settings
from tailored.serve.errors import NothingThere
from tailored.serve.reference import reference, sections

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"
EVERYTHING = """
[model]
api_key = "sk-hush"
base_url = "https://me:pw-hush@models.example/v1"
[tools.mcp."my.weather"]
command = ["python", "weather.py", "postgresql://bob:args-hush@db/x"]
env = { TOKEN = "env-hush" }
[tools.search]
kind = "web"
url = "http://localhost:8888/search"
"""


def write(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "tailored.toml"
    file.write_text(text, encoding="utf-8")
    return file


def origins(config: Path, **flags: object) -> dict[str, str]:
    return {one.name: one.origin for one in holdings(config, flags)}


def test_the_page_is_what_the_command_prints() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference(), "run: tailored settings --reference > docs/settings.md"


def test_every_setting_says_what_it_means() -> None:
    told = [setting for section in sections(Settings) for setting in section.settings]

    assert len(told) > 60
    assert [setting.name for setting in told if not setting.about] == []


@pytest.mark.parametrize(
    ("name", "default", "values", "variable"),
    [
        ("data_dir", "`tailored-data`", "folder", "TAILORED_DATA_DIR"),
        ("port", "`8000`", "whole number, 0 to 65535", "TAILORED_API__PORT"),
        ("cache_mib", "`256`", "MiB, 0 or more", "TAILORED_MODEL__CACHE_MIB"),
        ("tool_calling", "`auto`", "`auto`, `native`, `constrained`", "TAILORED_MODEL__TOOL_CALLING"),
        ("env", "none", "table of secrets", "TAILORED_TOOLS__MCP__NAME__ENV"),
        ("kind", "must be given", "`opensearch`, `web`", "TAILORED_TOOLS__SEARCH__KIND"),
    ],
)
def test_a_row_tells_default_values_and_variable(name: str, default: str, values: str, variable: str) -> None:
    [row] = [line for line in reference().splitlines() if line.startswith(f"| `{name}` ") and line.count(variable)]

    assert row.startswith(f"| `{name}` | {default} | {values} | ")
    assert row.endswith(f"| `{variable}` |")


def test_each_value_says_where_it_came_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(tmp_path, "[model]\nmax_tokens = 7\ntemperature = 1\n[limits]\nmemories = 2\n")
    monkeypatch.setenv("TAILORED_MODEL__TEMPERATURE", "0.5")
    monkeypatch.setenv("TAILORED_LIMITS", '{"items": 9}')

    told = origins(file, model={"name": "openai:gpt-5"})

    assert told["model.name"] == "flag"
    assert told["model.temperature"] == "TAILORED_MODEL__TEMPERATURE"
    assert told["limits.items"] == "TAILORED_LIMITS", "one that holds a whole table as JSON"
    assert told["limits.memories"] == str(file)
    assert told["model.timeout_s"] == "default"


def test_servers_are_told_by_their_names(tmp_path: Path) -> None:
    told = origins(write(tmp_path, EVERYTHING))

    assert 'tools.mcp."my.weather".command' in told
    assert "tools.search.url" in told


def test_what_is_printed_is_a_settings_file_of_the_same_settings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path, '[limits]\nitems = 3\n[tools.policy]\nreads = ["b", "a"]\n[api]\nhosts = ["a.example"]\n')

    print_settings(file, {"data_dir": Path("elsewhere")})

    before = load_settings(file, flags={"data_dir": Path("elsewhere")}).model_dump()
    assert load_settings(write(tmp_path, capsys.readouterr().out)).model_dump() == before


def test_secrets_are_hidden(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    print_settings(write(tmp_path, EVERYTHING), {})

    said = capsys.readouterr().out
    assert "hush" not in said
    assert "# model.api_key is set, and hidden" in said
    assert 'model.base_url = "https://…@models.example/v1"' in said


def test_a_table_is_told_with_its_meaning(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    print_settings(write(tmp_path, ""), {}, "limits")

    said = capsys.readouterr().out
    assert "# A longer message is refused.\nlimits.message_tokens = 2000" in said
    assert "model.name" not in said


def test_an_unknown_beginning_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NothingThere, match="'limit'"):
        print_settings(write(tmp_path, ""), {}, "limit")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("data_dir = 3\n", "data_dir: must be a path, in quotes"),
        ("limits = 3\n", "limits: is a table of settings"),
        ("[tools.mcp.a]\n", "tools.mcp.a: give either `command` or `url`"),
    ],
)
def test_a_value_of_the_wrong_kind_is_told_in_plain_words(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        load_settings(write(tmp_path, text))


def test_the_variable_that_holds_a_wrong_value_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAILORED_API__PORT", "eighty")

    with pytest.raises(ConfigError, match=r"api\.port \(TAILORED_API__PORT\): input should be a valid integer"):
        load_settings(write(tmp_path, ""))


def test_a_variable_that_is_no_json_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAILORED_TOOLS__MCP", "weather")

    with pytest.raises(ConfigError, match=r'"tools" from source "environment".*written as JSON'):
        load_settings(write(tmp_path, ""))
