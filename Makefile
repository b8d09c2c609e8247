PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --require-hashes
NPM := PATH="$(CURDIR)/$(BIN):$$PATH" npm

# Modules are compiled once, and not again by each process that a test starts.
unexport PYTHONDONTWRITEBYTECODE

# Files of tests run at the same time, each in one process, with one process more than there are processors, because many tests
# wait. Which begins first says tests/order.py.
SIDE_BY_SIDE = --dist loadfile --no-loadscope-reorder -n $$(($$(getconf _NPROCESSORS_ONLN) + 1))
# Where all tests ran and some failed, those run once more (docs/decisions/failed-tests-run-again.md).
FAILED_AGAIN = { [ $$? -eq 1 ] && echo 'The failed tests run once more, by themselves.' && \
  $(BIN)/python -m pytest --last-failed --last-failed-no-failures none
# Those of rooms and signaling that take longest. They are for `make test`.
AT_LENGTH = tests/rooms/test_hostile_strings.py tests/rooms/test_authorization_matrix.py tests/rooms/test_migrations.py \
  tests/signaling/test_authorization_matrix.py tests/signaling/test_real_workers.py tests/signaling/roster/test_model.py

.PHONY: help run test test-fast test-stores test-compose check lock bench-signaling bench-join bench-mesh bench-abuse bench-data bench-removal bench-breakouts bench-mail bench-invitations bench-pages bench-reminders chaos fuzz

help:
	@echo 'make run     a server; HOST, PORT, ORIGINS and the like come from the environment (docs/configuration.md)'
	@echo 'make test    every test; installs the programs it drives on Debian and Ubuntu. With ARGS=… only what pytest is asked for'
	@echo 'make test-fast     the tests of rooms, signaling and documents, side by side, but for those that take long'
	@echo 'make test-stores   the tests of the server on PostgreSQL and Redis; installs PostgreSQL likewise'
	@echo 'make test-compose  the real docker-compose.yml in containers, with browsers; needs root, installs Podman likewise'
	@echo 'make check   formatting, lint, types, import layers and documents'
	@echo 'make chaos   every fault of servers and of the network, 20 times, for hours; writes docs/survival.md. ARGS="C1 --times 3" chooses'
	@echo 'make fuzz    200,000 frames, half of them broken, at two workers, and 10,000 at a page; 25 minutes. Prints its seed. ARGS="--frames 5000 --seed 7" chooses'
	@echo 'make lock    newest allowed versions into requirements/*.txt and package-lock.json'

run: .venv/run node_modules/.run
	@$(BIN)/python manage.py serve

test: .venv/test node_modules/.run
	@tests/machine
ifdef ARGS
	$(BIN)/python -m pytest $(ARGS)
else
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) || $(FAILED_AGAIN); }
endif

test-fast: .venv/test node_modules/.run
	@tests/machine
	$(BIN)/python -m pytest -q $(SIDE_BY_SIDE) tests/rooms tests/signaling tests/test_*.py $(AT_LENGTH:%=--ignore=%) $(ARGS)

test-stores: .venv/test node_modules/.run
	@tests/machine postgresql
	$(BIN)/python -m tests.stores $(ARGS)

test-compose: .venv/test node_modules/.run
	@tests/machine containers
	$(BIN)/python -m tests.compose $(ARGS)

check: .venv/test node_modules/.check
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(NPM) run --silent check
	$(BIN)/python -m pytest -q tests/test_layers.py tests/test_documents.py

lock: .venv/test
	$(BIN)/python -m pip --disable-pip-version-check install --quiet uv
	PATH="$(CURDIR)/$(BIN):$$PATH" requirements/lock
	$(NPM) install --package-lock-only --omit-lockfile-registry-resolved --silent

bench-signaling bench-join bench-mesh bench-abuse bench-data bench-removal bench-breakouts bench-mail bench-invitations bench-pages bench-reminders: .venv/test node_modules/.run
	@tests/machine
	$(BIN)/python -m bench.$(@:bench-%=%) $(ARGS)

chaos: .venv/test node_modules/.run
	@tests/machine
	$(BIN)/python -m tests.chaos $(ARGS)

fuzz: .venv/test node_modules/.run
	@tests/machine
	$(BIN)/python -m tests.fuzz $(ARGS)

.venv/run: requirements/build.txt | $(BIN)/python
	@echo 'Installing the packages of the server, and Node to bundle its pages…'
	$(PIP) -r $<
	@touch $@

.venv/test: requirements/test.txt | $(BIN)/python
	@echo 'Installing the packages of the tests…'
	$(PIP) -r $<
	@touch $@ .venv/run

$(BIN)/python:
	@for python in $(PYTHON) python3.14 python3.13 python3.12 python3.11; do \
	  $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  $$python -m venv .venv && exit 0; \
	  rm -rf .venv; \
	  echo "$$python cannot make a virtual environment. On Debian and Ubuntu: apt install python3-venv" >&2; \
	  exit 1; \
	done; \
	echo 'Python 3.11 or newer is needed; PYTHON=… names one.' >&2; \
	exit 1

node_modules/.run: package-lock.json | .venv/run
	@echo 'Installing what bundles the pages…'
	@$(NPM) ci --omit=dev --ignore-scripts --silent
	@touch $@

node_modules/.check: package-lock.json | .venv/run
	@echo 'Installing what checks JavaScript…'
	@$(NPM) ci --ignore-scripts --silent
	@touch $@ node_modules/.run
