"""Wrong settings are refused at start by name; right ones are documented and work."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pandaledger.environment import Environment, local_secret_key

ROOT = Path(__file__).resolve().parent.parent
LONG_KEY = "a-key-for-tests-that-is-long-enough-0123456789"


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`manage.py` in a process of its own, with this environment beside what a process needs to run at all."""
    base = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    base |= dict.fromkeys(names_in(".env.example", r"^([A-Z_]+)="), "")  # a .env of the person is not asked
    return subprocess.run(
        [sys.executable, ROOT / "manage.py", *arguments],
        env={**base, "DATABASE_URL": "sqlite://:memory:", "SECRET_KEY": LONG_KEY, **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def assert_refused(result: subprocess.CompletedProcess[str], variable: str) -> None:
    assert result.returncode != 0
    assert re.search(rf"\(pandaledger\.E\d+\) {variable}:", result.stderr), result.stderr
    assert "Traceback" not in result.stderr


def names_in(path: str, pattern: str) -> list[str]:
    return re.findall(pattern, (ROOT / path).read_text(), flags=re.MULTILINE)


WRONG = [
    {
        "DEBUG": "maybe",
        "PORT": "eight thousand",
        "WEB_WORKERS": "0",
        "DATABASE_URL": "nonsense",
        "CACHE_URL": "nonsense",
        "EMAIL_URL": "nonsense",
        "SIGNUP": "sometimes",
        "FRONTEND_URL": "somewhere else",
        "OIDC_ISSUER": "http://example.com",
        "DATA_DIR": "/dev/null/data",
        "SECRET_KEY": "too-short",
        "BACKGROUND": "sometimes",
        "LOG_LEVEL": "LOUD",
        "LOG_FORMAT": "verse",
        "METRICS_TOKEN": "guessable",
        "SENTRY_DSN": "somewhere",
        "DEFAULT_CURRENCY": "RUPEE",
        "DEFAULT_TIME_ZONE": "Asia/Atlantis",
        "ADMIN_EMAIL": "not an address",
        "LIVE_PRICES": "perhaps",
        "MAX_ARCHIVE_MIB": "0",
        "API_REQUESTS_PER_MINUTE": "-1",
        "API_ANONYMOUS_REQUESTS_PER_MINUTE": "some",
        "YAHOO_REQUESTS_PER_HOUR": "361",
        "MFAPI_REQUESTS_PER_HOUR": "many",
        "UPSTREAM_PROXY": "somewhere else",
        "UPSTREAM_CA": "/no/such/file.pem",
        "GOLD_IMPORT_DUTY": "six",
        "SILVER_IMPORT_DUTY": "101",
    },
    {"OIDC_ISSUER": "https://id.example.com?tenant=1", "OIDC_CLIENT_ID": ""},
    {"DATABASE_URL": "mysql://a:b@localhost/c", "PORT": "65536", "HTTPS": "2", "EMAIL_URL": "smtp:///"},
    {
        "DATABASE_URL": "postgres://",
        "PORT": "-1",
        "HSTS_SECONDS": "a year",
        "HSTS_SUBDOMAINS": "some",
        "HSTS_PRELOAD": "no way",
        "SESSION_DAYS": "0",
        "CORS_ALLOWED_ORIGINS": "https://app.example.com,*",
        "OIDC_LOGIN_ORIGINS": "login.example.com",
        "CSRF_TRUSTED_ORIGINS": "money.example.com",
        "ADMIN_SECOND_FACTOR": "sometimes",
        "MAX_UPLOAD_MIB": "0",
        "MAX_BODY_MIB": "1e9",
    },
    {"DATABASE_URL": "postgres://a:b@localhost:port/c", "PORT": "0", "EMAIL_URL": "filemail:///relative/folder"},
    {"DATABASE_URL": "sqlite:////no/such/folder/db.sqlite3", "TRUSTED_PROXIES": "1.5"},
]


@pytest.mark.parametrize("environment", WRONG)
def test_check_refuses_and_names_every_wrong_variable(environment: dict[str, str]) -> None:
    result = manage("check", **environment)
    for variable in environment:
        assert_refused(result, variable)


def test_superuser_needs_both_variables() -> None:
    assert_refused(manage("check", ADMIN_EMAIL="boss@example.com"), "ADMIN_PASSWORD")
    assert_refused(manage("check", ADMIN_PASSWORD="correct horse"), "ADMIN_EMAIL")


def test_an_unreachable_database_is_named_before_it_is_used() -> None:
    for command in ("migrate", "serve"):
        assert_refused(manage(command, DATABASE_URL="postgres://a:b@127.0.0.1:1/c"), "DATABASE_URL")


def test_debug_for_the_whole_network_is_warned_of() -> None:
    open_to_all = manage("check", DEBUG="true", HOST="0.0.0.0")  # noqa: S104
    assert "(pandaledger.W001) DEBUG:" in open_to_all.stderr
    assert "W001" not in manage("check", DEBUG="true", HOST="127.0.0.1").stderr


def test_serve_refuses_a_database_without_migrations() -> None:
    result = manage("serve")
    assert result.returncode == 1
    assert "Migrations are not applied" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_clone_needs_no_configuration(tmp_path: Path) -> None:
    data = tmp_path / "var"
    assert manage("check", DATABASE_URL="", SECRET_KEY="", DATA_DIR=str(data)).returncode == 0
    assert len((data / "secret_key").read_text()) >= 32
    assert (data / "secret_key").stat().st_mode & 0o077 == 0


def test_the_kept_secret_key_stays_the_same(tmp_path: Path) -> None:
    assert local_secret_key(tmp_path) == local_secret_key(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_env_example_names_every_setting() -> None:
    documented = names_in(".env.example", r"^([A-Z_]+)=")
    assert len(documented) == len(set(documented))
    files = [f"pandaledger/{path.name}" for path in (ROOT / "pandaledger").glob("settings*.py")]
    read = {name for file in files for name in names_in(file, r'env\.\w+\(\s*"([A-Z_]+)"')}
    assert set(documented) == read


def test_the_defaults_of_env_example_are_right(tmp_path: Path) -> None:
    example = dict(line.split("=", 1) for line in names_in(".env.example", r"^[A-Z_]+=.*$"))
    result = manage("check", "--fail-level", "WARNING", **{**example, "DATA_DIR": str(tmp_path)})
    assert result.returncode == 0, result.stderr


def test_the_tests_take_no_setting_from_the_person() -> None:
    """Whatever .env or the environment says, `make test` runs with the defaults, or says it itself."""
    said = subprocess.run(
        ["make", "-n", "-o", ".venv/.requirements-dev", "test"], cwd=ROOT, capture_output=True, text=True
    )
    commands = [line for line in said.stdout.splitlines() if "-m pytest" in line]
    assert len(commands) == 2
    for command in commands:
        for name in names_in(".env.example", r"^([A-Z_]+)="):
            assert f"{name}=" in command or (name == "DATABASE_URL" and "tests.postgres" in command)


def test_an_empty_variable_means_the_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SOME_NUMBER", " ")
    env = Environment(tmp_path / ".env")
    assert env.whole("SOME_NUMBER", 7) == 7
    assert env.errors == {}


def test_postgres_over_a_socket_is_understood(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SOME_URL", "postgres://postgres@/ledger?host=/tmp/socket")
    config = Environment(tmp_path / ".env").database("SOME_URL", "sqlite://:memory:")
    assert config["ENGINE"] == "django.db.backends.postgresql"
    assert (config["NAME"], config["USER"]) == ("ledger", "postgres")
    assert config["OPTIONS"] == {"host": "/tmp/socket"}  # noqa: S108
