"""Which rows of everyday money have their edits and deletes recorded; connected by the app."""

from collections.abc import Collection

from core.activity import name_by
from core.activity_signals import watch
from ledger.models import Balance, BankImport, Budget, Category, Entry, RecurringEntry, Rule, Terms
from ledger.selectors import category_paths
from ledger.services.terms import rates_told

_MONEY = (
    "account", "to_account", "kind", "amount", "currency", "account_amount", "to_amount", "fee", "category", "payee",
    "description", "note", "tags",
)  # fmt: skip
_SCHEDULE = ("frequency", "interval", "starts_on", "ends_on", "is_paused")


def watch_all() -> None:
    name_by(Category, category_names)
    watch(
        Entry,
        kind="entry",
        fields=("date", *_MONEY, "external_id"),
        label=("date", "kind", "amount", "currency", "payee"),
    )
    watch(
        RecurringEntry,
        kind="recurring",
        fields=("name", *_SCHEDULE, *_MONEY),
        label=("name",),
    )
    watch(Balance, kind="balance", fields=("account", "date", "balance", "note"), label=("account", "date"))
    watch(Category, kind="category", fields=("kind", "name", "parent"), label=("name",))
    watch(
        Budget,
        kind="budget",
        fields=("category", "month", "starts_on", "ends_on", "amount", "currency", "carries_over"),
        label=("category", "month", "starts_on"),
    )
    watch(
        Rule,
        kind="rule",
        fields=(
            "name", "is_active", "match", "conditions", "category", "payee", "description", "add_tags", "to_account",
            "stops",
        ),
        label=("name",),
    )  # fmt: skip
    watch(
        Terms,
        kind="terms",
        fields=("account", "product", "credited", "basis", "starts_on", "matures_on", "installment"),
        label=("account", "product"),
        beside=lambda terms: {"rates": rates_told(terms.rates.values_list("since", "rate"))},
    )
    watch(BankImport, kind="bank_import", fields=("account", "format", "file_name", "undone_at"), label=("file_name",))


def category_names(pks: Collection[int]) -> dict[int, str]:
    """As paths."""
    people = Category.objects.filter(pk__in=pks).order_by().values_list("user_id", flat=True).distinct()
    return {pk: path for user_id in list(people) for pk, path in category_paths(user_id).items() if pk in pks}
