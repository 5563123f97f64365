# One word per task. Each sets up by itself, from the pinned lock, and only when the lock has changed.
DEMO_HOME ?= build/demo-home
CUSTOMERS ?= 500000
JOBS ?= 3
BIN := .venv/bin
RUN := $(BIN)/python

# Hundreds of processes import the same modules: what each would compile anew is kept, whatever the shell says.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test lint without-qt bench shots pictures docs icons lock clean

help: ## what there is
	@sed -n 's/^\([a-z-]*\):.*## /  make \1#/p' $(MAKEFILE_LIST) | tr '#' '\t' | expand -t 20

run: ## open the console on a demo workspace (in the terminal where there is no display)
	@sh packaging/setup.sh
	@$(RUN) main.py --home "$(DEMO_HOME)" console --demo

test: ## everything that must hold: lint, types, contracts, tests
	@sh packaging/setup.sh test
	@$(MAKE) --no-print-directory lint-only without-qt
	sh packaging/in_memory.sh $(RUN) -m pytest -q -n $(JOBS) --dist loadscope --no-loadscope-reorder

lint: ## style, types and import contracts
	@sh packaging/setup.sh
	@$(MAKE) --no-print-directory lint-only

.PHONY: lint-only
lint-only:
	$(BIN)/ruff check -q .
	$(BIN)/ruff format -q --check .
	$(BIN)/mypy --strict --no-error-summary app ui main.py
	$(BIN)/lint-imports --no-logo

without-qt: ## app/ is a library: every module of it imports where there is no Qt
	@sh packaging/setup.sh
	$(RUN) -m tests.without_qt

bench: ## speeds as ratios, on a demo of CUSTOMERS customers (500,000)
	@sh packaging/setup.sh
	$(RUN) -m tests.bench --customers $(CUSTOMERS)

shots: ## pictures of every page, light and dark, into build/shots
	@sh packaging/setup.sh test
	$(RUN) -m tests.shots

pictures: ## the guide's pictures, from real runs of a demo (about a minute)
	@sh packaging/setup.sh test
	$(RUN) -m tests.shots.guide

docs: ## the pages of the guide that the program writes itself
	@sh packaging/setup.sh
	$(RUN) -m app.policy.masks.describe >docs/guide/masks.md.new && mv docs/guide/masks.md.new docs/guide/masks.md
	$(RUN) -m app.policy.describe_packs docs/guide/packs

icons: ## the application's icon as PNG, from the SVG
	@sh packaging/setup.sh
	QT_QPA_PLATFORM=offscreen $(RUN) packaging/icons.py

lock: ## pin everything anew (needs uv)
	uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --extra dev --python-version 3.11 \
	    pyproject.toml -o requirements.lock
	sed -i '1i # Everything Sandkeeper and its tests need, pinned with hashes. Made by `make lock`, never by hand.\
	# Install with: pip install --require-hashes -r requirements.lock' requirements.lock

clean: ## remove what was built, not the virtual environment
	rm -rf build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .benchmarks
