"""The settings of the project, with the textbook version as one more app and no background work in between."""

from pandaledger.settings import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks.textbook"]  # noqa: F405
ROOT_URLCONF = "benchmarks.urls"
BACKGROUND = "off"
API_REQUESTS_PER_MINUTE = 10**9  # counted as ever, and never reached
