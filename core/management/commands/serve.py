"""`manage.py serve`: the production server, on a database whose migrations are applied."""

import os
import socket
import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from core.addresses import site_url
from core.allocator import MEMORY
from core.checks import SERVING
from core.metrics import SHARED, shared_folder

THREADS_PER_WORKER = "4"  # requests wait for the database more than they compute
SECONDS_TO_FINISH = "10"  # for requests under way, when the server is told to stop


class Command(BaseCommand):
    help = "Serves the site at HOST:PORT with WEB_WORKERS processes."
    requires_system_checks: list[str] = []  # noqa: RUF012  (as the base declares it; run below, with the database)

    def handle(self, *args: Any, **options: Any) -> None:
        self.check(databases=["default"])
        refuse_missing_migrations()
        self.check(tags=[SERVING], include_deployment_checks=True, databases=["default"])
        refuse_taken_port()
        call_command("ensure_superuser", stdout=self.stdout, stderr=self.stderr, skip_checks=True)
        self.stdout.write(addresses(site_url()))
        self.stdout.flush()
        connections.close_all()
        command = server_command()
        counts = {SHARED: str(shared_folder(settings.DATA_DIR, settings.PORT))}
        os.execve(command[0], command, {**MEMORY, **os.environ, **counts})  # noqa: S606  (no shell: this becomes the server)


def refuse_missing_migrations() -> None:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        names = ", ".join(f"{migration.app_label}.{migration.name}" for migration, _ in missing[:5])
        more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
        raise CommandError(f"Migrations are not applied: {names}{more}. Run `manage.py migrate` first.")


def addresses(site: str) -> str:
    pages = (("PandaLedger", "/"), ("API docs", "/api/docs/"), ("Admin", "/admin/"))
    return "\n".join(f"{name:<12} {site}{path}" for name, path in pages)


def refuse_taken_port() -> None:
    """The server shares its port with others that listen there, so requests would go now to one, now to the other."""
    family = socket.AF_INET6 if ":" in settings.HOST else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.HOST, settings.PORT))
        except OSError as error:
            raise CommandError(f"PORT: cannot listen at {settings.HOST}:{settings.PORT} ({error.strerror}).") from error


def server_command() -> list[str]:
    arguments = {
        "--interface": "wsgi",
        "--host": settings.HOST,
        "--port": settings.PORT,
        "--workers": settings.WEB_WORKERS,
        "--blocking-threads": THREADS_PER_WORKER,
        "--workers-kill-timeout": SECONDS_TO_FINISH,
        "--log-level": "warning",
    }
    options = [str(part) for option in arguments.items() for part in option]
    return [
        sys.executable,
        "-m",
        "granian",
        *options,
        "--respawn-failed-workers",
        "--no-ws",
        "--working-dir",
        str(settings.BASE_DIR),
        "pandaledger.wsgi:application",
    ]
