"""Settings of PandaLedger: everything that a deployer may change comes from the environment.

`.env.example` lists every variable; mistakes are refused by the system checks in `core/checks.py`.
"""

from pathlib import Path
from typing import Any

from pandaledger.environment import Environment
from pandaledger.settings_contract import contract_settings
from pandaledger.settings_operations import operations_settings
from pandaledger.settings_people import people_settings
from pandaledger.settings_security import security_settings

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment(BASE_DIR / ".env")
ENVIRONMENT_ERRORS = env.errors
DATA_DIR = env.folder("DATA_DIR", BASE_DIR / "var")

# --- Deployment
DEBUG = env.flag("DEBUG", False)
SECRET_KEY = env.secret_key("SECRET_KEY", folder=DATA_DIR)
SECRET_KEY_FALLBACKS = env.names("SECRET_KEY_FALLBACKS", [])
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.origins("CSRF_TRUSTED_ORIGINS", wildcards=True)
HTTPS = env.flag("HTTPS", False)  # people reach the server over TLS: secure cookies, HTTP redirected
HOST = env.text("HOST", "127.0.0.1")
PORT = env.whole("PORT", 8000, minimum=1, maximum=65535)
WEB_WORKERS = env.whole("WEB_WORKERS", 1, minimum=1)
ADMIN_EMAIL = env.text("ADMIN_EMAIL", "")
ADMIN_PASSWORD = env.text("ADMIN_PASSWORD", "")

ALLAUTH_TRUSTED_PROXY_COUNT = env.whole("TRUSTED_PROXIES", 0)
vars().update(security_settings(env, https=HTTPS))
UPLOAD_MOST_BYTES = int(vars()["UPLOAD_MOST_BYTES"])  # of a file that is sent; what is no file is smaller
ADMIN_SECOND_FACTOR = bool(vars()["ADMIN_SECOND_FACTOR"])

# --- Applications
INSTALLED_APPS = [
    "core",
    "portfolio",
    "ledger",
    "analytics",
    "rest_framework",
    "drf_standardized_errors",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "corsheaders",
    "csp",
    "pandaledger.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.humanize",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "core.middleware.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "core.answer_headers.PolicyMiddleware",
    "core.answer_headers.HeadersMiddleware",
    "core.middleware.RefuseNulMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "core.body_limits.BodyLimitMiddleware",
    "core.people.strict_json.StrictJsonMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "core.people.sessions.SessionUseMiddleware",
    "core.people.devices.KnownDeviceMiddleware",
]
ROOT_URLCONF = "pandaledger.urls"
CSRF_FAILURE_VIEW = "core.error_views.csrf_failure"
WSGI_APPLICATION = "pandaledger.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "pandaledger" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True  # admin and API docs are served from the installed packages, without a build step

# --- Database and cache
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.database("DATABASE_URL", f"sqlite:///{DATA_DIR / 'pandaledger.sqlite3'}")
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # WAL lets readers go on while one writes; IMMEDIATE makes writers queue instead of failing half-way.
    # FULL syncs each commit to the disk: with NORMAL, what was answered with 201 may be gone after a loss of power.
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        transaction_mode="IMMEDIATE",
        timeout=20,
        init_command="PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    )
else:
    DATABASES["default"].update(CONN_MAX_AGE=None, CONN_HEALTH_CHECKS=True)
CACHES = {"default": env.cache("CACHE_URL", "dbcache://core_cache")}  # shared by all web processes

if CACHES["default"]["BACKEND"].endswith("DatabaseCache"):
    CACHES["default"].setdefault("OPTIONS", {})["MAX_ENTRIES"] = 10_000  # searches are kept beside the limits on log-in

# --- People
AUTH_USER_MODEL = "core.User"
vars().update(people_settings(env))
SIGNUP_IS_OPEN = bool(vars()["SIGNUP_IS_OPEN"])
DEFAULT_CURRENCY = env.text("DEFAULT_CURRENCY", "INR").upper()
TIME_ZONE = "UTC"
DEFAULT_TIME_ZONE = env.text("DEFAULT_TIME_ZONE", "Asia/Kolkata")
USE_TZ = True
LANGUAGE_CODE = "en-us"
vars().update(env.mail("EMAIL_URL", "consolemail://"))
MAIL_BACKEND = str(vars()["EMAIL_BACKEND"])  # by which the background sends what stands in the outbox
EMAIL_BACKEND = "core.mail.backend.OutboxBackend"
EMAIL_TIMEOUT = 20  # seconds for each word of a mail server
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "pandaledger@localhost")

# --- API
API_REQUESTS_PER_MINUTE = env.whole("API_REQUESTS_PER_MINUTE", 600)  # of one person; 0: as many as they like
API_ANONYMOUS_REQUESTS_PER_MINUTE = env.whole("API_ANONYMOUS_REQUESTS_PER_MINUTE", 60)  # from one address, of nobody
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "core.authentication.TokenAuthentication",
        "core.authentication.AppAuthentication",
        "core.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_THROTTLE_CLASSES": ["core.throttles.RequestThrottle"],
    "DEFAULT_RENDERER_CLASSES": ["core.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "core.pagination.CursorPagination",
    "DEFAULT_FILTER_BACKENDS": ["core.filters.FilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "core.schema.AutoSchema",
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "URL_FORMAT_OVERRIDE": None,  # answers are JSON; a parameter of that name is as unknown as any other
    "COERCE_DECIMAL_TO_STRING": True,
}
DRF_STANDARDIZED_ERRORS = {
    "EXCEPTION_HANDLER_CLASS": "core.exception_handler.ExceptionHandler",
}
vars().update(contract_settings())
ARCHIVE_MOST_BYTES = env.whole("MAX_ARCHIVE_MIB", 4096, minimum=1) * 1024 * 1024  # of an archive that is unpacked

# --- Background work
BACKGROUND = env.choice("BACKGROUND", "thread", options=("thread", "off"))  # off: another process does the work
SWEEP_SECONDS = env.whole("SWEEP_SECONDS", 5, minimum=1)
LEASE_SECONDS = env.whole("LEASE_SECONDS", 30, minimum=1)

# --- Prices
LIVE_PRICES = env.flag("LIVE_PRICES", True)  # off: nothing is ever asked of Yahoo, MFAPI or AMFI
YAHOO_REQUESTS_PER_HOUR = env.whole("YAHOO_REQUESTS_PER_HOUR", 360, minimum=60, maximum=360)
MFAPI_REQUESTS_PER_HOUR = env.whole("MFAPI_REQUESTS_PER_HOUR", 3600, minimum=60)
UPSTREAM_PROXY = env.proxy("UPSTREAM_PROXY")  # http://host:port, through which all of these are reached
UPSTREAM_CA = env.file("UPSTREAM_CA")  # a file of certificates that are believed instead of the usual ones
GOLD_IMPORT_DUTY = env.percent("GOLD_IMPORT_DUTY", "6")  # per cent of the price, in the rupee prices of the overview
SILVER_IMPORT_DUTY = env.percent("SILVER_IMPORT_DUTY", "6")

# --- Logs, metrics, reports of failures
vars().update(operations_settings(env))
METRICS_TOKEN = str(vars()["METRICS_TOKEN"])
SENTRY_DSN = str(vars()["SENTRY_DSN"])
SENTRY_ENVIRONMENT = str(vars()["SENTRY_ENVIRONMENT"])
VERSION = str(vars()["SPECTACULAR_SETTINGS"]["VERSION"])
