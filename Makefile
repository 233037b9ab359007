# Everything is made in .venv from the lock; `make help` lists what there is to make.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help page demo test browser servers check format generate bench lock clean FORCE

# The first Python 3.11 or newer on the path; `make PYTHON=… demo` chooses another.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
    "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$python"; break; }; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install -q
TESTS ?=

# Nothing but the lock and this checkout decides what is imported, and no graph of the user's is touched.
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV KG_GRAPH

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

page: .venv/installed  ## make the page that `kg export html` fills; needs npm, or takes it from the lock
	@$(BIN)/python hatch_build.py

demo: .venv/installed page  ## load the articles of examples/ into a graph in .demo, ask it three questions and draw it
	@PATH="$(CURDIR)/$(BIN):$$PATH" examples/demo.sh .demo

test: .venv/installed page  ## run the tests (TESTS=tests/… for some of them)
	$(BIN)/python -m pytest -n 2 --dist loadgroup $(TESTS)

browser: .venv/installed  ## fetch the browser that tests open pages in, where the machine has none, into .browser
	$(BIN)/python -m tests.browser

servers: .venv/installed  ## fetch the servers that tests start (Neo4j, Fuseki) into .servers; needs Maven
	$(BIN)/python -m tests.servers fetch

parity: .venv/installed  ## ask every question of every backend, about every corpus, and compare the answers
	PARITY=full $(BIN)/python -m pytest -n 2 --dist loadgroup tests/contract $(TESTS)
	$(BIN)/python -m tests.contract.table --check

check: .venv/installed  ## lint, formatting, types, the import rule, generated files up to date
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python hatch_build.py --check
	$(BIN)/python -m pytest -q tests/packaging/test_imports.py tests/packaging/test_lock.py tests/packaging/test_generated.py

format: .venv/installed  ## put every file into the format `make check` asks for
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

generate: .venv/installed  ## write anew the files that are made from others (schema, shapes, reference)
	@grep -rl --include='*.py' '^if __name__ == "__main__":' ontology loaders queries kg \
	  | grep -v -e '^kg/__main__' -e '^kg/cli' -e '^kg/adhoc/child' | sed 's|/|.|g; s|\.py$$||' | sort \
	  | while read -r module; do echo "$$module"; $(BIN)/python -m "$$module" --write; done

bench: .venv/installed  ## measure speed and size against the floors named in benchmarks/README.md
	$(BIN)/python -m benchmarks

LOCK := $(BIN)/uv --no-config -q pip compile pyproject.toml --universal --generate-hashes --no-header

lock: .venv/installed  ## resolve the dependencies anew (UPGRADE=--upgrade for newer ones)
	$(LOCK) $(UPGRADE) -o requirements/run.txt
	$(LOCK) $(UPGRADE) --all-extras --group dev -c requirements/run.txt -o requirements/dev.txt
	echo label-studio | $(subst pyproject.toml,-,$(LOCK)) $(UPGRADE) --python-version 3.11 --no-annotate \
	  -o requirements/label-studio.txt

clean:  ## remove what the other targets made, .venv included
	rm -rf kg/exports/page/dist page/node_modules .browser tests/browser/node_modules
	rm -rf .venv .venv-label-studio .demo .servers build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Only wheels are installed, so that no build step can fetch what the lock does not pin; the project itself is built
# by the hatchling of the lock.
.venv/locked: requirements/dev.txt
	@test -n "$(PYTHON)" || { echo "make: no Python 3.11 or newer found; name one: make PYTHON=/path/to/python3" >&2; exit 2; }
	$(PYTHON) -m venv --clear .venv
	$(PIP) --require-hashes --only-binary :all: -r requirements/dev.txt
	@touch $@

.venv/installed: .venv/locked pyproject.toml
	$(PIP) --no-build-isolation --no-deps -e .
	@touch $@

# An environment whose Python has gone is made again.
ifneq ($(shell $(BIN)/python -c 'print(1)' 2>/dev/null),1)
.venv/locked: FORCE
endif
