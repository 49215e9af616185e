# Loket: make demo, make test. Needs Python 3.11 or newer and make; everything else is installed into .venv.

PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed

# Of domain, conversations, handlers and storage, in per cent of lines and branches.
LEAST_COVERAGE ?= 95

LOCK = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate

.PHONY: help install install-ocr demo test lint bench torture lock first-revision

help:
	@echo "make demo            simulator and bot at http://127.0.0.1:8080 (PLAY=registration: play it as a transcript)"
	@echo "make test            every check and test"
	@echo "make lint            the checks alone"
	@echo "make bench           one turn over HTTP, beside the library's no-op"
	@echo "make torture         kill the process at random; nothing may be lost"
	@echo "make lock            write requirements.lock anew from pyproject.toml (needs uv)"

install: $(INSTALLED)

$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Loket needs Python 3.11 or newer. Try: make PYTHON=python3.12"; exit 1; }
	@if command -v uv >/dev/null; then \
		test -x $(BIN)/python || uv venv --quiet --python $(PYTHON) .venv; \
		uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock \
			&& uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .; \
	else \
		test -x $(BIN)/pip || $(PYTHON) -m venv .venv \
			|| { rm -rf .venv; echo "On Debian and Ubuntu: sudo apt install python3-venv"; exit 1; }; \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock \
			&& $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .; \
	fi
	@touch $@

demo: $(INSTALLED)
	@$(BIN)/python -m bot demo $(if $(PLAY),--play $(PLAY))

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint
	$(BIN)/pytest -n 3 --cov --cov-report=
	$(BIN)/coverage report --include='domain/*,conversations/*,handlers/*,storage/*' \
		--skip-covered --fail-under=$(LEAST_COVERAGE)

bench: $(INSTALLED)
	$(BIN)/python -m benchmarks.turn

torture: $(INSTALLED)
	$(BIN)/python -m benchmarks.torture

lock:
	$(LOCK) --extra dev pyproject.toml -o requirements.lock
	$(LOCK) --extra ocr --constraint requirements.lock pyproject.toml -o requirements-ocr.lock

# Reading scans needs some 300 MB more.
install-ocr: $(INSTALLED)
	$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-ocr.lock

# While no database is in use anywhere: the tables as they are now become the first revision.
first-revision: $(INSTALLED)
	rm -f storage/migrations/versions/0001_*.py var/alembic.db*
	@mkdir -p var
	$(BIN)/alembic revision --autogenerate --rev-id 0001 -m "the first tables"
	rm -f var/alembic.db*
