"""`python -m tests.upstream`: the replica in the foreground, for `make run UPSTREAM=replica` and for trials."""

import argparse
import signal
import sys
import tempfile
from pathlib import Path

from tests.upstream.replica import Replica
from tests.upstream.world import listed_in


def main() -> int:
    options = parser().parse_args()
    with tempfile.TemporaryDirectory(prefix="replica-") as folder:
        replica = Replica(
            Path(folder),
            port=options.port,
            latency=options.latency / 1000,
            listed=listed_in(options.symbols) if options.symbols else None,
        )
        with replica:
            sys.stdout.write(f"UPSTREAM_PROXY={replica.url}\nUPSTREAM_CA={replica.ca_file}\n")
            sys.stdout.flush()
            signal.sigwait({signal.SIGINT, signal.SIGTERM})
    return 0


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(prog="python -m tests.upstream", description=__doc__)
    options.add_argument("--port", type=int, default=0, help="default: one that is free")
    options.add_argument("--latency", type=float, default=0, metavar="MS", help="milliseconds before each answer")
    options.add_argument("--symbols", type=Path, metavar="CSV", help="a file with a column `symbol`: more that exist")
    return options


if __name__ == "__main__":
    sys.exit(main())
