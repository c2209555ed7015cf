"""`python -m tests.upstream [COMMAND...]`: the replica in the foreground, or beside a command that is led to it.

The command becomes this process, so that it gets the signals itself; the replica ends when it does, however that is.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.upstream.replica import Replica
from tests.upstream.world import listed_in

SIGNALS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
SECONDS_BETWEEN_LOOKS = 0.5


def main() -> None:
    options = parser().parse_args()
    if options.command:
        run_beside(options)
    else:
        serve(options)


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(prog="python -m tests.upstream")
    options.add_argument("--port", type=int, default=0, help="default: one that is free")
    options.add_argument("--latency", type=float, default=0, metavar="MS", help="milliseconds before each answer")
    options.add_argument("--symbols", type=Path, metavar="CSV", help="a file with a column `symbol`: more that exist")
    options.add_argument("--beside", type=int, metavar="PID", help="end when this parent does")
    options.add_argument("command", nargs=argparse.REMAINDER, help="run with UPSTREAM_PROXY and UPSTREAM_CA set")
    return options


def serve(options: argparse.Namespace) -> None:
    """Until it is told to end, or its parent has ended."""
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    listed = listed_in(options.symbols) if options.symbols else None
    with (
        tempfile.TemporaryDirectory(prefix="replica-") as folder,
        Replica(Path(folder), port=options.port, latency=options.latency / 1000, listed=listed) as replica,
    ):
        sys.stdout.write(f"UPSTREAM_PROXY={replica.url}\nUPSTREAM_CA={replica.ca_file}\n")
        sys.stdout.flush()
        while options.beside in (None, os.getppid()):
            if signal.sigtimedwait(SIGNALS, SECONDS_BETWEEN_LOOKS):
                break


def run_beside(options: argparse.Namespace) -> None:
    own = sys.argv[1 : len(sys.argv) - len(options.command)]
    command = [sys.executable, "-m", "tests.upstream", *own, "--beside", str(os.getpid())]
    replica = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    lines = [replica.stdout.readline().strip() for _ in range(2)]
    if not all(lines):
        raise SystemExit("The replica of the upstreams did not start.")
    sys.stderr.write(f"Prices come from a replica of the upstreams: {' '.join(lines)}\n")
    os.execvpe(options.command[0], options.command, {**os.environ, **dict(line.split("=", 1) for line in lines)})  # noqa: S606


if __name__ == "__main__":
    main()
