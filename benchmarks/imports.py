"""The figure of an import: 10,000 rows of CSV through the command, to a fresh history."""

import csv
import tempfile
from io import StringIO
from pathlib import Path

from django.core.management import call_command

from analytics.models import HistoryMark
from benchmarks.maker import Portfolio
from benchmarks.report import Report
from benchmarks.timing import seconds
from core.models import Account, User

COLUMNS = ("date", "kind", "quantity", "price", "fee", "tax", "amount", "currency")


def import_time(portfolio: Portfolio, report: Report) -> None:
    """Into the books of somebody else, who begins with nothing."""
    user = User.objects.create_user("importer@example.com", "a long pass phrase", base_currency="INR")
    for account in Account.objects.filter(user=portfolio.user, is_default=False):
        Account.objects.create(user=user, name=account.name)
    with tempfile.NamedTemporaryFile("w", suffix=".csv", newline="") as file:
        file.write(csv_of(portfolio))
        file.flush()
        path = Path(file.name)
        taken = seconds(lambda: call_command("import_transactions", path, user=user.email, stdout=StringIO()))
    mark = HistoryMark.objects.get(user=user)
    if mark.dirty_from is not None or user.transactions.count() != len(portfolio.transactions):
        raise SystemExit("The import is not complete.")
    report.value("import_10k", round(taken, 2), "s")
    report.value("import_10k_rebuilds", mark.builds, "rebuilds")


def csv_of(portfolio: Portfolio) -> str:
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow([*COLUMNS, "symbol", "account", "external_id"])
    symbols = {asset.pk: asset.symbol for asset in portfolio.assets}
    for row in portfolio.transactions:
        values = [getattr(row, name) for name in COLUMNS]
        writer.writerow([*values, symbols[row.asset_id or 0], row.account.name, f"import-{row.pk}"])
    return text.getvalue()
