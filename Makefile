# `make run` and `make test` do their own set-up; the first time takes as long as the downloads.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN_READY := $(VENV)/.ready-run
DEV_READY := $(VENV)/.ready-dev
# Many tests wait for a process rather than compute: two for each core keep it busy.
WORKERS ?= $(shell expr 2 \* $$(getconf _NPROCESSORS_ONLN))
export PTB_TIMEDELTA = true

.PHONY: run test check format faults bench lock clean

run: $(RUN_READY)
	@exec $(BIN)/crisis-bot run

test: $(DEV_READY)
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

check: $(DEV_READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(DEV_READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

faults: $(DEV_READY)
	$(BIN)/python -m tests.faults

bench: $(DEV_READY)
	$(BIN)/python -m tests.bench

lock: $(DEV_READY)
	$(BIN)/uv pip compile pyproject.toml --group build --group dev $(LOCK) -o requirements-dev.txt
	$(BIN)/uv pip compile pyproject.toml --group build $(LOCK) -c requirements-dev.txt -o requirements.txt
LOCK := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet

$(VENV)/bin/python:
	@echo "Making the virtual environment…"
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else 0'
	$(PYTHON) -m venv $(VENV)

$(RUN_READY): requirements.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing what the bot needs…"
	$(BIN)/pip install --disable-pip-version-check --quiet --require-hashes -r requirements.txt
	$(BIN)/pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(DEV_READY): requirements-dev.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing what the tests need…"
	$(BIN)/pip install --disable-pip-version-check --quiet --require-hashes -r requirements-dev.txt
	$(BIN)/pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation -e .
	@touch $@ $(RUN_READY)

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache *.egg-info
