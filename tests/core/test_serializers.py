"""The fields: exact decimals, days, and refusing what is unknown."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from core.money import LARGEST
from core.serializers import DecimalField, Serializer


class Line(Serializer):
    quantity = DecimalField(min_value=Decimal(0))


class Order(Serializer):
    note = serializers.CharField(required=False)
    lines = Line(many=True, required=False)


@pytest.mark.parametrize(
    ("given_", "value"),
    [
        ("12.34567", "12.34567"),
        ("0.00001234", "0.00001234"),
        (Decimal("100.500"), "100.5"),
        (7, "7"),
        ("1e3", "1000"),
        ("+5.", "5"),
        (".5", "0.5"),
        (" 1 ", "1"),
        ("-0", "0"),
        ("1.0000000000000000000000", "1"),
        ("0.000000000000000001", "0.000000000000000001"),
        ("999999999999999.999999999999999999", "999999999999999.999999999999999999"),
        ("1000000000000000", "1000000000000000"),
    ],
)
def test_it_works(given_, value):
    field = DecimalField()
    result = field.run_validation(given_)

    assert isinstance(result, Decimal)
    assert field.to_representation(result) == value


@pytest.mark.parametrize(
    ("given_", "code"),
    [
        ("", "invalid"),
        ("abc", "invalid"),
        ("NaN", "invalid"),
        ("Infinity", "invalid"),
        ("-inf", "invalid"),
        ("sNaN", "invalid"),
        ("1_000", "invalid"),
        ("1,000", "invalid"),
        ("0x10", "invalid"),
        ("١٢", "invalid"),
        ("1 2", "invalid"),
        (True, "invalid"),
        ([], "invalid"),
        ({}, "invalid"),
        (float("nan"), "invalid"),
        (None, "null"),
        ("9" * 2000, "max_string_length"),
        ("1e30", "max_whole_digits"),
        ("1e999", "max_digits"),
        ("1000000000000000.01", "max_value"),
        ("-1000000000000000.01", "min_value"),
        ("0.0000000000000000001", "max_decimal_places"),
        ("1e-999", "max_digits"),
    ],
)
def test_it_rejects(given_, code):
    with pytest.raises(ValidationError) as caught:
        DecimalField().run_validation(given_)
    assert caught.value.get_codes() == [code]


@given(st.decimals(-LARGEST, LARGEST, allow_nan=False, places=18))
def test_no_digit_is_lost(value):
    field = DecimalField()
    assert field.run_validation(str(value)) == value
    assert Decimal(field.to_representation(value)) == value


def test_a_bound_of_its_own():
    line = Line(data={"quantity": "-1"})
    assert not line.is_valid()
    assert line.errors["quantity"][0].code == "min_value"


def test_an_unknown_field_is_named_also_in_a_nested_row():
    order = Order(data={"nite": "x", "lines": []})
    assert not order.is_valid()
    assert {name: errors[0].code for name, errors in order.errors.items()} == {"nite": "unknown_field"}

    order = Order(data={"lines": [{"quantity": "1"}, {"quantity": "1", "qty": "2"}]})
    assert not order.is_valid()
    assert order.errors["lines"][1]["qty"][0].code == "unknown_field"
