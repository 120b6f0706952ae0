from __future__ import annotations

import pytest
from pydantic import ValidationError

from tailored.agent.models.settings import ModelSettings


def test_the_default_is_the_local_model() -> None:
    assert ModelSettings().name == "local"


def test_a_misspelt_setting_is_an_error() -> None:
    with pytest.raises(ValidationError, match="modle"):
        ModelSettings(modle="local")  # type: ignore[call-arg]


def test_the_key_is_not_shown() -> None:
    settings = ModelSettings.model_validate({"api_key": "sk-secret"})

    assert "sk-secret" not in repr(settings)


@pytest.mark.parametrize(("field", "value"), [("max_tokens", 0), ("threads", 0), ("temperature", -1), ("timeout_s", 0)])
def test_impossible_values_are_refused(field: str, value: int) -> None:
    with pytest.raises(ValidationError, match=field):
        ModelSettings.model_validate({field: value})
