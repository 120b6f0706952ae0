"""Exporting, erasing, backing up and re-embedding as an operator does it: by commands."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

from tests.serve.openai_server import OpenAIServer
from tests.serve.test_cli import environment, server, tailored

__all__ = ["environment", "server"]

SAID = "My telephone number is 555-0199 and my cat is called Mortimer."


def exported(tmp_path: Path, server: OpenAIServer, user: str) -> dict[str, object]:
    result = tailored(tmp_path, server, "export", "--user", user)
    assert result.returncode == 0, result.stderr
    data: dict[str, object] = json.loads(result.stdout)
    return data


def test_export_erase_and_import_again(tmp_path: Path, server: OpenAIServer) -> None:
    tailored(tmp_path, server, "ask", SAID, "--user", "ada@example.com")
    written = tailored(tmp_path, server, "export", "--user", "ada@example.com", "ada.json")
    before = exported(tmp_path, server, "ada@example.com")

    unsure = tailored(tmp_path, server, "erase", "--user", "ada@example.com")
    erased = tailored(tmp_path, server, "erase", "--user", "ada@example.com", "--yes")
    left = b"".join(path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file())
    nothing = tailored(tmp_path, server, "export", "--user", "ada@example.com")
    taken_in = tailored(tmp_path, server, "import-user", "ada.json")

    assert "--yes" in unsure.stderr
    assert (unsure.returncode, nothing.returncode) == (1, 1)
    receipt = json.loads(erased.stdout)
    assert receipt["compacted"] is True
    assert receipt["counts"]["episode"] == 2
    for needle in (b"555-0199", b"Mortimer", b"ada@example.com"):
        assert needle not in left
    assert written.returncode == taken_in.returncode == 0, taken_in.stderr
    assert exported(tmp_path, server, "ada@example.com") == before


def test_backup_and_restore(tmp_path: Path, server: OpenAIServer) -> None:
    tailored(tmp_path, server, "ask", SAID, "--user", "ada")
    before = exported(tmp_path, server, "ada")

    made = tailored(tmp_path, server, "backup", "backup.tar.gz")
    refused = tailored(tmp_path, server, "restore", "backup.tar.gz")
    (tmp_path / "data").rename(tmp_path / "lost")
    restored = tailored(tmp_path, server, "restore", "backup.tar.gz")

    assert made.returncode == restored.returncode == 0, restored.stderr
    assert refused.returncode == 1
    assert "not empty" in refused.stderr
    assert tarfile.is_tarfile(tmp_path / "backup.tar.gz")
    assert exported(tmp_path, server, "ada") == before


def test_compacting(tmp_path: Path, server: OpenAIServer) -> None:
    tailored(tmp_path, server, "ask", SAID, "--user", "ada")

    done = tailored(tmp_path, server, "compact")
    of_a_server = tailored(tmp_path, server, "compact", TAILORED_STORE__URL="http://127.0.0.1:9")

    assert done.returncode == 0, done.stderr
    assert "compacted" in done.stdout
    assert of_a_server.returncode == 1
    assert "stop it" in of_a_server.stderr


def test_another_embedder_is_refused_until_everything_is_embedded_anew(tmp_path: Path, server: OpenAIServer) -> None:
    tailored(tmp_path, server, "ask", SAID, "--user", "ada")
    other = {"TAILORED_EMBEDDER__NAME": "another"}

    refused = tailored(tmp_path, server, "ask", "Hello", "--user", "ada", **other)
    done = tailored(tmp_path, server, "reembed", **other)
    asked = tailored(tmp_path, server, "ask", "What is my cat called?", "--user", "ada", **other)

    assert refused.returncode == 1
    assert "tailored reembed" in refused.stderr
    assert done.returncode == 0, done.stderr
    assert "records embedded" in done.stdout
    assert asked.returncode == 0, asked.stderr


def test_a_folder_without_memories_is_a_clear_error(tmp_path: Path, server: OpenAIServer) -> None:
    for command in (["export", "--user", "ada"], ["erase", "--user", "ada", "--yes"], ["backup", "b"], ["reembed"]):
        result = tailored(tmp_path, server, *command)

        assert result.returncode == 1
        assert "data" in result.stderr
        assert len(result.stderr.splitlines()) == 1
