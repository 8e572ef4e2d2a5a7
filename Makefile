# Everything starts here; no target needs a set-up step. ARGS are passed on: make run ARGS=--once
PYTHON ?= python3
BIN = .venv/bin

.PHONY: run test bench drill lint lock clean stack docs environment tools

run: environment ## start the whole system and walk the story
	@$(BIN)/python -m shared.cli up $(ARGS)

test: tools ## every suite, in two processes side by side (ARGS=-n0: in one), each on real servers that it starts itself
	@$(BIN)/python -m pytest -n 2 --dist loadscope --no-loadscope-reorder $(ARGS)

bench: tools ## how fast it is, against limits measured in the same run (FULL=1, STRICT=1)
	@$(BIN)/python -m bench $(if $(FULL),--full) $(if $(STRICT),--strict) $(ARGS)

drill: tools ## break what can break, and count what was lost (FULL=1, STRICT=1)
	@$(BIN)/python -m drills $(if $(FULL),--full) $(if $(STRICT),--strict) $(ARGS)

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
