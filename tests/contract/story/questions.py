"""Asha looks: holdings, the measures, the month, the market."""

from collections.abc import Mapping

from tests.contract.story.teller import Teller

MEASURES = (
    "summary", "net-worth", "performance", "risk", "contribution", "health", "gains", "income", "balances", "status",
    "rebalancing",
)  # fmt: skip


def questions_told(t: Teller, ids: Mapping[str, int]) -> None:
    targets = [{"key": "stock", "weight": "0.6"}, {"key": "gold", "weight": "0.1"}]
    t.ask("analytics_targets_update", "PUT /analytics/targets/", {"by": "asset_class", "targets": targets})
    t.ask("analytics_targets_retrieve", "GET /analytics/targets/")
    for name in MEASURES:
        t.ask(f"analytics_{name.replace('-', '_')}_retrieve", f"GET /analytics/{name}/")
    t.ask("analytics_allocation_retrieve", "GET /analytics/allocation/?history=true&interval=month")
    t.ask("analytics_projection_retrieve", "GET /analytics/projection/?years=5&goal=1000000&simulations=100")
    t.ask("analytics_definitions_list", "GET /analytics/definitions/")
    t.ask("holdings_list", "GET /holdings/")
    t.ask("holdings_retrieve", f"GET /holdings/{ids['INFY.NS']}/")
    t.ask("ledger_stats_retrieve", "GET /ledger/stats/?month=2024-06&months=3&by=payee")
    t.ask("market_retrieve", "GET /market/")
