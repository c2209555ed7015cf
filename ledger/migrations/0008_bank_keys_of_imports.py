"""Accounts that files were taken into are called by their id in what the rows of these are known by."""

from typing import Any

from django.db import migrations


def name_accounts(apps: Any, schema_editor: Any) -> None:
    imports = apps.get_model("ledger", "BankImport").objects.order_by().values_list("user_id", "account_id").distinct()
    key = apps.get_model("ledger", "BankKey")
    key.objects.bulk_create([key(user_id=user, account_id=account, key=account) for user, account in imports])


class Migration(migrations.Migration):
    dependencies = [("ledger", "0007_bank_keys")]

    operations = [migrations.RunPython(name_accounts, migrations.RunPython.noop)]
