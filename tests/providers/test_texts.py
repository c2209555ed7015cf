"""What upstreams write is stored and shown: it must fit."""

import pytest

from portfolio.providers.base import RateLimited
from portfolio.providers.texts import LONGEST, one_line


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Tata  Motors\nLtd ", "Tata Motors Ltd"),
        ("a\x00b", "a b"),
        ("a\ud800b", "a b"),
        ("a\u202eb", "a b"),  # turns round what follows
        ("Société Générale – ₹", "Société Générale – ₹"),
        ("\x00", ""),
        (None, ""),
        (7, "7"),
        ("x" * 10_000, "x" * LONGEST),
    ],
)
def test_one_line(sent: object, kept: str) -> None:
    assert one_line(sent) == kept


def test_an_error_quotes_its_provider_fit_to_be_stored() -> None:
    error = RateLimited("Yahoo: no\x00thing\nhere", retry_after=3)
    assert (str(error), error.retry_after) == ("Yahoo: no thing here", 3)
