# Attune's commands. `make help` lists them; variables: PORT=8000, PYTHON=python3.12, ARGS="what the command gets".

.DEFAULT_GOAL := help
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

PORT ?= 8000
export PORT
ARGS ?=
# The first Python that is new enough. The rest of the Makefile uses the environment's.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && break; done)
UV := $(shell command -v uv 2>/dev/null)
PY := .venv/bin/python
# Runs a command with DATABASE_URL set: yours, or that of the embedded PostgreSQL, which ends with the command.
RUN := PYTHONPATH=site $(PY) -m config.postgres run --
say = echo "→"

# The settings that production asks for, for this machine.
IN_PRODUCTION = export SECRET_KEY="$${SECRET_KEY:-$$(cat var/secret-key)}" \
	CLIENT_KEY_SECRET="$${CLIENT_KEY_SECRET:-$$(cat var/client-key-secret)}" \
	SITE_URL="$${SITE_URL:-http://localhost:$(PORT)}" EMAIL_URL="$${EMAIL_URL:-console:}"

# Style sheets and scripts of our own.
ASSETS := site/static/css site/static/dev site/static/js

.PHONY: help demo test test-fast serve check fix diagram coverage audit lock bench lighthouse operators-book psql messages clean reset python preflight \
	environment secrets catalogues

help: ## (run) List these commands
	@awk -F ':.*## ' '\
		/^[a-z-]+:.*## \([a-z]+\) / {match($$2, /\([a-z]+\) /); group = substr($$2, 2, RLENGTH - 3); \
			list[group] = list[group] sprintf("  make %-14s %s\n", $$1, substr($$2, RLENGTH + 1))} \
		END {printf "Run the site\n%s\nWork on it\n%s\nLook after it\n%s", list["run"], list["work"], list["care"]}' \
		$(MAKEFILE_LIST)

demo: preflight .venv/.installed ## (run) From nothing to a running site with content, on PORT (8000)
	@exec env $(RUN) $(say) "Preparing the database" -- $(PY) manage.py migrate --verbosity 0 -- \
		$(say) "Compiling the translations" -- $(PY) manage.py compile_catalogues -- \
		$(say) "Writing the demo content (a minute or two the first time)" -- $(PY) manage.py seed_demo -- \
		$(say) "Starting the site" -- $(PY) manage.py serve --port $(PORT)

test: .venv/.installed catalogues ## (work) Every test that this machine can run; ends with what was skipped and why (ARGS)
	@$(say) "Testing"
	@$(PY) -m pytest -n auto $(ARGS)

test-fast: .venv/.installed catalogues ## (work) Those tests that need neither a browser nor races (ARGS)
	@$(say) "Testing"
	@$(PY) -m pytest -n auto -m "not browser and not commits" $(ARGS)

serve lighthouse: export DJANGO_SETTINGS_MODULE = config.settings.production
serve: preflight .venv/.installed secrets ## (run) As in production, on http://localhost:PORT, with secrets of its own in var/
	@$(IN_PRODUCTION); exec env $(RUN) $(say) "Preparing the database" -- $(PY) manage.py migrate --verbosity 0 -- \
		$(say) "Compiling the translations" -- $(PY) manage.py compile_catalogues -- \
		$(say) "Compressing the static files" -- $(PY) manage.py collectstatic --no-input --verbosity 0 -- \
		$(say) "Starting the site" -- $(PY) manage.py serve --port $(PORT)

check: .venv/.installed catalogues ## (work) Formatting, lint, imports, types, packages, migrations, deployment settings, translations
	@$(say) "ruff"; .venv/bin/ruff format --check . && .venv/bin/ruff check .
	@$(say) "djhtml"; .venv/bin/djhtml --check templates
	@$(say) "imports"; PYTHONPATH=.:site .venv/bin/lint-imports --no-cache --no-logo
	@$(say) "oxfmt"; .venv/bin/oxfmt --check $(ASSETS)
	@$(say) "oxlint"; .venv/bin/oxlint --deny-warnings $(ASSETS)
	@$(say) "style sheets"; $(PY) dev/check_css.py
	@$(say) "mypy"; DATABASE_URL=postgres://types@localhost/need-none .venv/bin/mypy .
	@$(say) "declared packages"; .venv/bin/deptry --no-ansi . && \
		.venv/bin/deptry --no-ansi tests --exclude '^$$' --ignore DEP002,DEP004  # they import what developers have
	@$(say) "migrations"; $(RUN) $(PY) manage.py makemigrations --check --dry-run && \
		$(PY) -m pytest -q tests/config/test_migrations.py
	@$(say) "deployment"; random() { $(PY) -c 'import secrets; print(secrets.token_urlsafe(50))'; }; \
		env DJANGO_SETTINGS_MODULE=config.settings.production SECRET_KEY="$$(random)" \
		CLIENT_KEY_SECRET="$$(random)" SITE_URL=https://attune.example \
		DATABASE_URL="postgres://attune:$$(random)@localhost/attune" \
		EMAIL_URL="smtp+tls://attune:$$(random)@mail.attune.example:587" \
		DEFAULT_FROM_EMAIL=hello@attune.example BOOKING_ORGANIZER=consultations@attune.example \
		$(PY) manage.py check --deploy --fail-level WARNING
	@$(say) "translations"; DATABASE_URL=postgres://texts@localhost/need-none $(PY) manage.py check_catalogues

fix: .venv/.installed ## (work) Format everything, and mend what the linters can mend
	@$(say) "ruff"; .venv/bin/ruff check --fix . ; .venv/bin/ruff format .
	@$(say) "djhtml"; .venv/bin/djhtml templates
	@$(say) "oxlint"; .venv/bin/oxlint --fix $(ASSETS)
	@$(say) "oxfmt"; .venv/bin/oxfmt $(ASSETS)

diagram: .venv/.installed ## (work) Draw which app leans on which into docs/architecture.md
	@PYTHONPATH=.:site $(PY) -m dev.import_diagram

coverage: .venv/.installed catalogues ## (work) Test, and say what no test runs; pages for each file in var/coverage (ARGS)
	@$(say) "Testing, and noting which lines run"
	@$(PY) -m pytest -n auto --cov --cov-report=term --cov-report=html:var/coverage $(ARGS)

# In an environment of its own: it would bring more packages than the project has for development.
audit: environment ## (care) Look for known vulnerabilities in all packages (needs the network)
	@test -x var/audit/bin/python || $(PY) -m venv var/audit
	@var/audit/bin/python -m pip install --quiet --disable-pip-version-check --upgrade pip-audit
	@$(say) "requirements/development.txt"
	@var/audit/bin/pip-audit --require-hashes --disable-pip --requirement requirements/development.txt $(ARGS)

lock: environment ## (care) Write requirements/*.txt from pyproject.toml (ARGS=--upgrade for newer versions)
	@test -n "$(UV)" || test -x .venv/bin/uv || $(PY) -m pip install --quiet --disable-pip-version-check uv
	@set -e; lock() { "$(or $(UV),.venv/bin/uv)" pip compile pyproject.toml --quiet --universal \
		--python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url \
		--no-emit-find-links $(ARGS) "$$@"; }; \
	$(say) "requirements/base.txt"; lock --output-file requirements/base.txt; \
	$(say) "requirements/development.txt"; \
	lock --extra dev --constraint requirements/base.txt --output-file requirements/development.txt

bench: .venv/.installed catalogues ## (care) Measure the pages that matter (ARGS)
	@$(RUN) $(PY) manage.py bench $(ARGS)

lighthouse: .venv/.installed secrets ## (care) Let Lighthouse judge the pages readers meet first (needs npm and chromium; ARGS)
	@command -v npm >/dev/null && command -v chromium >/dev/null || { \
		echo "npm or Chromium is missing: apt-get install npm chromium"; exit 1; }
	@mkdir -p var/lighthouse; test -x var/lighthouse/node_modules/.bin/lighthouse && \
		cmp -s dev/lighthouse/package-lock.json var/lighthouse/package-lock.json || { \
		$(say) "Installing Lighthouse"; cp dev/lighthouse/package*.json var/lighthouse/; \
		npm ci --prefix var/lighthouse --no-audit --no-fund --loglevel=error; }
	@$(IN_PRODUCTION) DEMO_ALLOWED=1; exec env $(RUN) \
		$(say) "Preparing the database" -- $(PY) manage.py migrate --verbosity 0 -- \
		$(say) "Compiling the translations" -- $(PY) manage.py compile_catalogues -- \
		$(say) "Writing the demo content, if it isn’t there" -- $(PY) manage.py seed_demo -- \
		$(say) "Compressing the static files" -- $(PY) manage.py collectstatic --no-input --verbosity 0 -- \
		$(say) "Running Lighthouse (half a minute for each page)" -- $(PY) manage.py lighthouse $(ARGS)

operators-book: .venv/.installed ## (care) Follow docs/operators.md on an empty Debian (needs root and debootstrap; ARGS=--keep)
	@$(PY) -m dev.operators_book $(ARGS)

psql: .venv/.installed ## (run) Talk to the database (ARGS)
	@PYTHONPATH=site $(PY) -m config.postgres psql $(ARGS)

messages: .venv/.installed ## (work) Collect the texts to translate into site/locale (needs GNU gettext)
	@command -v xgettext >/dev/null || { echo "GNU gettext is missing: apt-get install gettext"; exit 1; }
	@DATABASE_URL=postgres://texts@localhost/need-none $(PY) manage.py makemessages

clean: ## (care) Stop this checkout's database and remove what can be made again; data and media stay
	@! test -x $(PY) || PYTHONPATH=site $(PY) -m config.postgres stop
	@! test -x $(PY) || PYTHONPATH=site ATTUNE_VAR_DIR="$(CURDIR)/var/tests" $(PY) -m config.postgres erase
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis var/static var/test-media var/test-content var/coverage var/.coverage \
		var/audit var/lighthouse
	find . -name .git -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +
	find site -name '*.mo' -delete

reset: ## (run) Delete this checkout's database and media for good (asks for YES=1)
	@test -n "$(YES)" || { echo "This deletes all data of this checkout for good: make reset YES=1"; exit 1; }
	PYTHONPATH=site $(or $(wildcard $(PY)),$(PYTHON)) -m config.postgres erase
	rm -rf var/media

# --- What the commands above need ---------------------------------------------------------------------------

python:
	@test -n "$(PYTHON)" || { echo "Attune needs Python 3.11 or newer, and there is none here: install one, or name\
	 it with PYTHON=/path/to/python3."; exit 1; }

preflight: python
	@$(PYTHON) dev/preflight.py --port $(PORT)

# Kept in var/, for servers on this machine that run as in production.
secrets: .venv/.installed
	@for name in secret-key client-key-secret; do \
		test -s var/$$name || (umask 077; mkdir -p var; \
			$(PY) -c 'import secrets; print(secrets.token_urlsafe(50), end="")' >var/$$name); done

catalogues: .venv/.installed
	@DATABASE_URL=postgres://texts@localhost/need-none $(PY) manage.py compile_catalogues

environment: python
	@if ! $(PY) -c '' 2>/dev/null; then \
		$(say) "Making the environment in .venv"; rm -rf .venv; \
		if test -n "$(UV)"; then "$(UV)" venv --quiet --seed --python "$(PYTHON)" .venv; \
		elif $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null; then $(PYTHON) -m venv .venv; \
		else echo "This Python cannot make environments: apt-get install python3-venv"; exit 1; fi; fi

.venv/.installed: requirements/development.txt | python
	@$(PYTHON) dev/preflight.py
	@$(MAKE) environment
	@$(say) "Installing $$(grep -c '^[a-z]' $<) packages (a minute or two)"
	@mkdir -p var; { if test -n "$(UV)"; then "$(UV)" pip install --quiet --python $(PY) --require-hashes -r $<; \
	else $(PY) -m pip install -qq --disable-pip-version-check --require-hashes -r $<; fi; } >var/install.log 2>&1 || { \
		echo "The packages could not be installed: is this machine connected to the Internet? What was said stands in\
 var/install.log."; exit 1; }
	@touch $@
