"""`manage.py import_corporate_actions FILE [--user EMAIL]`: imports splits, bonuses, spin-offs, mergers and renames."""

from portfolio.imports.formats import Format
from portfolio.management.commands._importing import ImportCommand


class Command(ImportCommand):
    help = "Imports corporate actions from a CSV file: all of it, or nothing and what is wrong by line."
    file_format = Format.CORPORATE_ACTIONS
