# Everything runs in .venv, which the first target that needs it creates.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEV := $(VENV)/.dev

.PHONY: demo chat test check fix lock clean

demo: $(READY)  ## the whole story on real input, with a real local model
	$(BIN)/tailored demo

chat: $(READY)
	$(BIN)/tailored chat

test: $(DEV)  ## every test, one of them the whole scenario on a real local model
	$(BIN)/tailored models pull all-minilm-l6-v2 smollm2-135m-instruct
	scripts/browser $(BIN)
	$(BIN)/python -m pytest -q -n auto

check: $(DEV)  ## what CI checks beside the tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

fix: $(DEV)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(DEV)  ## write the exact set that is installed
	scripts/lock

$(READY): pyproject.toml requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -c requirements.lock -e .
	touch $@

$(DEV): $(READY)
	$(BIN)/pip install --quiet --disable-pip-version-check -c requirements.lock -e ".[dev]"
	touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
