"""`manage.py import_prices FILE [--user EMAIL]`: imports closes as traded."""

from portfolio.imports.formats import Format
from portfolio.management.commands._importing import ImportCommand


class Command(ImportCommand):
    help = "Imports closes as traded from a CSV file: all of it, or nothing and what is wrong by line."
    file_format = Format.PRICES
