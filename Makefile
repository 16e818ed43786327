# Two commands are enough for a newcomer: `make drill` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check

.PHONY: help venv dev drill test simulate check lint types contracts docs bench lock text clean picture
.DELETE_ON_ERROR:

help:  ## what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# A half-made environment is made anew: each stamp is written last, and `venv --clear` empties it.
# The project is a stamp of its own, so that a new setting in pyproject.toml costs a second only.
$(VENV)/runtime.stamp: requirements/runtime.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo 'Python 3.11 or newer is needed; name one: make PYTHON=python3.12 $(MAKECMDGOALS)'; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	$(PIP) install --quiet --require-hashes --only-binary :all: -r requirements/runtime.txt
	@touch $@

$(VENV)/project.stamp: pyproject.toml $(VENV)/runtime.stamp
	$(PIP) install --quiet --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/runtime.stamp
	$(PIP) install --quiet --require-hashes --only-binary :all: -r requirements/dev.txt
	@touch $@

venv: $(VENV)/project.stamp  ## the environment that runs Fangxun
dev: $(VENV)/project.stamp $(VENV)/dev.stamp  ## the environment that checks it, too

drill: venv  ## replay a real storm in a minute, against the example district; nothing leaves the machine
	$(BIN)/fangxun drill omoto

test: dev  ## the whole suite, on SQLite and on a real PostgreSQL
	$(BIN)/pytest

SEEDS ?= 100
simulate: dev  ## storms under faults in virtual time; a failure prints its seed (SEEDS=1000)
	$(BIN)/python -m tests.simulation $(SEEDS)

check: lint types contracts test  ## everything that CI runs, in this order (the suite holds the docs checks)

lint: dev  ## ruff: rules and layout
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: dev  ## mypy, strict
	$(BIN)/mypy

contracts: dev  ## who may import whom
	$(BIN)/lint-imports

docs: dev  ## the house's own tests: words, locks, documents, catalogues
	$(BIN)/pytest -q -n 0 tests/house

bench: dev  ## the benchmarks, each beside a peer in the same run
	$(BIN)/python -m tests.benchmarks

# Hashes and no addresses: --python-version 3.11 keeps a lock that was made by a newer Python usable.
PIN := env -u UV_INDEX_URL -u UV_EXTRA_INDEX_URL -u UV_DEFAULT_INDEX -u PIP_FIND_LINKS -u UV_FIND_LINKS \
  .lock/bin/uv --no-config pip compile --quiet --universal --generate-hashes --no-header --no-annotate \
  --python-version 3.11
EXTRA := import tomllib; \
  print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["postgres"], sep="\n")

lock:  ## pin the dependencies anew
	$(PYTHON) -m venv --clear .lock && .lock/bin/pip install --quiet uv
	$(PIN) -o requirements/runtime.txt pyproject.toml requirements/build.in
	.lock/bin/python -c '$(EXTRA)' | $(PIN) -c requirements/runtime.txt -o requirements/postgres.txt -
	$(PIN) -c requirements/runtime.txt -c requirements/postgres.txt \
	  -o requirements/dev.txt requirements/dev.in
	rm -rf .lock

text: dev  ## bring the catalogues in step with the sources
	$(BIN)/python -m tests.house.catalogue

picture: venv  ## the pictures in README
	$(BIN)/fangxun drill omoto --svg docs/drill.svg

clean:  ## remove what can be made again
	rm -rf $(VENV) .lock build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
