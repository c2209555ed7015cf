"""The health of what a person holds: what each rule looks at on one day, and what it says of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.allocation import Composition, Share, weights_at
from analytics.engine.health import MATERIAL_WEIGHT, Check, Code, checks_made, score_of
from analytics.engine.measure import NOTHING_HELD, UNKNOWN_AMOUNTS, Measure, measured
from analytics.engine.panel import MONEY
from analytics.history import History
from analytics.movements import Scope
from analytics.panels import Portrait
from analytics.parts import CASH, By, Labels, labels_of, money_class
from core.models import Account, User
from portfolio.models import Asset

CONFIDENCE = ("stale", "estimated")
FUNDS = frozenset({Asset.Class.ETF, Asset.Class.MUTUAL_FUND})
ONLY_ASSETS = "Only some assets were asked for."
NO_MONEY_KEPT = "No account keeps its money, so how much there is is not known."


@dataclass(frozen=True, slots=True)
class Finding:
    """A check, and what it says in a sentence."""

    check: Check
    detail: str


@dataclass(frozen=True, slots=True)
class Health:
    """score: 0 to 100. findings: of every rule, also of those that are kept; none where there is no score."""

    score: Measure
    findings: Sequence[Finding] = ()

    @property
    def deductions(self) -> list[Finding]:
        """Those that take points, most first."""
        taking = [finding for finding in self.findings if finding.check.points]
        return sorted(taking, key=lambda finding: -finding.check.points)


@dataclass(frozen=True, slots=True)
class Owned:
    """What is owned on one day, as the rules look at it.

    keeps_cash: whether some account keeps cash. unpriced: share of what is owned without a price of the last week.
    """

    scope: Scope
    labels: Labels
    keeps_cash: bool
    by_asset: Composition
    by_sector: Composition
    by_class: Composition
    unpriced: float

    @property
    def largest(self) -> Share | None:
        """The largest asset; None where none is held."""
        return next((share for share in self.by_asset.shares if share.holdings), None)


NOTHING = Health(Measure(None, NOTHING_HELD))


def health_of(user: User, portrait: Portrait, history: History, scope: Scope) -> Health:
    """On the last day of the portrait. history: ends with it, and has the series `CONFIDENCE`."""
    labels = labels_of(portrait)
    by_class = weights_at(portrait, By.ASSET_CLASS, labels)
    if by_class.reason:
        return Health(Measure(None, by_class.reason))
    owned = Owned(
        scope=scope,
        labels=labels,
        keeps_cash=_keeps_cash(user, portrait, scope),
        by_asset=weights_at(portrait, By.ASSET, labels),
        by_sector=weights_at(portrait, By.SECTOR, labels),
        by_class=by_class,
        unpriced=sum(float(history.series[name][-1]) for name in CONFIDENCE),
    )
    looked = _looked(owned)
    checks = checks_made({code: measure.value for code, measure in looked.items()}, user.risk_appetite)
    findings = [Finding(check, looked[check.rule.code].reason or _sentence(check, owned)) for check in checks]
    return Health(Measure(score_of(checks)), findings)


def _looked(owned: Owned) -> dict[Code, Measure]:
    """By rule, the value that it looks at, or why there is nothing to look at."""
    classes = Measure(float(_material(owned.by_class.shares)))
    debt = Measure(owned.by_class.liabilities / owned.by_class.gross)
    cash = _cash(owned)
    if owned.scope.asset_ids is not None:
        classes = debt = cash = Measure(None, ONLY_ASSETS)
    return {
        "concentration": owned.largest.weight if owned.largest else Measure(0.0),
        "few_sectors": Measure(float(_material([share for share in owned.by_sector.shares if share.holdings]))),
        "few_classes": classes,
        "stale_prices": measured(owned.unpriced, otherwise=UNKNOWN_AMOUNTS),
        "cash_high": cash,
        "cash_low": cash,
        "debt_high": debt,
    }


def _material(shares: Sequence[Share]) -> int:
    return sum((share.weight.value or 0.0) >= MATERIAL_WEIGHT for share in shares)


def _cash(owned: Owned) -> Measure:
    """Share of money, and of assets that are as good as money."""
    share = next((share for share in owned.by_class.shares if share.part.key == CASH), None)
    if share is not None:
        return share.weight
    return Measure(0.0) if owned.keeps_cash else Measure(None, NO_MONEY_KEPT)


def _keeps_cash(user: User, portrait: Portrait, scope: Scope) -> bool:
    """Also where there is none just now."""
    accounts = set(portrait.panel.account[portrait.panel.asset == MONEY].tolist())
    known = accounts & portrait.kinds.keys()
    if any(portrait.kinds[pk].keeps_money and money_class(portrait, pk) == CASH for pk in known):
        return True
    keeping = Account.objects.filter(user_id=user.pk, tracks_cash=True)
    return (keeping if scope.account_ids is None else keeping.filter(pk__in=scope.account_ids)).exists()


def _sentence(check: Check, owned: Owned) -> str:
    value, threshold = check.value or 0.0, check.rule.threshold
    sentences: dict[Code, str] = {
        "concentration": _concentration(owned, value),
        "few_sectors": f"The assets are of {_count(value, 'sector')}; {threshold:.0f} spread the risk.",
        "few_classes": f"What is owned is of {_count(value, 'asset class', 'asset classes')}; "
        f"{threshold:.0f} spread the risk.",
        "stale_prices": f"{_percent(value)} of what is owned has no price of the last week.",
        "cash_high": f"{_percent(value)} of what is owned is cash; up to {_percent(threshold)} is in range.",
        "cash_low": f"{_percent(value)} of what is owned is cash; from {_percent(threshold)} on is in range.",
        "debt_high": f"What is owed is {_percent(value)} of what is owned; up to {_percent(threshold)} is in range.",
    }
    return sentences[check.rule.code]


def _concentration(owned: Owned, weight: float) -> str:
    if owned.largest is None:
        return "No asset is held."
    label = owned.labels[int(owned.largest.part.key)]
    told = f"{label.name} is {_percent(weight)} of what is owned."
    return f"{told} It is a fund, which is spread itself." if label.asset_class in FUNDS else told


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %"


def _count(number: float, one: str, many: str = "") -> str:
    return f"{number:.0f} {one if number == 1 else many or one + 's'}"
