# make run    start the app on its own SQLite store (or on DATABASE_URL)
# make demo   the same app on a store of invented patients
# make test   everything;  make check  ruff and mypy;  make bench  how fast it is

VENV ?= .venv
PYTHON := $(VENV)/bin/python
PORT ?= 8501
STREAMLIT := $(PYTHON) -m streamlit run app.py --server.port $(PORT)

.PHONY: run demo test check bench words clean

run: $(VENV)/app
	@echo "JAKAHDI Bedside: http://localhost:$(PORT)"
	@$(STREAMLIT)

demo: export DATABASE_URL = sqlite:///demo.sqlite3
demo: export JAKAHDI_DEMO = 1
demo: $(VENV)/app
	@$(PYTHON) -m db.demo
	@echo "JAKAHDI Bedside, demo: http://localhost:$(PORT)"
	@$(STREAMLIT)

test: $(VENV)/dev $(VENV)/chromium check
	$(PYTHON) -m pytest

check: $(VENV)/dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy

bench: $(VENV)/dev $(VENV)/chromium
	$(PYTHON) -m tests.bench

words: $(VENV)/app  # brings the French catalogue up to date with the sentences of the code
	$(PYTHON) -m components.locale.collect

$(VENV)/bin/python:
	@deploy/python.sh $(VENV)

$(VENV)/app: requirements.txt constraints.txt | $(VENV)/bin/python
	@echo "Installing what the app needs (once, about a minute)"
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check -r requirements.txt -c constraints.txt
	@touch $@

$(VENV)/dev: requirements-dev.txt $(VENV)/app
	@echo "Installing what the tests need (once)"
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt -c constraints.txt
	@touch $@

$(VENV)/chromium: | $(VENV)/bin/python
	@deploy/chromium.sh
	@touch $@

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis test-results
