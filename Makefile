# dosecal: set-up, checks and the demonstration. A bare machine needs Python 3.11 or newer with pip, make and git.

# The first Python on the path that is new enough and starts; `make PYTHON=/some/python3.12 test` names another.
PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3.14 python3 python; do \
	if $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
	command -v $$name; break; fi; done)

VENV := .venv
BIN := $(VENV)/bin
PACKAGES := $(VENV)/packages
READY := $(VENV)/ready
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
HAVE_FONTS := $(BIN)/python -c 'from dosecal.render.fonts import CHINESE, page_fonts, require; require(page_fonts(), CHINESE)'
FONTS := apt-get install --yes --quiet --no-install-recommends -o DPkg::Lock::Timeout=300 fonts-noto-core fonts-noto-cjk
CHROMIUM := apt-get install --yes --quiet --no-install-recommends -o DPkg::Lock::Timeout=300 chromium
STUDIES := NCT04611256 NCT04252118
TYPED := schedule cli.py tests docs/*.py $(if $(wildcard benchmarks/*.py),benchmarks)
USDM := .venv-usdm
COMPILE := $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links --system-certs

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup fonts chromium browser demo test check engines usdm format bench mutants docs kills pins clean

help: ## Say what can be made.
	@sed -n 's/^\([a-z]*\):[^#]*## /make \1\t/p' Makefile | expand -t 14

setup: $(READY) ## Make the environment in .venv (the others do it by themselves).

# Each stamp is written last: an interrupted set-up starts again, from an empty folder. requirements/dev.txt names every
# package there is: with --no-deps, pip looks for no other version of any.
$(PACKAGES): requirements/dev.txt
	@if [ -z "$(PYTHON)" ] || ! "$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		echo "dosecal needs Python 3.11 or newer: install it, or name one with 'make PYTHON=/path/to/python3.11 …'" >&2; \
		exit 1; fi
	@rm -rf $(VENV)
	@echo "Setting up $(VENV) (a minute or two, once)"
	@"$(PYTHON)" -m venv $(VENV)
	@$(PIP) --require-hashes --no-deps -r requirements/dev.txt
	@touch $@

$(READY): $(PACKAGES) pyproject.toml
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

# A folder that DOSECAL_FONTS names is the user's to fill.
fonts: $(READY) ## Install the fonts of printed pages where they are missing (as root, with apt; else say what does).
	@if $(HAVE_FONTS) 2>/dev/null; then exit 0; fi; \
	if [ -z "$$DOSECAL_FONTS" ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing the fonts of printed pages (once)"; export DEBIAN_FRONTEND=noninteractive; \
		$(FONTS) >/dev/null 2>&1 || { apt-get update --quiet >/dev/null && $(FONTS) >/dev/null; }; \
	fi; \
	why=$$($(HAVE_FONTS) 2>&1) || { echo "$$why" | tail -n 1 >&2; \
		echo "printed pages need fonts$${DOSECAL_FONTS:+ in $$DOSECAL_FONTS}: as root, apt-get install fonts-noto-core" \
		"fonts-noto-cjk; docs/how-to/print-calendars.md says what installs them elsewhere" >&2; exit 1; }

chromium: $(READY) ## Install the browser of the page's tests where there is none (as root, with apt; else say what does).
	@if command -v chromium >/dev/null; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing the browser of the page's tests (once)"; export DEBIAN_FRONTEND=noninteractive; \
		$(CHROMIUM) >/dev/null 2>&1 || { apt-get update --quiet >/dev/null && $(CHROMIUM) >/dev/null; }; \
	fi; \
	command -v chromium >/dev/null || { echo "the page's tests need a browser: as root, apt-get install chromium" >&2; exit 1; }

browser: chromium fonts ## Look at every page in a browser: three languages, eight widths, keyboard, paper, speed (some minutes).
	DOSECAL_BROWSER=all $(BIN)/python -m pytest --no-cov tests/web/browser tests/web/test_dose_page.py

demo: fonts ## Make everything for both registry trials and their example subjects: see out/index.html.
	@mkdir -p out
	@set -e; for study in $(STUDIES); do \
		of="$$study protocols/examples/$$study-subjects.csv --force"; out=out/$$study; \
		echo "== $$study"; \
		$(BIN)/dosecal show $$study; \
		$(BIN)/dosecal show $$study --plot $$out-protocol.svg --force >/dev/null; \
		$(BIN)/dosecal print $$study --what soa --force -o $$out-soa.pdf; \
		for table in visits doses; do \
			$(BIN)/dosecal $$table $$of -o $$out-$$table.csv; \
			$(BIN)/dosecal $$table $$of --format xlsx -o $$out-$$table.xlsx; \
		done; \
		$(BIN)/dosecal print $$of --what participant -o $$out-participants.pdf; \
		for language in es-MX zh-CN; do \
			$(BIN)/dosecal print $$of --what participant --lang $$language -o $$out-participants-$$language.pdf; \
		done; \
		$(BIN)/dosecal print $$of --what coordinator -o $$out-coordinator.pdf; \
		$(BIN)/dosecal print $$of --what worksheet --subject 001 -o $$out-worksheets.pdf; \
		$(BIN)/dosecal print $$of --what timeline --subject 001 -o $$out-timeline.svg; \
		$(BIN)/dosecal export $$of --to ics -o $$out-calendar.ics; \
		$(BIN)/dosecal export $$of --to fhir -o $$out-fhir.json; \
		$(BIN)/dosecal export $$study --force --to redcap -o $$out-redcap; \
		head -n 4 protocols/examples/$$study-subjects.csv | $(BIN)/dosecal visits $$study - --format table; \
		head -n 4 protocols/examples/$$study-subjects.csv | $(BIN)/dosecal doses $$study - --format table; \
	done
	@$(BIN)/python docs/make_demo_study.py out/study
	@$(BIN)/python docs/write_demo_index.py out $(STUDIES)
	@echo "a study to work in, in the browser: $(BIN)/dosecal open out/study"

test: check ## Pass everything that must pass; CI runs this.

# pytest comes last, so that its closing line is the last thing that is read.
check: fonts chromium $(USDM)/ready ## Format, lint, types, import rules, documentation, tests with branch coverage.
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy $(TYPED)
	$(BIN)/lint-imports
	$(BIN)/python docs/generate_cli_reference.py --check
	$(BIN)/python docs/generate_catalogues.py --check
	$(BIN)/python docs/generate_printed_words.py --check
	$(BIN)/python docs/generate_file_reference.py --check
	$(BIN)/python docs/generate_input_columns.py --check
	$(BIN)/mkdocs build --strict --quiet
	$(BIN)/python -m pytest -n 2 --cov

engines: $(READY) ## Run the recipe for Spark as the documentation has it (needs Java; half a minute).
	@command -v java >/dev/null || { echo "Spark needs Java: apt-get install default-jre-headless" >&2; exit 1; }
	@$(PIP) --require-hashes --no-deps -r requirements/engines.txt
	$(BIN)/python -m pytest tests/docs/check_spark.py

usdm: $(USDM)/ready ## Make the environment in .venv-usdm, whose reader of USDM the tests compare with.

# It pins other versions of what the program uses, and so is apart; each Python has the newest reader that runs on it.
$(USDM)/ready: requirements/usdm.txt $(PACKAGES)
	@rm -rf $(USDM)
	@$(BIN)/python -m venv $(USDM)
	@$(USDM)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r $<
	@touch $@

format: $(READY) ## Put the code into its one format.
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: fonts ## Measure speed and size, as ratios in one run (PEER=a python with clinicedc measures it too).
	$(BIN)/python -m benchmarks.run $(PEER)
	$(BIN)/python -m benchmarks.calendar_columns
	$(BIN)/python -m benchmarks.paper
	$(BIN)/python -m benchmarks.calendar_files

mutants: $(READY) ## Change the rooms that date and dose in small wrong ways, and see that a test notices each (an hour).
	$(BIN)/python -m benchmarks.mutation --record --jobs 2

catalogues: $(READY) ## Give each new template of the pages an entry in the catalogues of the languages.
	$(BIN)/python docs/generate_catalogues.py

docs: $(READY) ## Write the references that the program knows by itself and build the documentation in site/.
	$(BIN)/python docs/generate_cli_reference.py
	$(BIN)/python docs/generate_printed_words.py
	$(BIN)/python docs/generate_file_reference.py
	$(BIN)/python docs/generate_input_columns.py
	$(BIN)/mkdocs build --strict

# Without addresses and comments: the files hold names, versions and hashes, and work with any index.
pins: $(READY) ## Choose the newest versions of everything again, and write requirements/.
	@$(PIP) uv
	$(COMPILE) pyproject.toml --output-file requirements/run.txt
	$(COMPILE) pyproject.toml --extra dev --constraint requirements/run.txt --output-file requirements/dev.txt
	$(COMPILE) pyproject.toml --extra page --extra plots --extra paper --constraint requirements/dev.txt --output-file requirements/extras.txt
	$(COMPILE) pyproject.toml --extra engines --constraint requirements/dev.txt --output-file requirements/engines.txt
	echo "usdm4>=0.19" | $(COMPILE) - --output-file requirements/usdm.txt

kills: $(READY) ## Kill 200 saves of a study folder at random moments, and look at what each left.
	DOSECAL_KILLS=200 $(BIN)/python -m pytest --no-cov tests/app/study/test_saving.py

clean: ## Remove everything that was made.
	rm -rf $(VENV) $(USDM) out mutants site dist build .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache \
		.pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
