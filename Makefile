# SPDX-License-Identifier: Apache-2.0
# `make` alone lists the targets. The work is done by scripts/, so that people and CI do the same.

VENV := .venv/bin
SETUP = python=$$(scripts/python.sh) && "$$python" -B scripts/install.py
TESTS ?=
JOBS ?= 2

.DEFAULT_GOAL := help
.PHONY: help install run test soak check format bench lock assets translations messages catalog changelog clean

help: ## This list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} \
		/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

##@ Use
install: ## Everything the platform runs on: .venv, libraries, assets, translations, catalog
	@$(SETUP)

run: install ## Install what is missing, then start the whole platform (Ctrl-C ends it)
	@exec $(VENV)/dialog up

##@ Develop
test: ## All tests: core, modules, API, browser (TESTS="tests/unit -k name" for a part)
	@$(SETUP) --tests
	@exec scripts/test.sh all $(TESTS)

soak: ## Long matrices (kill at every step, again and again) for SOAK_MINUTES, 20 unless told otherwise
	@$(SETUP) --tests
	@exec scripts/soak.sh

check: ## Style, types, arrows, headers and unit tests, in under two minutes
	@$(SETUP) --tests
	@exec scripts/check.sh

format: ## Put the code into the house style
	@$(SETUP) --tests
	@$(VENV)/ruff check --fix --quiet . ; $(VENV)/ruff format .

bench: install ## Measure the operations of the platform and print a table
	@exec $(VENV)/python bench/run.py $(BENCH)

##@ Build
assets: ## Bundle admin_ui/assets again
	@$(SETUP) --only assets

translations: ## Compile the translations again
	@$(SETUP) --only translations

messages: ## Bring new texts of the code into the translation files (*.po)
	@exec $(VENV)/python scripts/messages.py

catalog: ## Build the bundled modules again
	@$(SETUP) --only catalog

lock: ## Choose the versions of all libraries anew (LOCK="--upgrade" takes the newest)
	@exec scripts/lock.sh $(LOCK)

changelog: ## Show what the next release will say
	@$(VENV)/towncrier build --draft

clean: ## Remove everything that was built, except .venv and your data in var/
	@rm -rf build dist admin_ui/static/dist admin_ui/static/dist.new admin_ui/static/dist.old node_modules \
		dialog_core/catalog/*.whl dialog_core/catalog/catalog.json .mypy_cache .ruff_cache .pytest_cache \
		.import_linter_cache .hypothesis .venv/.stamps/assets .venv/.stamps/translations .venv/.stamps/catalog
	@find dialog_core admin_ui plugins docs/examples -name '*.mo' -delete
