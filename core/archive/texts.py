"""What is told of an archive: within it, and in the documents."""

from collections.abc import Iterator

from core.archive.tables import Table, sheets, tables

_README = """PandaLedger archive
===================

Everything that was yours in PandaLedger when this was made: `manifest.json` says when, and of whom.

data/*.jsonl  One JSON object a line for each row, exact to the last digit: amounts are decimals as text. `id` counts
              the rows of a file from 1; a column that names a row of another file has the id that it has there.
              These files, with the manifest, are what an import reads.
csv/*.csv     The same for people and spreadsheets, with names in the place of ids. A text that a spreadsheet would
              take for a formula has an apostrophe before it. No import reads them.

Read it again with `POST /api/v1/imports/archive/` or `manage.py import_archive FILE --user EMAIL`, for a person who has
nothing yet. There is no password in it, no key and no second factor.

"""


def readme() -> str:
    """README.txt."""
    return _README + "\n".join(_described()) + "\n"


def _described() -> Iterator[str]:
    for table in tables():
        yield f"{table.name}\n    {table.about}\n    {', '.join(names_of(table))}\n"
    for sheet in sheets():
        yield f"csv/{sheet.name}.csv\n    {sheet.about}\n"


def names_of(table: Table) -> list[str]:
    return ["id", *(column.name for column in table.columns)]


def documented() -> str:
    """The chapter of docs/archive.md on tables and fields."""
    return "\n".join(line for table in tables() for line in _chapter(table))


def _chapter(table: Table) -> Iterator[str]:
    yield f"### {table.name}\n\n{table.about}\n\n| field | |\n| --- | --- |"
    for column in table.columns:
        names = f"the id of a row of `{_name_of(column.refers)}`" if column.refers else column.form
        yield f"| `{column.name}` | {names}{'; or null' if column.may_be_null else ''} |"
    left = {name: why for name, why in table.left_out.items() if why}
    if left:
        yield "\nNot in it: " + "; ".join(f"`{name}` ({why})" for name, why in left.items()) + "."
    yield ""


def _name_of(model: object) -> str:
    return next(table.name for table in tables() if table.model is model)
