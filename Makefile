# `make course` and `make test` are all that a newcomer needs: each does its own set-up.

.DEFAULT_GOAL := help
SHELL := /bin/sh

# The first Python that the packages support; choose another with `make PYTHON=... TARGET`.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null \
	&& echo $$p && break; done)

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
CLUSTER := $(VENV)/.cluster
COURSE := classroom
GENERATED := book/generated

# $(call step,what is done,the command,what to do if it fails)
define step
	@echo "==> $(1)"
	@$(2) || { echo "FAILED: $(1)."; echo "        $(3)"; exit 1; }
endef

.PHONY: help course test book preview practise claims pdf quality assign sample bench cluster demo-cluster lint lock clean

help: ## list the targets
	@echo "Training deep neural networks: what you can make"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{printf "%-20s %s\n", $$1, $$2}'

# One half does not wait for the other: a newcomer whose book fails still sees marks.
course: $(READY) ## set-up, the book, release notebooks, a sample class graded: start here
	@book=0; class=0; \
	$(MAKE) --no-print-directory book || book=1; \
	$(MAKE) --no-print-directory sample || class=2; \
	echo; \
	if [ $$book -eq 0 ]; then echo "The book:      file://$(CURDIR)/_build/html/index.html"; \
	else echo "The book:      FAILED, see above; mend it and run: make book"; fi; \
	if [ $$class -eq 0 ]; then \
		echo "The notebooks: $(CURDIR)/$(COURSE)/release"; \
		echo "The feedback:  file://$(CURDIR)/$(COURSE)/feedback"; \
		echo "The marks:     $(CURDIR)/$(COURSE)/grades.csv"; \
	else echo "The class:     FAILED, see above; mend it and run: make sample"; fi; \
	exit $$((book + class))

test: $(READY) ## set-up, then every test
	$(call step,Testing,$(BIN)/python -m pytest -n 2 --dist loadgroup,The failed tests above say what is wrong.)

book: $(READY) ## the HTML book alone (STRICT=1: a claim that does not hold here fails it)
	$(call step,Writing the exercise cards,$(BIN)/python -m autograder cards $(GENERATED),The line above says which exercise to mend.)
	$(call step,Fetching Python for the pages,$(BIN)/python -m book.practise.fetching,The lines above say why.)
	$(call step,Building the book,$(BIN)/python -m book.build,The lines above name the page.)

preview: $(READY) ## the book while you write it: what is saved is built, and the browser shows it
	@$(BIN)/python -m book.preview

practise: $(READY) ## fetch what exercises in the page need, for as long as it takes (`make book` waits a minute)
	$(call step,Fetching Python for the pages,$(BIN)/python -m book.practise.fetching 3600,The lines above say why.)

claims: $(READY) ## every claim of the book under other seeds and numerics, with its margin (hours; resumes)
	@$(BIN)/python -m book.survey

pdf: book ## the whole book as a PDF (needs Chromium)
	$(call step,Printing the book,$(BIN)/python -m book.pdf,The lines above say why.)

quality: $(READY) ## what the checks refuse, recognise and accept (NAME=ASSIGNMENT[.EXERCISE]: of that alone)
	$(call step,Measuring the checks,$(BIN)/python -m tests.autograder.quality $(NAME),The last lines name what is amiss; its tests say more.)

assign: $(READY)
	$(call step,Making the course directory,$(BIN)/python -m autograder init $(COURSE),Is $(COURSE)/ writable?)
	$(call step,Releasing the assignments,$(BIN)/python -m autograder assign --course $(COURSE),The line above says which assignment to mend.)

sample: assign
	$(call step,Handing in for a sample class,$(BIN)/python -m autograder.cli.sample_class $(COURSE),The lines above say what went wrong.)
	@echo "==> Grading the sample class (some submissions are broken on purpose)"
	@$(BIN)/python -m autograder grade --course $(COURSE); s=$$?; [ $$s -eq 0 ] || [ $$s -eq 2 ] || \
		{ echo "FAILED: Grading the sample class."; echo "        The line above says what to do."; exit 1; }
	$(call step,Writing feedback,$(BIN)/python -m autograder feedback --course $(COURSE),The line above says which submission.)
	$(call step,Exporting marks,$(BIN)/python -m autograder export --course $(COURSE),The line above says why.)

bench: $(READY) ## side-by-side timings (takes minutes)
	$(call step,Timing,$(BIN)/python -m benchmarks,The line above says why.)

cluster: $(CLUSTER) ## install what grading on several machines needs besides (the extra `cluster`)

demo-cluster: $(CLUSTER) ## a class on a scheduler, two workers and PostgreSQL, one worker killed (N=1000)
	$(call step,Grading on a cluster,$(BIN)/python -m benchmarks.demo_cluster --submissions $(or $(N),1000),The line above says why.)

lint: $(READY) ## formatting, lint and types
	$(call step,Formatting,$(BIN)/ruff format --check .,Run: $(BIN)/ruff format .)
	$(call step,Linting,$(BIN)/ruff check .,Mend what is named above.)
	$(call step,Typing,$(BIN)/mypy,Mend what is named above.)

# With the extras: pip does not see that a pinned package's extra is pinned too.
lock: ## resolve requirements.lock anew (needs uv on the PATH)
	$(call step,Resolving,uv pip compile $(RESOLVE) --output-file requirements.lock --quiet,Install uv and try again.)
	$(call step,Resolving what a cluster needs besides,uv pip compile $(RESOLVE) --extra cluster --constraint requirements.lock $(BESIDES) --output-file requirements-cluster.lock --quiet,The lines above say which pins do not go together.)
	@sed -i '/^# The following packages were excluded/,$$d' requirements-cluster.lock

RESOLVE := pyproject.toml --extra dev --universal --generate-hashes --no-strip-extras --python-version 3.11 --no-header
# What everybody has is in the first lock, and in the second it is not said again.
BESIDES = $$(sed -n 's/^\([A-Za-z0-9._-]*\)\(\[[^]]*\]\)\{0,1\}==.*/--no-emit-package \1/p' requirements.lock)

# A course directory with a gradebook holds marks, and perhaps somebody's only copy of them.
clean: ## delete what was made, but no packages and no marks (CLASSROOM=1: the marks too)
	rm -rf _build $(GENERATED)
	@if [ "$(CLASSROOM)" != 1 ] && { [ -e $(COURSE)/gradebook.db ] || grep -qs '^[^#]*db_url' $(COURSE)/nbgrader_config.py; }; then \
		echo "Kept: $(COURSE)/, which has a gradebook. To delete it too: make clean CLASSROOM=1"; \
	else rm -rf $(COURSE); fi

$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "FAILED: no Python 3.11, 3.12 or 3.13 was found."; \
		echo "        Install one, or name it: make PYTHON=/path/to/python3.12 ..."; exit 1; }
	$(call step,Making $(VENV),$(PYTHON) -m venv $(VENV),On Debian and Ubuntu: apt-get install python3-venv)
	$(call step,Installing the packages (two to five minutes),$(BIN)/python -m pip install --disable-pip-version-check --require-hashes --compile -r requirements.lock,Is there a network? pip's last lines say what is missing.)
	$(call step,Installing the course itself,$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation --editable .,pip's last lines say what is missing.)
	@touch $(READY)

$(CLUSTER): $(READY) requirements-cluster.lock
	$(call step,Installing what a cluster needs,$(BIN)/python -m pip install --disable-pip-version-check --quiet --require-hashes --no-deps --compile -r requirements-cluster.lock,Is there a network? pip's last lines say what is missing.)
	@touch $(CLUSTER)
