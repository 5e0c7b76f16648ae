# `make` alone says what there is to make.
SHELL := /bin/sh
UV_VERSION := 0.13.9
UV := .tools/uv/bin/uv
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest -q
# A worker has servers of its own and whole modules; servers that were given are for one alone.
SPREAD := -n $(if $(filter url,$(KKMP_TEST_BACKEND)),0,auto) --maxprocesses 4 --dist loadfile \
  --no-loadscope-reorder
# The whole of kkmp wants the whole machine: those tests come after the others, one by one.
tests = $(PYTEST) $(SPREAD) -m "$(1)not system and not soak" && $(PYTEST) -m "$(1)system and not soak"
IMAGES := nats:2.15 postgres:18

export UV_PYTHON_DOWNLOADS := never
export UV_SYSTEM_CERTS := true
export UV_PROJECT_ENVIRONMENT := .venv
unexport VIRTUAL_ENV PYTHONPATH PYTHONHOME

# The first Python >= 3.12 that really runs, those that the lock was tried on first; PYTHON=… wins.
find_python = \
  for candidate in $(or $(PYTHON),python3.13 python3.12 python3.14 python3 \
    "$$HOME"/.pyenv/versions/3.13.*/bin/python3 "$$HOME"/.pyenv/versions/3.1[2-9].*/bin/python3); do \
    python=$$("$$candidate" -c 'import sys; sys.version_info < (3, 12) and sys.exit(1); print(sys.executable)' \
      2>/dev/null) && break; \
  done; \
  if [ -z "$$python" ]; then \
    echo "kkmp needs Python 3.12 or newer, and $(or $(PYTHON),no python3 on the PATH or below ~/.pyenv) is not that." >&2; \
    echo "Install one (apt install python3.13, brew install python@3.13, pyenv install 3.13)," >&2; \
    echo "or name it: make setup PYTHON=/path/to/python3.13" >&2; \
    exit 1; \
  fi

# Run a check, show what it says only if it fails, and go on.
judge = said=$$($(1) 2>&1) || { printf '%s\n' "$$said"; failed="$$failed $(2)"; }

.PHONY: help setup demo test soak unit check fix bench

help: ## Say what there is to make
	@echo "make setup && make demo    brings up a whole kkmp with the story of Jakarta Utara."
	@echo
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/.ready ## Make .venv with all that kkmp needs; quick when nothing changed
	@$(if $(filter setup,$(MAKECMDGOALS)),echo "kkmp is set up. Next: make demo",:)

.venv/.ready: uv.lock pyproject.toml $(UV)
	@$(find_python); echo "Setting up .venv with $$python"; \
	  UV_PYTHON="$$python" $(UV) sync --frozen --quiet
	@ln -sf ../../kkmp $(BIN)/kkmp
	@touch $@

# A folder of its own for uv needs no root, no venv module, and no leave of the system's Python.
$(UV):
	@$(find_python); mkdir -p $(@D); \
	  if "$$python" -m pip --version >/dev/null 2>&1; then \
	    echo "Getting uv $(UV_VERSION)"; \
	    "$$python" -m pip install -qq --disable-pip-version-check --root-user-action=ignore \
	      --upgrade --target .tools/uv uv==$(UV_VERSION); \
	  elif uv=$$(command -v uv); then \
	    ln -sf "$$uv" $@; \
	  else \
	    echo "$$python has no pip to get uv with, and there is no uv on the PATH." >&2; \
	    echo "Install one of them (apt install python3-pip), then run make setup again." >&2; \
	    exit 1; \
	  fi
	@touch $@

demo: setup ## Run kkmp with the story of Jakarta Utara; Ctrl-C ends it
	@trap : INT; ./kkmp dev --seed jakarta-utara || [ $$? -eq 130 ]

# The official parser of AsyncAPI documents is a Node program; without npm its one test is skipped.
PARSER := tests/contracts/parser

test: check ## Check, then all tests: on embedded servers, and on containers where there is Docker
	@if command -v npm >/dev/null; then \
	  npm ci --prefix $(PARSER) --ignore-scripts --no-audit --no-fund --silent; \
	fi
	@$(call tests,)
	@if ! docker version >/dev/null 2>&1; then \
	  echo "Not tested on containers: no Docker engine answers."; \
	  exit 0; \
	fi; \
	for image in $(IMAGES); do \
	  docker image inspect $$image >/dev/null 2>&1 || docker pull --quiet $$image >/dev/null 2>&1 || { \
	    echo "Not tested on containers: the image $$image is not here and cannot be pulled."; \
	    exit 0; \
	  }; \
	done; \
	echo "Again, on containers:"; \
	export KKMP_TEST_BACKEND=containers; $(call tests,integration and not embedded and )

soak: setup ## The long proofs in full, one by one: up to half an hour
	@$(BIN)/python -m pytest -v -o console_output_style=times -m soak

unit: setup ## The tests that need no server: seconds
	@$(PYTEST) -m "not integration and not system and not soak"

check: setup ## Format, lint, types and the rules of what may import what; silent when all is well
	@failed=; \
	$(call judge,$(BIN)/ruff format --check .,format); \
	$(call judge,$(BIN)/ruff check --quiet .,lint); \
	$(call judge,$(BIN)/basedpyright,types); \
	$(call judge,$(BIN)/lint-imports --no-logo,imports); \
	$(call judge,./kkmp contracts --check,contracts); \
	[ -z "$$failed" ] || { echo "Not right yet:$$failed" >&2; exit 1; }

fix: setup ## Format, and mend what the linter can mend
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format --quiet .

bench: setup ## Measure kkmp beside the library it is compared with
	@$(BIN)/python -m tests.bench
