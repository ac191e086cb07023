# `make` alone shows what there is to do. Only Python 3.11+ must be installed.

PYTHON  ?= python3
VENV    := .venv
RUN     := $(VENV)/bin/python
# Test workers: one per core. Each has servers of its own, so more than four only cost memory.
WORKERS ?= auto
UV      := uv==0.13.9
# Trust the machine's list of certificates (it may be behind a proxy with its own certificate), or
# uv's own list where the machine has none.
CERTS  := $(wildcard /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt)
export UV_SYSTEM_CERTS ?= $(if $(CERTS),1,0)
export UV_PYTHON_DOWNLOADS := never

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset test lint check format bench-ingest bench-dispatch migration install

help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

demo: install ## Start everything on this machine: broker, store, stations, pages (Ctrl-C ends it)
	@exec $(RUN) -m api.cli demo

demo-reset: install ## Delete everything the demo has kept, to start over
	@exec $(RUN) -m api.cli demo-reset

test: install ## Run every test; what needs a server that is not here is skipped with the reason
	@exec $(RUN) -m pytest -n $(WORKERS) --maxprocesses 4 --durations 10 $(ARGS)

lint: install ## Check format, style, types, and that uv.lock fits pyproject.toml
	@$(VENV)/bin/uv lock --check --offline --quiet
	$(RUN) -m ruff format --check .
	$(RUN) -m ruff check .
	$(RUN) -m mypy

check: lint test ## Lint, then test

format: install ## Bring the code into its format
	$(RUN) -m ruff format .
	$(RUN) -m ruff check --fix .

bench-ingest: install ## Measure the ingest against Telegraf (needs Mosquitto, influxd, telegraf)
	@exec $(RUN) -m benchmarks.bench_ingest $(ARGS)

bench-dispatch: install ## Measure the office's screens on registers of up to a million tickets
	@exec $(RUN) -m benchmarks.bench_dispatch $(ARGS)

migration: install ## Write the next step of the database schema: make migration MESSAGE="what changes"
	@exec $(RUN) -m api.operations.migrations.new "$(MESSAGE)"

install: $(VENV)/.installed api/web/static/vendor/.installed ## Make the environment (the others do it themselves)

# Each stamp is newer than what it was made from; so a second start does nothing.
$(VENV)/.uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or later is needed; $(PYTHON) is older. Try: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
		{ echo "$(PYTHON) can't make a virtual environment. On Debian: apt install python3-venv" >&2; exit 1; }
	@$(RUN) -m pip install --quiet --disable-pip-version-check "$(UV)"
	@touch $@

$(VENV)/.installed: $(VENV)/.uv pyproject.toml uv.lock
	@VIRTUAL_ENV= $(VENV)/bin/uv sync --frozen --inexact --quiet
	@touch $@

api/web/static/vendor/.installed: $(VENV)/.installed api/web/package.json api/web/package-lock.json
	@$(RUN) -m api.web.assets install
	@touch $@
