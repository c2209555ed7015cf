"""Peak memory of one rebuild, in a process of its own: `python -m benchmarks.memory USER_ID`."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import django

STATUS = Path("/proc/self/status")


def peak_memory(user_id: int) -> tuple[float, float]:
    """MiB of a process that rebuilds the history: before and at its peak."""
    command = [sys.executable, "-m", "benchmarks.memory", str(user_id)]
    before, peak = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(before), float(peak)


def peak_mib() -> float:
    """Linux says it of this program alone; `getrusage` counts what its parent was before it started this one."""
    if STATUS.exists():
        return int(STATUS.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def main(user_id: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
    django.setup()
    from analytics.marks import history_mark
    from analytics.models import HistoryMark
    from analytics.rebuild import history_rebuild
    from core.models import User

    user = User.objects.get(pk=user_id)
    first_day = HistoryMark.objects.get(user=user).first_day
    assert first_day is not None
    history_mark(user_id=user_id, since=first_day)
    before = peak_mib()
    history_rebuild(user)
    print(f"{before:.1f} {peak_mib():.1f}")


if __name__ == "__main__":
    main(int(sys.argv[1]))
