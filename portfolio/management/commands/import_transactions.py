"""`manage.py import_transactions FILE --user EMAIL`: imports transactions of a person."""

from portfolio.imports.formats import Format
from portfolio.management.commands._importing import ImportCommand


class Command(ImportCommand):
    help = "Imports transactions of a person from a CSV file: all of it, or nothing and what is wrong by line."
    file_format = Format.TRANSACTIONS
    needs_user = True
