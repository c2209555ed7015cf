"""Ask empyrical for every measure of risk of real closes, and keep its answers in empyrical.json.

    .venv/bin/python -m tests.references.empyrical_reference

It makes an environment of its own in a temporary folder, since empyrical cannot share ours, and takes it away again.
"""

import json
import platform
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.references.closes import INDEX, PERIODS, daily_returns, of_period

HERE = Path(__file__).parent
ANSWERS = HERE / "empyrical.json"
TOLD = ("empyrical-reloaded", "numpy", "pandas", "scipy")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        python = _environment(Path(folder))
        answers = {
            "made_on": datetime.now(tz=UTC).date().isoformat(),
            "made_with": {"python": platform.python_version(), **_versions(python)},
            "closes": f"skfolio {version('skfolio')}, load_sp500_dataset and load_sp500_index",
            "periods": {period: _asked(python, period, Path(folder)) for period in PERIODS},
        }
    ANSWERS.write_text(json.dumps(answers, indent=1) + "\n", encoding="utf-8")


def _environment(folder: Path) -> Path:
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    python = folder / "venv" / "bin" / "python"
    quiet = ("--quiet", "--disable-pip-version-check")
    subprocess.run([python, "-m", "pip", "install", *quiet, "-r", HERE / "requirements.txt"], check=True)
    return python


def _versions(python: Path) -> dict[str, str]:
    ask = f"import json, importlib.metadata as m; print(json.dumps({{n: m.version(n) for n in {TOLD!r}}}))"
    found: dict[str, str] = json.loads(subprocess.check_output([python, "-c", ask]))
    return found


def _asked(python: Path, period: str, folder: Path) -> dict[str, Any]:
    returns = folder / f"{period}.csv"
    of_period(daily_returns(), period).to_csv(returns)  # floats in full
    evening = PERIODS[period][0].isoformat()
    answer = subprocess.check_output([python, "-I", HERE / "inside_empyrical.py", returns, INDEX, evening])
    found: dict[str, Any] = json.loads(answer)
    return found


if __name__ == "__main__":
    main()
