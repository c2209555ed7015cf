"""The parser and the renderer."""

import io
import json
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import pytest
from django.utils.functional import lazystr
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import ParseError

from core.errors import InvalidInput
from core.models import Account
from core.parsers import JSONParser, loads
from core.renderers import dumps


@pytest.mark.parametrize("text", ["12.34567", "0.00001234", "100.500", "1.0000000000000000001", "-0.1", "2.5e3"])
def test_a_number_keeps_its_digits(text):
    value = JSONParser().parse(io.BytesIO(f'{{"price": {text}}}'.encode()))["price"]

    assert isinstance(value, Decimal)
    assert str(value) == str(Decimal(text))


TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**80), 2**80) | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=20,
)


@given(JSON)
def test_what_is_fine_comes_through_unchanged(document):
    assert loads(json.dumps(document).encode()) == document


@given(st.binary())
def test_any_bytes_are_json_or_refused(raw):
    with suppress(ParseError, InvalidInput):
        loads(raw)


def test_the_answer_has_plain_decimals_and_null_for_nan():
    data = {
        "a": Decimal("100.500"),
        "b": Decimal("1E+2"),
        "c": Decimal("NaN"),
        "d": float("nan"),
        "e": np.array([1.5, np.nan, np.inf]),
        "f": np.arange(6.0).reshape(2, 3)[:, ::2],
        "g": date(2026, 2, 28),
        "h": datetime(2026, 2, 28, 12, 30, tzinfo=UTC),
        "i": lazystr("later"),
        "j": Account.Kind.BANK,
        "k": (1, np.float64(0.1), np.int64(7)),
        date(2026, 3, 1): "0.000012340000".rstrip("0"),
    }

    assert json.loads(dumps(data)) == {
        "a": "100.5",
        "b": "100",
        "c": None,
        "d": None,
        "e": [1.5, None, None],
        "f": [[0.0, 2.0], [3.0, 5.0]],
        "g": "2026-02-28",
        "h": "2026-02-28T12:30:00+00:00",
        "i": "later",
        "j": "bank",
        "k": [1, 0.1, 7],
        "2026-03-01": "0.00001234",
    }


def test_what_has_no_form_in_json_is_a_bug_not_a_guess():
    with pytest.raises(TypeError):
        dumps({"x": object()})
