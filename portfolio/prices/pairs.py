"""The currency pairs that have rates, as a person sees them."""

from core.packed import fetch_packed
from portfolio.models import Asset
from portfolio.prices.rates import pair_of


def pairs_visible(user_id: int) -> dict[int, tuple[str, str]]:
    """By asset id, what a pair exchanges; a person's own pairs come first, and replace those of the same name."""
    rows = fetch_packed(
        f"SELECT id, symbol FROM {Asset._meta.db_table} WHERE asset_class = 'fx' AND prices_from IS NOT NULL "
        "AND (owner_id IS NULL OR owner_id = %s) ORDER BY owner_id IS NULL, symbol",
        [user_id],
    )
    pairs: dict[int, tuple[str, str]] = {}
    for pk, symbol in rows:
        pair = pair_of(symbol)
        if pair not in pairs.values():
            pairs[pk] = pair
    return pairs
