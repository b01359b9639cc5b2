# The house's commands. Everything they make lies in .venv and .models; `make clean` takes it away.

# The first one that runs and can make a virtual environment; a name on the path alone proves neither.
PYTHON ?= $(shell for python in python3.12 python3.11 python3; do \
	$$python -c 'import sys, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 13))' 2>/dev/null \
	&& echo $$python && break; done)
VENV := .venv
BIN := $(VENV)/bin
export CHANGMAO_MODELS ?= $(CURDIR)/.models
MODEL := $(CHANGMAO_MODELS)/vosk-model-small-cn-0.22
# What kills processes or takes minutes a test; .ci/run runs it after `make test`.
LONG := $(wildcard tests/chaos/test_*.py tests/e2e/scenarios/test_*.py)
PURE := screening casework blacklists

.PHONY: demo serve test check lint unit long bench lock clean setup

demo: $(MODEL)
	$(BIN)/changmao demo $(ARGS)

serve: $(MODEL)
	$(BIN)/changmao serve $(ARGS)

test: $(MODEL)
	$(BIN)/pytest -m "not chaos and not perf" $(LONG:%=--ignore=%) $(ARGS)

long: $(MODEL)
	$(if $(LONG),$(BIN)/pytest $(LONG) $(ARGS),@echo "no tests in tests/chaos and tests/e2e/scenarios")

check: lint unit

lint: $(VENV)/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/check_sizes.py

unit: $(VENV)/ready
	$(BIN)/pytest -q -m unit $(PURE:%=--cov=%) --cov-report=term:skip-covered --cov-fail-under=90

# All benchmarks, or those named: make bench ARGS="lookup swap --entries 100000".
bench: $(MODEL)
	$(BIN)/python -m tests.perf $(ARGS)

setup: $(VENV)/ready

# Made again when the lock changes; pip refuses whatever is not locked by its hash.
$(VENV)/ready: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "no Python 3.11 or 3.12 with venv found; install one, or set PYTHON" >&2; exit 2; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(MODEL): | $(VENV)/ready
	$(BIN)/changmao models fetch

lock: $(VENV)/ready
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
		--python-version 3.11 --extra dev --quiet pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) .models build *.egg-info .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
