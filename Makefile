# Everything one does in this checkout. A bare machine needs Python 3.11 with venv and pip, and make.

PYTHON ?= python3.11
PORT ?= 8080
ARGS ?=

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# Tests start a hundred processes: what one has compiled is there for the next, whatever the shell says of bytecode.
COMPILED := PYTHONDONTWRITEBYTECODE=
DISTRIBUTIONS := dirsync_core dirsync_okta dirsync_manual

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install run test check prove fuzz mutate lock bench clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

install: .venv/.dev ## the product and the development tools, into .venv

run: .venv/.runtime ## a directory with invented people, at http://127.0.0.1:PORT (PORT=8080)
	$(BIN)/python demo/run.py --port $(PORT)

test: .venv/.dev ## all tests (ARGS="-k name" for some of them)
	scripts/browser
	scripts/slapd
	$(COMPILED) $(BIN)/pytest -q -rfEs -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(ARGS)

check: .venv/.dev ## lint, formatting, types, directions of imports
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

PROVED := tests/core/invariants tests/killed tests/okta/proof

prove: .venv/.dev ## 100,000 new histories and as many new questions of SCIM, a kill at every statement: hours
	$(COMPILED) DIRSYNC_EXAMPLES=100000 $(BIN)/pytest -q -n auto --maxprocesses 4 $(PROVED) $(ARGS)

fuzz: .venv/.dev ## a million broken requests to a real installation (ARGS="--requests N --seed N")
	$(BIN)/python -m tests.okta.proof.fuzz $(ARGS)

mutate: .venv/mutmut/bin/mutmut ## which defects planted in the pure stages no test finds (ARGS="filtering guard")
	.venv/mutmut/bin/python scripts/mutate $(ARGS)

lock: .venv/uv/bin/uv ## constraints.txt again from the pyprojects (ARGS=--upgrade for newer versions)
	printf -- '-e ./%s\n' $(DISTRIBUTIONS) | .venv/uv/bin/uv pip compile --quiet --universal --python-version 3.11 \
		--no-header $(DISTRIBUTIONS:%=--no-emit-package %) --output-file constraints.txt $(ARGS) requirements-dev.txt -

bench: .venv/.dev ## the benchmarks
	$(BIN)/python -m benchmarks $(ARGS)

clean: ## back to a fresh checkout: .venv, caches and builds go, plugins.toml and stores stay
	rm -rf .venv mutants .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache build dist dirsync_*/dist contrib/*/dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Two stamps, so that `make run` does not wait for the development tools.

.venv/.dev: .venv/.runtime requirements-dev.txt
	$(PIP) install -c constraints.txt -r requirements-dev.txt
	@touch $@

# hatchling comes first: with it in place the editable installs build in seconds, at the version of constraints.txt.
.venv/.runtime: constraints.txt $(DISTRIBUTIONS:%=%/pyproject.toml) | $(BIN)/python
	$(PIP) install -c constraints.txt hatchling editables
	$(PIP) install -c constraints.txt --no-build-isolation $(DISTRIBUTIONS:%=-e ./%)
	@touch $@

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo "No $(PYTHON) here; name another: make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }

.venv/uv/bin/uv: | $(BIN)/python
	$(PYTHON) -m venv .venv/uv
	.venv/uv/bin/pip --disable-pip-version-check --quiet install uv

# It runs the tests in its own process, so it sees what is installed for them.
.venv/mutmut/bin/mutmut: .venv/.dev
	$(PYTHON) -m venv .venv/mutmut
	.venv/mutmut/bin/pip --disable-pip-version-check --quiet install -c constraints.txt mutmut
	echo "import site; site.addsitedir('$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')')" \
		> "$$(.venv/mutmut/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/dirsync.pth"
