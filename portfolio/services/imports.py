"""Imports of whole files: all of it or nothing, and nothing twice."""

from collections.abc import Mapping

from django.db import transaction

from core.models import User
from portfolio.imports.formats import Format
from portfolio.imports.problems import Problems
from portfolio.imports.progress import Progress
from portfolio.services.import_actions import actions_import
from portfolio.services.import_prices import prices_import
from portfolio.services.import_source import Imported, Importer, Source
from portfolio.services.import_transactions import transactions_import

IMPORTERS: Mapping[Format, Importer] = {
    Format.TRANSACTIONS: transactions_import,
    Format.PRICES: prices_import,
    Format.CORPORATE_ACTIONS: actions_import,
}


@transaction.atomic
def file_import(
    *,
    user: User | None,
    raw: bytes,
    file_format: Format,
    dry_run: bool = False,
    create_assets: bool = False,
    catalogue: bool = False,
    progress: Progress | None = None,
) -> Imported:
    """Write what a file says; a dry run does the same and takes it back, so what it answers is what will happen.

    user: whose transactions and private assets they are; None for the catalogue alone.
    catalogue: prices and actions of shared assets may be written too. New assets are the user's, if there is one.
    Raises InvalidInput with what is wrong by line and column, `17.quantity`; then nothing is written.
    """
    source = Source(
        user=user,
        raw=raw,
        create_assets=create_assets,
        catalogue=catalogue,
        progress=progress or Progress(),
        problems=Problems(),
    )
    imported = IMPORTERS[file_format](source)
    if dry_run:
        transaction.set_rollback(True)
    return imported
