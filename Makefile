# Two commands are enough for a newcomer: `make drill` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check

.PHONY: help venv dev drill test check lint types contracts docs bench lock text clean picture
.DELETE_ON_ERROR:

help:  ## what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# A half-made environment is made anew: the stamp is written last, and `venv --clear` empties it.
$(VENV)/runtime.stamp: requirements/runtime.txt pyproject.toml
	$(PYTHON) -m venv --clear $(VENV)
	$(PIP) install --quiet --require-hashes --only-binary :all: -r requirements/runtime.txt
	$(PIP) install --quiet --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/runtime.stamp
	$(PIP) install --quiet --require-hashes --only-binary :all: -r requirements/dev.txt
	@touch $@

venv: $(VENV)/runtime.stamp  ## the environment that runs Fangxun
dev: $(VENV)/dev.stamp  ## the environment that checks it, too

drill: venv  ## replay a real storm against the example district; nothing leaves the machine
	$(BIN)/fangxun drill omoto

test: dev  ## the whole suite, on SQLite and on a real PostgreSQL
	$(BIN)/pytest

check: lint types contracts docs test  ## everything that CI runs

lint: dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: dev
	$(BIN)/mypy

contracts: dev
	$(BIN)/lint-imports

docs: dev
	$(BIN)/python -m pytest -q tests/house -n 0

bench: dev  ## the benchmarks, each beside a peer in the same run
	$(BIN)/python -m tests.benchmarks

# Hashes and no addresses: see docs/adr/0003-locks-without-addresses.md
lock:  ## pin the dependencies anew
	$(PYTHON) -m venv --clear .lock && .lock/bin/pip install --quiet uv
	env -u UV_INDEX_URL -u UV_EXTRA_INDEX_URL -u UV_DEFAULT_INDEX -u PIP_FIND_LINKS -u UV_FIND_LINKS \
	  .lock/bin/uv --no-config pip compile --quiet --universal --generate-hashes --no-header --no-annotate \
	  --python-version 3.11 -o requirements/runtime.txt pyproject.toml requirements/build.in
	env -u UV_INDEX_URL -u UV_EXTRA_INDEX_URL -u UV_DEFAULT_INDEX -u PIP_FIND_LINKS -u UV_FIND_LINKS \
	  .lock/bin/uv --no-config pip compile --quiet --universal --generate-hashes --no-header --no-annotate \
	  --python-version 3.11 -c requirements/runtime.txt -o requirements/dev.txt requirements/dev.in
	rm -rf .lock

text: dev  ## bring the catalogues in step with the sources
	$(BIN)/python -m tests.house.catalogue

picture: venv  ## the pictures in README
	$(BIN)/fangxun drill omoto --svg docs/drill.svg

clean:
	rm -rf $(VENV) .lock build dist .pytest_cache .mypy_cache .ruff_cache
