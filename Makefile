# Pixxel Explorer. `make demo` shows it, `make test` tests it; every target brings what it needs.
-include .local.mk

PYTHON := .venv/bin/python
PROFILE ?= default
PROFILES_PATH ?=
PORT ?= 8765
PYTEST_ARGS ?=
# Pixels do not depend on the machine's display; the desktop tests bring their own.
OFFSCREEN := QT_QPA_PLATFORM=offscreen

.DEFAULT_GOAL := help
.PHONY: help setup demo run test test-without-qgis test-unit test-qgis test-qt6 test-desktop test-matrix bench soak faults sandbox package install lint format i18n docs clean

help: ## List the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Find or install QGIS 3.40+, make .venv, bring a virtual display
	@bash tools/setup.sh

demo: setup ## Show an analyst's day in a real QGIS, one picture a step in build/demo
	@$(PYTHON) tools/desktop.py demo

run: setup ## Open QGIS with the plugin and the sample data in a throw-away profile
	@$(PYTHON) tools/desktop.py run

# The desktop's tests mostly wait, so they run beside the others; those of the headless QGIS measure time, and run alone.
test: setup ## Run every test
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target test-desktop test-without-qgis
	@$(MAKE) --no-print-directory test-qgis

test-without-qgis: setup
	@$(MAKE) --no-print-directory test-unit
	@$(MAKE) --no-print-directory test-qt6

test-unit: setup ## Tests without QGIS and Qt
	$(PYTHON) -m pytest -p no:pytest_qgis tests/unit $(PYTEST_ARGS)

test-qgis: setup ## Tests in a headless QGIS
	$(OFFSCREEN) $(PYTHON) -m pytest tests/qgis $(PYTEST_ARGS)

# QGIS 4 cannot be installed where this is built: its classes are stand-ins, Qt 6 itself is real.
test-qt6: setup ## The user interface's tests on Qt 6
	$(OFFSCREEN) PYTHONPATH=tests/qt6/standin $(PYTHON) -m pytest -p no:pytest_qgis -p qt6_fixtures tests/qt6 tests/qgis/ui tests/qgis/ui_legend_editor --ignore=tests/qgis/ui_legend_editor/test_two_editors.py $(PYTEST_ARGS)

test-desktop: setup ## Tests that drive a whole QGIS desktop
	$(OFFSCREEN) $(PYTHON) -m pytest -p no:pytest_qgis tests/desktop $(PYTEST_ARGS)

test-matrix: setup ## The same tests on the newest QGIS 3.x, in a Debian 13 folder
	@bash tools/matrix.sh

bench: setup ## Measure side by side, as ratios, to build/bench.json
	@$(PYTHON) tests/benchmarks/bench.py

soak: setup ## Write what 300 load and remove cycles, 50 reloads and 50 quits leave to build/soak.txt (SOAK="10 5 4" for less)
	@$(PYTHON) tests/soak/soak.py $(SOAK)

faults: setup ## Click in QGIS at random before a server with faults at random (FAULTS="SEED SECONDS")
	@$(PYTHON) tests/soak/faults.py $(FAULTS)

sandbox: setup ## Serve the sandbox on 127.0.0.1 (PORT=8765)
	@$(PYTHON) plugin/sandbox/__main__.py --port $(PORT)

package: setup ## Build the zip for the plugin repository, checked by its rules
	@$(PYTHON) tools/package.py

install: setup ## Install into a QGIS profile (PROFILES_PATH=P PROFILE=default)
	@$(PYTHON) tools/install.py --profile '$(PROFILE)' $(if $(PROFILES_PATH),--profiles-path '$(PROFILES_PATH)')

lint: setup ## Check style and types
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	@bash tools/typecheck.sh

format: setup ## Put the code in its common form
	$(PYTHON) -m ruff format .
	$(PYTHON) -m ruff check --fix .

i18n: setup ## Extract all texts for translators to build/i18n
	@mkdir -p build/i18n
	$(PYTHON) -m PyQt6.lupdate.pylupdate --no-obsolete --exclude sandbox --ts build/i18n/pixxel_explorer.ts plugin ui

docs: setup ## Take the desktop's pictures into the guide and check its links
	@$(PYTHON) tools/check_docs.py

clean: ## Remove what was built; .venv stays
	rm -rf build .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
