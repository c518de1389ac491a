# Everything lives in .venv/; the first target that needs it makes it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
q ?= 到2025年，中国的算力总规模目标是多少？其中多少用于人工智能？

.PHONY: run ask index test check lint types format fit calibrate clean

run: index  ## Install, index corpus/, open the chat page on http://127.0.0.1:7860
	$(BIN)/policy-qa serve

ask: index  ## One answer in the terminal: make ask q="…"
	@$(BIN)/policy-qa ask "$(q)"

index: $(READY)  ## Bring index/ up to date with corpus/
	@$(BIN)/policy-qa index

test: $(READY)  ## All tests
	$(BIN)/python -m pytest

check: test lint types  ## What CI runs

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

fit: index  ## Fit the model that chooses sentences, on golden dev and written needs
	$(BIN)/python -m benchmarks.fit_sentences

calibrate: index  ## Fit the abstention threshold on golden dev and written needs
	$(BIN)/python -m benchmarks.calibrate_abstention

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	@touch $@

clean:
	rm -rf $(VENV) build dist src/*.egg-info
