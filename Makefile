# Everything a person does with this project; "make" lists it. CI runs the same targets.
# Needs Python 3.11 or newer and make. Another interpreter: make test PYTHON=python3.12

PYTHON ?= $(firstword $(foreach p,python3 python3.14 python3.13 python3.12 python3.11,$(shell $(p) -c 'import sys; sys.version_info >= (3, 11) and print("$(p)")' 2>/dev/null)))
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
SHIPPED := app.py assembly settings.py campaign desk bot intake mail classifier store locales ops reports
CODE := app.py assembly settings.py campaign desk bot intake mail classifier store locales ops reports sandbox tests bench
PYTEST_ARGS ?= -n auto --maxprocesses 4
UV := build/uv/bin/uv
LOCK := pip compile pyproject.toml requirements/build.in --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --quiet

.DEFAULT_GOAL := help
.PHONY: help install demo test check bench faults lock clean

help: ## list these targets
	@sed -nE 's/^([a-z]+):[^#]*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

install: .venv/.run ## install into .venv what an operator needs: .venv/bin/bridge (docs/operators.md)

demo: .venv/.run ## install, then start phones, bridge and Salama on http://127.0.0.1:8000 (ctrl-C ends it)
	@$(BIN)/bridge demo

test: .venv/.dev ## install with the test extras, then run the whole suite (real PostgreSQL included)
	@.ci/chromium install
	@status=0; $(BIN)/python -m pytest $(PYTEST_ARGS) || status=$$?; .ci/chromium report; exit $$status

check: .venv/.dev ## style, types, import rules, weaknesses in code and packages, message catalogues, the campaign's file
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(CODE)
	$(BIN)/lint-imports
	$(BIN)/bandit -q -ll -r $(SHIPPED)
	$(BIN)/python .ci/audit.py
	$(BIN)/python -m locales.extraction --check
	$(BIN)/python -c "from campaign import load_campaign; load_campaign(None)"

bench: .venv/.dev ## measure speed and memory: one JSON object per line (docs/benchmarks.md)
	@$(BIN)/python -m bench $(BENCH_ARGS)

faults: .venv/.dev ## the storm alone and larger: 1500 reports, STORM_REPORTS and STORM_SEED choose others
	@STORM_REPORTS=$${STORM_REPORTS:-1500} $(BIN)/python -m pytest -q tests/faults/test_big_storm.py

lock: $(UV) ## compile pyproject.toml into requirements/*.txt, with hashes
	$(UV) $(LOCK) --output-file requirements/run.txt
	$(UV) $(LOCK) --extra test --extra dev --constraint requirements/run.txt --output-file requirements/dev.txt

clean: ## remove what was installed and measured; var/ (your data) stays
	rm -rf .venv build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Stamps: a second run installs nothing.
.venv/.made:
	@test -n "$(PYTHON)" && $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or newer is needed, and none was found. Name one: make ... PYTHON=/path/to/python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { \
		echo "$(PYTHON) cannot make a virtual environment; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@touch $@

.venv/.run: .venv/.made requirements/run.txt pyproject.toml
	@echo "Installing into .venv ..."
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: .venv/.made requirements/dev.txt pyproject.toml
	@echo "Installing into .venv, with what the tests need ..."
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch .venv/.run $@

$(UV):
	@$(PYTHON) -m venv build/uv
	@build/uv/bin/python -m pip --disable-pip-version-check --quiet install 'uv>=0.8'
