# make run and make test need Python 3.11 or later and make, nothing else: they build .venv themselves and
# are quick the second time, because each stamp is newer than the lock file that it stands for.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
CRM := $(VENV)/bin/crm
# The lock carries the hash of every file, so that what is installed is what was tested, whatever the index.
INSTALL := $(PY) -m pip install -qq --disable-pip-version-check
LOCK := $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url --no-emit-find-links $(UPGRADE)

SAMPLE := crm/sample/data
SAMPLE_PERIOD := --from 2026-10-01 --to 2026-10-31
# How many rounds each race runs in `make soak`; CI runs the few that the tests ask for by themselves.
ROUNDS ?= 1000

.DEFAULT_GOAL := help
.PHONY: help run replay test soak check lint bench lock picture pictures clean

help: ## what can be made
	@sed -n 's/^\([a-z]*\):.*## /make \1	/p' $(MAKEFILE_LIST)

run: $(VENV)/.installed ## try it: a lifelike company in the browser, on this machine only
	@$(CRM) demo $(ARGS)

replay: $(VENV)/.installed ## replay the sample team's month in the terminal
	@$(CRM) replay $(SAMPLE) $(SAMPLE_PERIOD)
	@echo
	@echo "用自己的数据 Your own file:  $(CRM) template my.xlsx   (填好后 then fill it in)"
	@echo "                             $(CRM) replay my.xlsx $(SAMPLE_PERIOD)"

test: $(VENV)/.installed-dev ## every test, on all cores
	@$(PY) scripts/run_tests.py $(ARGS)

soak: $(VENV)/.installed-dev ## the slow tests, with many rounds of each race
	@CRM_SOAK_ROUNDS=$(ROUNDS) $(PY) scripts/run_tests.py -m slow $(ARGS)

check: lint ## lint, types and the import contract
	@$(PY) -m mypy
	@$(VENV)/bin/lint-imports

lint: $(VENV)/.installed-dev ## style and format
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .

bench: $(VENV)/.installed-dev ## a large workbook replayed, against only reading it
	@$(PY) -m benchmarks.replay $(ARGS)

lock: $(VENV)/.installed ## write the lock files anew; UPGRADE=--upgrade takes newer versions
	@$(INSTALL) 'uv>=0.9'
	@$(LOCK) pyproject.toml --output-file requirements.txt
	@$(LOCK) --group build --constraints requirements.txt --output-file requirements-build.txt
	@$(LOCK) pyproject.toml --extra fast --extra dask --extra postgres --extra redis --extra dev --group build \
		--constraints requirements.txt --constraints requirements-build.txt --output-file requirements-dev.txt

picture: $(VENV)/.installed ## draw the picture of the READMEs anew
	@$(PY) scripts/terminal_picture.py docs/pictures/replay.svg "crm replay october.xlsx $(SAMPLE_PERIOD) --staff A01" \
		60 $(CRM) replay $(SAMPLE) $(SAMPLE_PERIOD) --staff A01

pictures: $(VENV)/.installed-dev ## take the pictures of the pages in the READMEs anew
	@CRM_TEST_PICTURES=1 $(PY) -m pytest tests/browser/test_pictures.py

clean: ## remove the virtual environment and everything else that was made
	@rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "应办需要 Python 3.11 或更高版本。Yingban needs Python 3.11 or later, and \`$(PYTHON)\` is not;" \
			"name another one, such as: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) scripts/make_venv.py $(VENV)
	@touch $@

$(VENV)/.installed: requirements.txt requirements-build.txt pyproject.toml | $(VENV)/.made
	@echo "正在安装 Installing into $(VENV) …" >&2
	@$(INSTALL) --require-hashes -r requirements.txt -r requirements-build.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt requirements.txt requirements-build.txt pyproject.toml | $(VENV)/.made
	@echo "正在安装测试环境 Installing what the tests need into $(VENV) …" >&2
	@$(INSTALL) --require-hashes -r requirements-dev.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $(VENV)/.installed $@
