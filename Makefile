# dengar: every target is documented by the text behind its ##. `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV_VERSION := 0.13.9
PYTEST := $(BIN)/python -m pytest

.DEFAULT_GOAL := help
.PHONY: help setup lock check test test-long bench demo clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

setup: $(VENV)/.installed ## create .venv with the locked dependencies and .venv/bin/dengar

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "dengar needs Python 3.11 or newer; set PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)

# uv resolves nothing here: it installs exactly what requirements.lock names, and checks the hashes.
$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	@command -v uv >/dev/null || test -x $(BIN)/uv || $(BIN)/pip install --quiet uv==$(UV_VERSION)
	@uv=$$(command -v uv || echo $(BIN)/uv); \
	 $$uv pip install --python $(BIN)/python --require-hashes --requirement requirements.lock && \
	 $$uv pip install --python $(BIN)/python --no-deps --editable .
	@touch $@

lock: | $(VENV)/bin/python ## resolve pyproject.toml into requirements.lock again
	@uv=$$(command -v uv || echo $(BIN)/uv); \
	 $$uv pip compile --universal --generate-hashes --extra dev --python-version 3.11 pyproject.toml -o requirements.lock --quiet --no-header

check: setup ## ruff, mypy --strict, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Where tests of the embedded stack lie (tests/conftest.py holds them to it): reading all others takes a third of a minute.
STACK_TESTS := tests/contracts tests/drills tests/e2e

# What needs no stack shares nothing and runs side by side; what needs the embedded stack shares one and runs in turn.
test: check ## all checks and the tests that every change must pass (20 to 25 minutes on 2 cores)
	$(PYTEST) tests -m "not stack" --numprocesses auto --dist loadfile
	$(PYTEST) $(STACK_TESTS) -m stack --durations=25

test-long: setup ## many seeds, soaks and drills
	$(PYTEST) tests --run-long -m "not stack" --numprocesses auto --dist loadfile
	$(PYTEST) $(STACK_TESTS) --run-long -m stack

BENCHES := bench bench.webhooks bench.validation bench.enrichment bench.enrich_command bench.entities bench.pii bench.overlap bench.trends bench.relevance bench.search bench.responses bench.rising bench.credit bench.reach bench.lift bench.attribution

bench: setup ## the figures of bench/RESULTS.md (more than an hour; a single one: .venv/bin/python -m bench.trends)
	set -e; for name in $(BENCHES); do echo "== $$name"; $(BIN)/python -m $$name; done

demo: setup ## bring the stack up, play a week on the sandbox, search it
	$(BIN)/dengar demo

clean: ## stop the default stack and remove everything that make created
	@test ! -x $(BIN)/dengar || $(BIN)/dengar down --purge
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
