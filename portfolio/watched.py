"""Which rows of investments have their edits and deletes recorded; connected by the app.

What is in the catalogue belongs to nobody, so a change of it is in nobody's log.
"""

from core.activity import add_kind
from core.activity_signals import watch
from portfolio.models import Asset, Benchmark, CorporateAction, InvestmentPlan, Transaction
from portfolio.services.price_edits import KIND


def watch_all() -> None:
    add_kind(KIND)
    watch(
        Transaction,
        kind="transaction",
        fields=(
            "account", "asset", "kind", "date", "time", "quantity", "price", "fee", "tax", "amount", "currency",
            "fx_rate", "note", "external_id",
        ),
        label=("asset", "kind", "date", "quantity"),
    )  # fmt: skip
    watch(
        InvestmentPlan,
        kind="plan",
        fields=(
            "name", "account", "asset", "frequency", "interval", "starts_on", "ends_on", "is_paused", "amount", "fee",
            "tax_rate", "quantity_decimals", "note",
        ),
        label=("name",),
    )  # fmt: skip
    watch(
        Asset,
        kind="asset",
        fields=("symbol", "name", "asset_class", "currency", "sector", "market_cap", "isin", "amfi_code"),
        label=("symbol",),
        owner="owner_id",
    )
    watch(
        CorporateAction,
        kind="corporate_action",
        fields=("asset", "kind", "ex_date", "ratio", "new_asset", "cost_fraction", "cash_per_share", "status", "note"),
        label=("asset", "kind", "ex_date"),
        owner="asset__owner_id",
    )
    watch(Benchmark, kind="benchmark", fields=("asset",), label=("asset",))
