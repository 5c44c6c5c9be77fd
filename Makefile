# Each target is one line of work. Without make: see "Without make" in book/contributing.md.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
export PYTHONHASHSEED := 0

.DEFAULT_GOAL := site
.PHONY: site pdf test portable serve notebooks data course slides requirements ladder clean

site: .venv/.ready  ## build the site into _build/html, warnings are errors
	$(BIN)/python book/build build

pdf: site  ## print the site into one file, _build/html/emergence-book.pdf; needs Chromium
	$(BIN)/python book/build pdf

test: .venv/.ready  ## unit tests, docstring examples, every notebook, and the built pages in a browser
	$(BIN)/pytest -q -n 2 --dist loadfile

portable: .venv/.ready  ## every notebook as on processors without AVX-512, and without AVX2 (x86 only)
	NPY_DISABLE_CPU_FEATURES="X86_V4 AVX512_ICL AVX512_SPR" OPENBLAS_CORETYPE=$${OPENBLAS_CORETYPE:-Haswell} $(BIN)/pytest -q -n 2 --dist loadfile notebooks
	NPY_DISABLE_CPU_FEATURES="X86_V3 X86_V4 AVX512_ICL AVX512_SPR" $(BIN)/pytest -q -n 2 --dist loadfile notebooks

serve: site  ## show the built site on http://localhost:8000, or on another port: make serve PORT=8080
	$(BIN)/python -m http.server $(PORT) --bind localhost --directory _build/html

notebooks: .venv/.ready  ## execute every notebook in place, then collect the verdicts
	$(BIN)/jupyter nbconvert --to notebook --execute --inplace --ExecutePreprocessor.record_timing=False notebooks/*.ipynb
	$(BIN)/python -m emergence_utils.report collect

data: .venv/.ready  ## make the tables of data/ from raw files: make data SOURCES=folder
	$(BIN)/python data/build --sources $(or $(SOURCES),$(error say where the raw files are: make data SOURCES=folder))

course: .venv/.ready  ## the exercises for students and for the lecturer, in _build/course
	$(BIN)/python book/build course

slides: .venv/.ready  ## slides of every chapter from its notebook, in _build/slides
	$(BIN)/python book/build slides

ladder: .venv/.ready  ## train six small models to add, under three minutes: tables and a picture in _build/ladder
	$(BIN)/python -m emergence_utils.train --task addition --rungs 6 --seeds 2 --out _build/ladder

requirements:  ## pin the dependencies of pyproject.toml anew; needs the tool uv
	uv pip compile pyproject.toml --all-extras --universal --fork-strategy fewest --python-version 3.11 --generate-hashes --no-emit-index-url -o requirements.txt

clean:
	rm -rf _build book/_generated book/ledger.md book/changed.md book/data book/writeups

.venv/.ready: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; (3, 11) <= v < (3, 14) or sys.exit(f"This book needs Python 3.11, 3.12 or 3.13; {sys.executable} is {v[0]}.{v[1]}. Try: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --require-hashes -r requirements.txt
	$(BIN)/pip install --quiet --no-deps -e .
	@touch $@
