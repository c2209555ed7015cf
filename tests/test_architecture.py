"""The arrows between the apps, and the purity of the engine and the books."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).resolve().parent.parent
PURE_FOLDERS = ("analytics/engine", "portfolio/books")
PURE_MODULES = sorted(path for folder in PURE_FOLDERS for path in (ROOT / folder).rglob("*.py"))
PROJECT = ("core.money", "analytics.engine", "portfolio.books")
ARITHMETIC = ("numpy", "pandas", "pyxirr")
IMPURE_STANDARD_LIBRARY = {
    "asyncio", "concurrent", "ctypes", "http", "io", "logging", "multiprocessing", "os", "pathlib", "random",
    "secrets", "shutil", "signal", "socket", "sqlite3", "ssl", "subprocess", "tempfile", "threading", "time",
    "urllib", "uuid",
}  # fmt: skip
DOORS = {"open", "input", "print", "exec", "eval", "__import__"}
CLOCKS = {"now", "today", "utcnow"}
CLOCK_OWNERS = {"date", "datetime", "Timestamp"}
CLOCK_READERS = {"datetime64", "Timestamp", "to_datetime"}


def imported(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def is_allowed(module: str) -> bool:
    top = module.partition(".")[0]
    if top in sys.stdlib_module_names:
        return top not in IMPURE_STANDARD_LIBRARY
    return top in ARITHMETIC or any(module == name or module.startswith(f"{name}.") for name in PROJECT)


def name_of(node: ast.expr) -> str:
    """The last part of a dotted name: `Timestamp` of `pd.Timestamp`."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def asks_the_clock(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):  # also uncalled, as in default_factory=date.today
        return node.attr in CLOCKS and name_of(node.value) in CLOCK_OWNERS
    if isinstance(node, ast.Call) and name_of(node.func) in CLOCK_READERS:
        return any(isinstance(argument, ast.Constant) and argument.value in CLOCKS for argument in node.args)
    return False


def opens_a_door(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Name):
        return node.func.id in DOORS
    return name_of(node.func).startswith("read_")  # a method may well be called `open`: a lot is opened, too


def impurities(source: str) -> list[str]:
    tree = ast.parse(source)
    found = [f"line {line} imports {module}" for line, module in imported(tree) if not is_allowed(module)]
    for node in ast.walk(tree):
        if asks_the_clock(node) or opens_a_door(node):
            found.append(f"line {node.lineno}: {ast.unparse(node)}")  # type: ignore[attr-defined]
    return found


def test_the_arrows_between_the_apps_hold(capsys: pytest.CaptureFixture[str]) -> None:
    status = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True, no_logo=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_there_are_pure_modules_to_look_at() -> None:
    assert {str(path.parent.relative_to(ROOT)) for path in PURE_MODULES} >= set(PURE_FOLDERS)


@pytest.mark.parametrize("path", PURE_MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_engine_and_books_are_pure(path: Path) -> None:
    assert impurities(path.read_text()) == []


@pytest.mark.parametrize(
    "source",
    [
        "import time",
        "import os.path",
        "from django.db import models",
        "from core import models",
        "from core.models import User",
        "from . import apis",
        "from portfolio.models import Asset",
        "from portfolio.books.events import Event\nimport portfolio.prices.store",
        "from datetime import date\ndate.today()",
        "import datetime\nyesterday = datetime.datetime.now() - datetime.timedelta(1)",
        "import pandas as pd\npd.Timestamp.today()",
        "from dataclasses import field\nfrom datetime import date\nday = field(default_factory=date.today)",
        "import numpy as np\nnp.datetime64('today')",
        "import pandas as pd\npd.read_csv('rates.csv')",
        "def read():\n    return open('rates.csv')",
    ],
)
def test_impurity_is_seen(source: str) -> None:
    assert len(impurities(source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import date, timedelta\ndate(2024, 1, 1) + timedelta(1)",
        "import numpy as np\nfrom numpy.typing import NDArray",
        "from core.money import plain",
        "from portfolio.books import events",
        "def value(today):\n    return today.year",
        "def value(inputs, lots):\n    return lots.open(inputs.today)",
    ],
)
def test_purity_is_not_mistaken_for_impurity(source: str) -> None:
    assert impurities(source) == []
