from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from tailored.agent.models.compatible import CompatibleChat
from tailored.agent.models.constrained import ConstrainedToolModel
from tailored.agent.models.errors import IntegrationMissing, UnknownModel
from tailored.agent.models.resolve import close_chat_model, local_name, open_chat_model
from tailored.agent.models.settings import ModelSettings


def settings(**values: object) -> ModelSettings:
    return ModelSettings.model_validate(values)


def test_a_server_of_ones_own_gets_no_key_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-somebody-elses")

    model = open_chat_model(settings(name="mine", base_url="http://127.0.0.1:9/v1"), tmp_path)

    assert isinstance(model, ChatOpenAI)
    assert model.root_client.api_key == "none"


def test_tools_of_a_server_are_called_natively_unless_told_otherwise(tmp_path: Path) -> None:
    where = {"name": "mine", "base_url": "http://127.0.0.1:9/v1"}

    assert isinstance(open_chat_model(settings(**where), tmp_path), ChatOpenAI)
    assert isinstance(open_chat_model(settings(**where, tool_calling="constrained"), tmp_path), ConstrainedToolModel)


def test_closing_a_model_that_is_served_elsewhere_does_nothing(tmp_path: Path) -> None:
    where = {"name": "mine", "base_url": "http://127.0.0.1:9/v1"}
    close_chat_model(open_chat_model(settings(**where), tmp_path))
    close_chat_model(open_chat_model(settings(**where, tool_calling="constrained"), tmp_path))


def test_a_missing_integration_is_named(tmp_path: Path) -> None:
    with pytest.raises(IntegrationMissing, match="langchain-groq"):
        open_chat_model(settings(name="groq:some-model"), tmp_path)


def test_an_unknown_string_says_what_could_be_written(tmp_path: Path) -> None:
    with pytest.raises(UnknownModel, match="provider:model"):
        open_chat_model(settings(name="no-such-thing"), tmp_path)


def test_an_unknown_local_name_gets_the_nearest_one(tmp_path: Path) -> None:
    with pytest.raises(UnknownModel, match=r"did you mean 'smollm2-135m-instruct'\?"):
        open_chat_model(settings(name="local:smollm2"), tmp_path)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"name": "local"}, "qwen2.5-coder-1.5b-instruct"),
        ({"name": "local:other"}, "other"),
        ({"name": "openai:gpt-5"}, None),
        ({"name": "local", "base_url": "http://127.0.0.1:9/v1"}, None),
    ],
)
def test_which_local_model_is_meant(values: dict[str, str], name: str | None) -> None:
    assert local_name(settings(**values)) == name


def test_importing_it_loads_none_of_the_heavy_libraries() -> None:
    heavy = "{'langchain_core', 'openai', 'xllamacpp', 'huggingface_hub', 'httpx2'}"
    code = f"import sys, tailored.agent.models.resolve; print({heavy} & set(sys.modules))"

    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert loaded.strip() == "set()"


def test_messages_reach_a_server_as_they_are() -> None:
    sent: list[dict[str, object]] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        sent.append(json.loads(request.content))
        said = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Hello."}}
        return httpx2.Response(200, json={"id": "1", "object": "chat.completion", "created": 0, "choices": [said]})

    with httpx2.Client(transport=httpx2.MockTransport(answer)) as http:
        model = CompatibleChat(
            model="mine", base_url="http://mine.invalid/v1", api_key=SecretStr("none"), http_client=http
        )
        said = model.invoke([("system", "Be brief."), ("human", "Hi")], extra_body={"top_k": 3})

    assert said.text == "Hello."
    assert sent[0]["messages"] == [{"content": "Be brief.", "role": "system"}, {"content": "Hi", "role": "user"}]
    assert sent[0]["top_k"] == 3
