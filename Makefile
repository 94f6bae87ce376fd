# `make demo` and `make test` are the whole set-up on a machine with Python 3.11 and make.

PYTHON ?= python3
UPGRADE ?=
BIN := .venv/bin
PACKAGES := procedures settings extractors validations reconciliation warehouse alerts reports steps flows review portals rasoat

.PHONY: setup demo test quick check bench docs up format lock dist

setup: .venv/ready

.venv/ready: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Đang cài đặt vào .venv …"
	@sed -n '/^pip==/,/[^\\]$$/p' requirements.lock > .venv/pip.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes -r .venv/pip.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

demo: setup
	@$(BIN)/rasoat demo

test: setup
	@$(BIN)/python -m tests.machine
	@$(BIN)/python -m pytest -n 3 --durations=20

quick: check
	@$(BIN)/python -m pytest -n 2 tests/procedures tests/reconciliation

check: setup
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy -n 2
	@$(BIN)/lint-imports

bench: setup
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-bench.lock
	@for script in benchmarks/*.py; do $(BIN)/python $$script || exit 1; done

docs: setup
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-docs.lock
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet
	@$(BIN)/python docs/booklet.py var/docs/rasoat.pdf

up: setup
	@$(BIN)/python -m flows.up

format: setup
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

dist: setup
	@rm -rf build dist
	@$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .
	@cp requirements.lock dist
	@$(BIN)/python deploy/bill_of_materials.py dist
	@ls dist

# `make lock UPGRADE=--upgrade` takes the newest of everything.
lock:
	@for lock in "requirements.lock --extra s3 --group dev pyproject.toml" \
	  "requirements-bench.lock --group bench -c requirements.lock pyproject.toml" \
	  "requirements-docs.lock --group docs -c requirements.lock"; do \
	  set -- $$lock; \
	  uv pip compile $(UPGRADE) --universal --generate-hashes --no-emit-index-url --no-header --no-annotate \
	    --no-strip-extras --python-version 3.11 -o "$$@" >/dev/null || exit 1; \
	done
