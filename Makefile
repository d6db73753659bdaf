# Needs python3 (3.11 or newer) and nothing else. `make up` starts the shop, `make test` runs every test.
SHELL := /bin/sh
BIN := .venv/bin
ARGS ?=
# One process more than there are cores (tests/conftest.py): an option in ARGS (-n 0: none) wins over these.
PYTEST := $(BIN)/python -m pytest -n auto --maxprocesses 8 --dist worksteal

.PHONY: help up test lint format lock clean compile-messages install install-dev

help:
	@echo "make up                start everything on http://127.0.0.1:8000 (PORT=8001 make up: another port)"
	@echo "make test              run every test (ARGS='tests/kb -x': some of them; TEST_DB=pg: on PostgreSQL)"
	@echo "make lint              style, types, templates, dependency order, migrations"
	@echo "make format            rewrite the code in the house style"
	@echo "make lock              resolve requirements*.txt anew from pyproject.toml"
	@echo "make compile-messages  compile the translations"
	@echo "make clean             remove the virtual environment and caches (data in var/ stays)"

install:
	@sh .ci/install requirements.txt

install-dev:
	@sh .ci/install requirements-dev.txt

up: install
	@exec $(BIN)/python manage.py up $(ARGS)

test: install-dev
	@$(PYTEST) $(ARGS)

lint: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/djlint --quiet --lint templates
	CS_DATA_DIR="$${CS_DATA_DIR:-.venv/lint}" $(BIN)/python manage.py makemigrations --check --dry-run
	CS_DATA_DIR="$${CS_DATA_DIR:-.venv/lint}" $(BIN)/mypy

format: install-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Hashes and no host names, so that any mirror can serve what the files name.
lock: install-dev
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet -o requirements.txt
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet -o requirements-dev.txt

compile-messages: install-dev
	$(BIN)/python manage.py translations

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
