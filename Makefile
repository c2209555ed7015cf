# Every task of PandaLedger; needs make and Python 3.11 or newer, nothing else.
# PORT, DATABASE_URL, SECRET_KEY and every other variable of .env.example are taken from the environment or from .env.

PYTHON ?= python3
BIN := .venv/bin
ENVIRONMENT := .venv/.requirements
DEV_ENVIRONMENT := .venv/.requirements-dev
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# What a person has in .env or in the environment is for their site; the tests run with the defaults. An empty one means the default.
OWN := SECRET_KEY SECRET_KEY_FALLBACKS SIGNUP FRONTEND_URL OIDC_NAME OIDC_ISSUER OIDC_CLIENT_ID OIDC_CLIENT_SECRET OIDC_LOGIN_ORIGINS DEBUG HOST PORT WEB_WORKERS ALLOWED_HOSTS CSRF_TRUSTED_ORIGINS HTTPS HSTS_SECONDS HSTS_SUBDOMAINS HSTS_PRELOAD SESSION_DAYS \
	CORS_ALLOWED_ORIGINS ADMIN_SECOND_FACTOR MAX_BODY_MIB TRUSTED_PROXIES API_REQUESTS_PER_MINUTE \
	API_ANONYMOUS_REQUESTS_PER_MINUTE ADMIN_EMAIL ADMIN_PASSWORD \
	LOG_LEVEL LOG_FORMAT METRICS_TOKEN SENTRY_DSN SENTRY_ENVIRONMENT MAX_UPLOAD_MIB MAX_ARCHIVE_MIB CACHE_URL DEFAULT_CURRENCY DEFAULT_TIME_ZONE EMAIL_URL DEFAULT_FROM_EMAIL BACKGROUND SWEEP_SECONDS \
	LEASE_SECONDS LIVE_PRICES YAHOO_REQUESTS_PER_HOUR MFAPI_REQUESTS_PER_HOUR UPSTREAM_PROXY UPSTREAM_CA GOLD_IMPORT_DUTY \
	SILVER_IMPORT_DUTY
DEFAULTS := env DATA_DIR="$(CURDIR)/var" $(OWN:%=%=)
SQLITE := $(DEFAULTS) DATABASE_URL="sqlite:///$(CURDIR)/var/test.sqlite3"
POSTGRES := $(DEFAULTS) $(BIN)/python -m tests.postgres
# Bounds the processes' memory and time on small machines; `make test WORKERS=8` on larger ones.
WORKERS ?= 2
PYTEST := $(BIN)/python -m pytest -n $(WORKERS)
# Tests that touch no database, which pytest-django would not let them: once is enough.
WITHOUT_DATABASE := tests/upstream tests/providers
# `make run UPSTREAM=replica`: Yahoo, MFAPI and AMFI are played by a server on this machine that ends with the site.
REPLICA := $(if $(filter replica,$(UPSTREAM)),$(BIN)/python -m tests.upstream --symbols portfolio/seeds/assets.csv)

.DEFAULT_GOAL := help
.PHONY: help setup run serve test drills lint bench contract browser

help:  ## these lines
	@sed -n 's/^\([a-z]*\):[^#]*## /  make \1\t/p' Makefile | expand -t 16

setup: $(ENVIRONMENT)  ## make .venv with all that the server needs; instant when up to date

run: $(if $(REPLICA),$(DEV_ENVIRONMENT),$(ENVIRONMENT))  ## try it and develop: a demo person with 15 years of history, then the server
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py seed_assets
	@$(BIN)/python manage.py demo
	@exec $(REPLICA) $(BIN)/python manage.py serve

serve: $(ENVIRONMENT)  ## the production server, on a database that `manage.py migrate` made or brought up to date
	@exec $(BIN)/python manage.py serve

test: $(DEV_ENVIRONMENT) browser  ## all tests, on SQLite and on a Postgres that is brought up for them
	$(SQLITE) $(PYTEST)
	$(POSTGRES) $(PYTEST) $(WITHOUT_DATABASE:%=--ignore=%)

# For tests/browser. Where there is none and apt cannot bring it, Selenium fetches one that it keeps in ~/.cache.
BROWSERS := chromium chromium-browser google-chrome google-chrome-stable
browser:
	@for name in $(BROWSERS); do command -v $$name >/dev/null && exit 0; done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Chromium for tests/browser ..."; \
		apt-get -qq update && apt-get -qq install --yes --no-install-recommends chromium chromium-driver >/dev/null; \
	else echo "No Chromium here: Selenium fetches one for tests/browser."; fi

drills: $(DEV_ENVIRONMENT)  ## the long versions of the tests that kill, race and generate
	$(SQLITE) $(BIN)/python -m pytest -m drill
	$(POSTGRES) $(BIN)/python -m pytest -m drill

lint: $(DEV_ENVIRONMENT)  ## style, types, arrows between the apps, missing migrations, settings, the schema of the API
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py check --fail-level WARNING
	$(BIN)/python manage.py spectacular --validate --fail-on-warn --file /dev/null

contract: $(DEV_ENVIRONMENT)  ## docs/openapi.json and its examples, made anew from what the API says and answers
	$(SQLITE) $(BIN)/python -m tests.contract.record
	$(SQLITE) $(BIN)/python manage.py spectacular --validate --fail-on-warn --format openapi-json --file docs/openapi.json

bench: $(DEV_ENVIRONMENT)  ## how fast, on Postgres, beside a textbook version of the same work
	@$(POSTGRES) $(BIN)/python -m benchmarks

$(ENVIRONMENT): requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 ...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }
	@echo "Installing $< into .venv ..."
	@$(INSTALL) -r $<
	@touch $@

$(DEV_ENVIRONMENT): requirements-dev.txt $(ENVIRONMENT)
	@echo "Installing $< into .venv ..."
	@$(INSTALL) -r $<
	@touch $@
