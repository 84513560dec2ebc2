# Two commands do everything on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
BIN    := .venv/bin
DEMO   ?= build/demo

.PHONY: demo test long check bench accuracy fuzz kill pictures lock clean

demo: .venv/ready  ## the main job on a generated capture day
	rm -rf $(DEMO)
	$(BIN)/regpack demo $(DEMO)

test long: export PYTHONDONTWRITEBYTECODE =  # the programs that tests start need not compile anew

test: .venv/ready  ## every test, doctest and import contract
	$(BIN)/pytest -n auto --dist loadgroup

long: .venv/ready  ## tests that take long: faults, kills, serve, decisions, the year on both databases
	$(BIN)/pytest -n auto --dist loadgroup -m long

check: .venv/ready  ## style, types and import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: .venv/ready  ## speed against something else in the same run
	$(BIN)/python -m benchmarks

accuracy: .venv/ready  ## how near measures come to the truth of 1,000 drawn portraits
	$(BIN)/python -m tests.accuracy

fuzz: .venv/ready  ## odd and mutated pictures, sheets, settings, zips, bundles: no crash, no hang, bounded memory
	$(BIN)/python -m tests.fuzz_photos
	$(BIN)/python -m tests.fuzz_readers

kill: .venv/ready  ## runs killed at 100 random moments: nothing half-written, and the next run completes
	$(BIN)/python -m tests.kill_runs

pictures: .venv/ready  ## the README's pictures of report and desk, from a demo day, in Chromium
	$(BIN)/python -m tests.readme_pictures

lock: .venv/ready  ## write requirements.lock anew from pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-annotate --no-header --upgrade -o requirements.lock

.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

clean:
	rm -rf .venv build .pytest_cache .mypy_cache .ruff_cache .hypothesis
