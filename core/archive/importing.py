"""Import of an archive: all of it or nothing, into a person who has nothing yet."""

from dataclasses import dataclass
from typing import IO

from django.conf import settings
from django.db import transaction

from core.archive.reader import Archive
from core.archive.tables import finishes, tables
from core.archive.taking import Taking
from core.errors import Conflict
from core.locks import everyone_lock, person_lock
from core.models import User


@dataclass(frozen=True, slots=True)
class TableRows:
    table: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveTaken:
    """program, made_at, email: of the archive. created_assets: made new, for all or for the person alone.

    notes: what is otherwise than in the archive.
    """

    dry_run: bool
    version: int
    program: str
    made_at: str
    email: str
    tables: list[TableRows]
    created_assets: list[str]
    notes: list[str]


@transaction.atomic
def archive_import(*, person: User, file: IO[bytes], dry_run: bool, catalogue: bool) -> ArchiveTaken:
    """A dry run does the same and takes it back, so what it answers is what will happen.

    catalogue: assets that all share may be added, and missing closes of them; else what the catalogue does not have
    becomes private. Raises InvalidInput with what is wrong by table, line and field, `entries.17.amount`, and Conflict
    where the person has something.
    """
    archive = Archive(file, most=settings.ARCHIVE_MOST_BYTES)
    if catalogue:
        everyone_lock()
    person_lock(person.pk)
    _refuse_if_used(person)
    taking = Taking(person, catalogue=catalogue)
    rows = [TableRows(table.name, taking.table_take(table, archive)) for table in tables()]
    for finish in finishes():
        finish(taking)
    if dry_run:
        transaction.set_rollback(True)
    counted = [f"{what}: {count}" for what, count in sorted(taking.counts.items())]
    manifest = archive.manifest
    return ArchiveTaken(
        dry_run=dry_run,
        version=manifest.version,
        program=manifest.program,
        made_at=manifest.made_at,
        email=manifest.email,
        tables=rows,
        created_assets=taking.made,
        notes=[*taking.notes, *counted],
    )


def _refuse_if_used(person: User) -> None:
    there = {table.name: count for table in tables() if (count := table.held_by(person).count())}
    if there:
        found = ", ".join(f"{count} {name}" for name, count in there.items())
        raise Conflict(f"An archive is taken in by a person who has nothing yet; here are {found}.", code="not_empty")
