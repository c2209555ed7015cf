"""Each rule by its boundary days: the anniversary, leap days, the days on which the law changed; financial years."""

from copy import deepcopy
from datetime import date, timedelta
from typing import Any

import orjson
import pytest

from analytics.engine.financial_years import financial_year_named, financial_year_of
from analytics.engine.holding_rules import Category, Instrument, Rule, RuleBook, Span
from analytics.engine.holding_terms import Term, held_longer, term_of, terms_of
from analytics.tax_rules.books import CODES, FOLDER, rule_book, rule_book_of, rule_book_read
from portfolio.models import Asset

IN, US = rule_book("IN"), rule_book("US")
DAY = timedelta(days=1)


def on(text: str) -> date:
    return date.fromisoformat(text)


def term(book: RuleBook, instrument: Instrument, acquired: str, sold: str) -> Term:
    return term_of(terms_of(book, instrument), acquired=on(acquired), sold=on(sold))


def asset(asset_class: str, currency: str = "INR", sector: str = "", name: str = "") -> Instrument:
    return Instrument(asset_class, currency, sector, name)


SHARE = asset("stock")
FOREIGN = asset("stock", "USD")
NIFTY_ETF = asset("etf", name="Nippon India ETF Nifty 50 BeES")
NASDAQ_ETF = asset("etf", name="Motilal Oswal Nasdaq 100 ETF")
FOREIGN_ETF = asset("etf", "USD", name="SPDR S&P 500 ETF Trust")
GOLD = asset("gold", name="Sovereign gold")
GOLD_ETF = asset("gold", name="SBI Gold ETF")
REIT = asset("reit")
BOND = asset("bond", name="REC 2030")
DEBT_ETF = asset("bond", name="BHARAT Bond ETF April 2030")
CRYPTO = asset("crypto", "USD")
OTHER = asset("other")
FLEXI = asset("mutual_fund", sector="Equity: Flexi Cap")
LIQUID = asset("mutual_fund", sector="Debt: Liquid")
BALANCED = asset("mutual_fund", sector="Hybrid: Balanced Hybrid")
OVERSEAS = asset("mutual_fund", sector="Other: FoF Overseas")
UNKNOWN = asset("mutual_fund", sector="Hybrid: Dynamic Asset Allocation or Balanced Advantage")

INDIA = [
    # (asset, acquired, the first day of a sale that is long term): one day earlier it is short
    (SHARE, "2023-01-10", "2024-01-11"),
    (SHARE, "2024-02-29", "2025-03-01"),  # the anniversary of a leap day is 28 February
    (SHARE, "2023-02-28", "2024-02-29"),
    (SHARE, "2023-12-31", "2025-01-01"),
    (NIFTY_ETF, "2023-05-02", "2024-05-03"),
    (FLEXI, "2024-05-02", "2025-05-03"),
    (BOND, "2024-05-02", "2025-05-03"),
    (GOLD, "2021-05-02", "2024-05-03"),  # 36 months, before the change
    (GOLD, "2021-07-21", "2024-07-22"),  # 36 months, on the last day before it
    (GOLD, "2021-07-22", "2024-07-23"),  # by either rule
    (GOLD, "2022-01-10", "2024-07-23"),  # 24 months were over by the day of the change
    (GOLD, "2022-07-23", "2024-07-24"),
    (GOLD, "2023-03-01", "2025-03-02"),
    (OTHER, "2023-03-01", "2025-03-02"),
    (FOREIGN_ETF, "2023-03-01", "2025-03-02"),
    (REIT, "2021-01-04", "2024-01-05"),  # 36 months
    (REIT, "2023-07-22", "2024-07-23"),  # 12
    (REIT, "2022-01-04", "2024-07-23"),
    (FOREIGN, "2023-01-10", "2025-01-11"),
    (FOREIGN, "2014-04-01", "2016-04-02"),  # 24 months of shares that are not listed in India
    (FOREIGN, "2013-05-02", "2014-05-03"),  # 12 until 10 July 2014
    (FOREIGN, "2012-01-10", "2013-01-11"),
    (LIQUID, "2012-01-10", "2013-01-11"),
    (LIQUID, "2020-05-04", "2023-05-05"),  # 36 months
    (LIQUID, "2022-01-10", "2024-07-23"),  # 24 since that day
    (LIQUID, "2023-03-31", "2025-04-01"),  # the last ones that can be
    (OVERSEAS, "2023-03-31", "2025-04-01"),
    (OVERSEAS, "2024-05-02", "2026-05-03"),  # no specified fund any more from April 2025
    (BALANCED, "2023-05-02", "2025-05-03"),
    (DEBT_ETF, "2023-03-31", "2024-07-23"),  # 12 months since that day, as it is listed
    (GOLD_ETF, "2023-03-31", "2024-07-23"),
    (NASDAQ_ETF, "2023-03-31", "2024-07-23"),
    (GOLD_ETF, "2023-05-02", "2025-04-01"),  # always short until the end of March 2025
    (NASDAQ_ETF, "2024-05-02", "2025-05-03"),
    (CRYPTO, "2018-05-02", "2021-05-03"),
]


@pytest.mark.parametrize(("instrument", "acquired", "first_long"), INDIA)
def test_india(instrument: Instrument, acquired: str, first_long: str) -> None:
    before = (on(first_long) - DAY).isoformat()
    assert term(IN, instrument, acquired, first_long).kind == "long"
    assert term(IN, instrument, acquired, before).kind == "short"
    assert term(IN, instrument, acquired, before).since == on(first_long)
    assert term(IN, instrument, acquired, acquired).kind == "short"


@pytest.mark.parametrize(
    ("instrument", "acquired", "sold"),
    [
        (LIQUID, "2023-04-01", "2026-11-22"),
        (DEBT_ETF, "2023-04-01", "2026-11-22"),
        (GOLD_ETF, "2023-04-01", "2025-03-31"),
    ],
)
def test_specified_funds_are_always_short(instrument: Instrument, acquired: str, sold: str) -> None:
    assert term(IN, instrument, acquired, sold).kind == "short"


def test_there_is_no_day_on_which_a_specified_fund_becomes_long_term() -> None:
    assert term(IN, LIQUID, "2023-04-01", "2026-11-22").since is None


def test_a_rule_that_is_over_makes_nothing_long_term() -> None:
    """Acquired in January 2013: 12 months were enough until 10 July 2014; the day after it took 36."""
    assert term(IN, LIQUID, "2013-01-10", "2014-07-10").kind == "long"
    after = term(IN, LIQUID, "2013-01-10", "2014-07-11")
    assert (after.kind, after.since) == ("short", on("2016-01-11"))


def test_crypto_is_not_divided_since_april_2022() -> None:
    assert term(IN, CRYPTO, "2018-05-02", "2022-03-31").kind == "long"
    later = term(IN, CRYPTO, "2018-05-02", "2022-04-01")
    assert (later.kind, later.reason, later.since, later.rule) == ("undivided", None, None, "virtual_asset")


UNITED_STATES = [
    ("2023-01-10", "2024-01-11"),
    ("2020-02-29", "2021-03-01"),
    ("2023-02-28", "2024-03-01"),  # bought on the last day of a month: held a year at the end of that month
    ("2024-02-28", "2025-03-01"),
    ("2022-02-28", "2023-03-01"),
    ("2023-12-31", "2025-01-01"),
]


@pytest.mark.parametrize(("acquired", "first_long"), UNITED_STATES)
@pytest.mark.parametrize("instrument", [asset("stock", "USD"), asset("stock", "INR"), CRYPTO, LIQUID, GOLD, REIT, BOND])
def test_the_united_states(instrument: Instrument, acquired: str, first_long: str) -> None:
    assert term(US, instrument, acquired, first_long).kind == "long"
    before = term(US, instrument, acquired, (on(first_long) - DAY).isoformat())
    assert (before.kind, before.since) == ("short", on(first_long))


@pytest.mark.parametrize(
    ("acquired", "months", "expected"),
    [("2024-01-30", 1, "2024-03-01"), ("2024-01-15", 1, "2024-02-16"), ("2024-11-30", 3, "2025-03-01")],
)
@pytest.mark.parametrize("keeps", [False, True])
def test_months_that_are_shorter_end_with_their_last_day(
    acquired: str, months: int, expected: str, keeps: bool
) -> None:
    assert held_longer(on(acquired), months, keeps_month_ends=keeps) == on(expected)


@pytest.mark.parametrize(
    "instrument",
    [UNKNOWN, asset("mutual_fund"), asset("mutual_fund", sector="Other: Index", name="Some Index Fund")],
)
def test_a_fund_of_which_it_cannot_be_told_has_no_term(instrument: Instrument) -> None:
    assert term(IN, instrument, "2020-01-10", "2024-01-10") == Term(
        None, reason="Its category does not tell whether this fund counts as an equity or a debt fund."
    )


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("UTI Nifty 50 Index Fund - Direct", "listed_12"),
        ("SBI Nifty SDL Apr 2027 Index Fund", "specified_fund"),
        ("Motilal Oswal Nasdaq 100 Index Fund", "fund_24_from_2025"),
    ],
)
def test_an_index_fund_is_what_its_name_says(name: str, rule: str) -> None:
    assert term(IN, asset("mutual_fund", sector="Other: Index", name=name), "2024-01-10", "2025-06-02").rule == rule


def test_a_word_is_a_whole_one() -> None:
    assert term(IN, asset("etf", name="Goldman Sachs Nifty ETF"), "2024-01-10", "2025-02-03").rule == "listed_12"


@pytest.mark.parametrize("book", [IN, US])
@pytest.mark.parametrize("asset_class", ["index", "fx", "cash"])
def test_what_the_rules_do_not_know_has_no_term(book: RuleBook, asset_class: str) -> None:
    found = term(book, asset(asset_class), "2020-01-10", "2024-01-10")
    assert found == Term(None, reason=f"The rules of {book.title} say nothing of the class {asset_class}.")


def test_before_the_first_rule_there_is_no_term() -> None:
    assert term(US, SHARE, "1985-01-10", "1986-06-02") == Term(None, reason="No rule is known for sales on 1986-06-02.")


def test_without_rules_there_is_no_term() -> None:
    book = rule_book_of("EUR")
    assert term(book, SHARE, "2020-01-10", "2024-01-10") == Term(
        None, reason="No rules on holding periods are known for EUR; ask with rules=IN or rules=US."
    )
    assert financial_year_of(on("2024-12-31"), book).label == "2024"


def test_whose_rules_apply() -> None:
    assert [rule_book_of(currency).code for currency in ("INR", "USD", "EUR")] == ["IN", "US", ""]
    assert rule_book_of("EUR", "IN") is IN


@pytest.mark.parametrize("code", CODES)
def test_one_rule_decides_on_every_sale(code: str) -> None:
    """Of each category, on each side of each day on which something changes; that there are not two is checked."""
    book = rule_book(code)
    edges = {
        day for rule in book.rules for span in (rule.acquired, rule.sold) for day in (span.first, span.last) if day
    }
    days = sorted(
        {on("1995-01-10"), on("2026-11-22"), *edges, *(day + DAY for day in edges), *(d - DAY for d in edges)}
    )
    known = min((rule.sold.first for rule in book.rules if rule.sold.first and code == "US"), default=date.min)
    for category in {category.name for category in book.categories if category.reason is None}:
        rules = [rule for rule in book.rules if category in rule.categories]
        for acquired in days:
            for sold in (day for day in days if day >= max(acquired, known)):
                assert sum(acquired in rule.acquired and sold in rule.sold for rule in rules) == 1, (category, sold)


def test_every_class_that_can_be_bought_is_known() -> None:
    bought = set(Asset.Class.values) - {"index", "fx", "cash"}
    for book in (IN, US):
        assert {name for category in book.categories for name in category.asset_classes} == bought
        assert all("not tax advice" in book.notes[0] and rule.text for rule in book.rules)


@pytest.mark.parametrize(
    ("book", "day", "label", "first", "last"),
    [
        (IN, "2024-03-31", "2023-24", "2023-04-01", "2024-03-31"),
        (IN, "2024-04-01", "2024-25", "2024-04-01", "2025-03-31"),
        (IN, "2000-01-01", "1999-00", "1999-04-01", "2000-03-31"),
        (US, "2024-01-01", "2024", "2024-01-01", "2024-12-31"),
        (US, "2024-12-31", "2024", "2024-01-01", "2024-12-31"),
    ],
)
def test_financial_years(book: RuleBook, day: str, label: str, first: str, last: str) -> None:
    year = financial_year_of(on(day), book)
    assert (year.label, year.first, year.last) == (label, on(first), on(last))
    assert financial_year_named(label, book) == year


@pytest.mark.parametrize(
    ("book", "label"),
    [
        (IN, "2024"), (IN, "2024-26"), (IN, "2024-2025"), (IN, "24-25"), (IN, ""), (IN, "\u0662024-25"),
        (IN, "9999-00"),         (US, "2024-25"), (US, "0000"), (US, "x"), (US, "2024 "),
    ],
)  # fmt: skip
def test_what_is_no_financial_year(book: RuleBook, label: str) -> None:
    assert financial_year_named(label, book) is None


def data() -> dict[str, Any]:
    return deepcopy(orjson.loads((FOLDER / "US.json").read_bytes()))


def test_rules_that_contradict_each_other_are_refused() -> None:
    two = data()
    two["rules"].append(
        {"name": "again", "categories": ["property"], "sold": {"until": "1989-01-01"}, "months": 6, "text": "x"}
    )
    with pytest.raises(ValueError, match="capital_asset and again decide on the same sale"):
        rule_book_read(two)
    two["rules"][1]["sold"]["until"] = "1988-12-31"
    assert len(rule_book_read(two).rules) == 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"categories": ["thing"]}, "thing, which is no category"),
        ({"month": 12}, "unexpected keyword argument 'month'"),
        ({"sold": {"til": "2024-01-01"}}, "unexpected keyword argument 'til'"),
        ({"sold": {"from": "2024-13-01"}}, "month must be in 1..12"),
        ({"kind": "short"}, "either months, or a kind"),
        ({"months": None}, "either months, or a kind"),
    ],
)
def test_a_mistake_in_the_data_is_refused(change: dict[str, Any], message: str) -> None:
    wrong = data()
    wrong["rules"][0] |= change
    with pytest.raises(ValueError, match=message):
        rule_book_read(wrong)


def test_a_category_without_a_rule_is_refused() -> None:
    rule = Rule(name="a", categories=("share",), text="", months=12)
    categories = (Category(name="share", asset_classes=("stock",)), Category(name="coin", asset_classes=("crypto",)))
    with pytest.raises(ValueError, match="No rule is for the category coin"):
        RuleBook(code="", title="", currency="INR", version="", categories=categories, rules=(rule,))


def test_spans_meet_where_they_have_a_day_in_common() -> None:
    june = Span(on("2024-06-01"), on("2024-06-30"))
    assert all(june.meets(span) for span in (Span(on("2024-06-30")), Span(), Span(last=on("2024-06-01"))))
    assert not any(june.meets(span) for span in (Span(on("2024-07-01")), Span(last=on("2024-05-31"))))
