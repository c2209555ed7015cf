"""`manage.py export_archive EMAIL FILE`: all that is a person's, in one file."""

from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import background
from core.archive.writer import archive_stream
from core.management.people import person_by_email


class Command(BaseCommand):
    help = "Writes everything that is a person's into one archive, which `import_archive` reads again without loss."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL", help="whose it is")
        parser.add_argument("file", metavar="FILE", type=Path, help="a new file, a zip")

    def handle(self, *args: Any, **options: Any) -> None:
        person, file = person_by_email(options["email"]), options["file"]
        try:
            with background.by_hand(), file.open("xb") as target:
                for part in archive_stream(person):
                    target.write(part)
        except FileExistsError as error:
            raise CommandError(f"{file} is there already.") from error
        except OSError as error:
            with suppress(OSError):
                file.unlink(missing_ok=True)
            raise CommandError(f"{file}: {error.strerror}.") from error
        self.stdout.write(f"{file}: {file.stat().st_size:,} bytes, all that is {person.email}'s.")
