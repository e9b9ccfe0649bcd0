# Everything runs in .venv, made here with pinned versions; nothing else of the machine is touched.
PYTHON ?= python3
BIN := .venv/bin
ARGS ?=

.PHONY: install demo test check format screens bench clean

install: .venv/installed

.venv/installed: pyproject.toml constraints.txt
	@echo "Installing into .venv (about a minute, the first time) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "ordonnance needs Python 3.11 or later; name one with make PYTHON=python3.12")'
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

demo: install  ## the story in the terminal, then the pages in the browser (ARGS=--exit: ends)
	@$(BIN)/ordonnance demo $(ARGS)

test: install  ## everything, on SQLite and on PostgreSQL (which it brings)
	@$(BIN)/pytest $(ARGS)

check: install  ## format, lint, types, and the direction of imports
	$(BIN)/ruff format --check src tests
	$(BIN)/ruff check src tests
	$(BIN)/mypy
	$(BIN)/lint-imports

format: install
	$(BIN)/ruff format src tests
	$(BIN)/ruff check --fix-only src tests

screens: install  ## the pictures of docs/screens, as the tests of pages see them (Chromium)
	@CI=true SCREENS=build/guide $(BIN)/pytest -q tests/browser/test_guide.py
	@$(BIN)/python tests/screens.py build/guide docs/screens

bench: install  ## load on a service it starts itself (ARGS='--stored 1000000 --soak 600')
	@$(BIN)/ordonnance bench $(ARGS)

clean:
	rm -rf .venv build .hypothesis .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
