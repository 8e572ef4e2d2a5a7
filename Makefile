# Everything starts here; no target needs a set-up step. ARGS are passed on: make run ARGS=--once
PYTHON ?= python3
BIN = .venv/bin

.PHONY: run test lint lock clean stack docs environment tools

run: environment ## start the whole system and walk the story
	@$(BIN)/python -m shared.cli up $(ARGS)

test: tools ## every suite, on real servers that it starts itself
	@$(BIN)/python -m pytest $(ARGS)

lint: tools
	@$(BIN)/ruff check $(ARGS) .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports

lock: tools ## pins and hashes for every dependency group
	@requirements/lock.sh $(ARGS)

stack: tools ## the containers, and the story driven against them
	@deploy/stack.sh $(ARGS)

docs: tools ## write the generated pages
	@$(BIN)/python -m shared.cli docs $(ARGS)

clean: ## remove the environment and the data folder
	@$(PYTHON) shared/embedded/bootstrap.py clean

environment:
	@$(PYTHON) shared/embedded/bootstrap.py embedded

tools:
	@$(PYTHON) shared/embedded/bootstrap.py dev
