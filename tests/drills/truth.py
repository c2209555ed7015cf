"""`python -m tests.drills.truth`: all that is stored, and all that contradicts itself, in JSON."""

import json
import os
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pandaledger.settings")
    django.setup()
    print(json.dumps({"facts": dict(facts()), "problems": list(problems())}))  # noqa: T201  (this is what it is for)


def facts() -> Iterator[tuple[str, Any]]:
    from core.money import plain
    from portfolio.models import CorporateAction, PriceYear, Transaction

    for row in Transaction.objects.exclude(note=""):
        assert row.quantity is not None
        assert row.price is not None
        yield f"row {row.note}", [row.kind, row.date.isoformat(), plain(row.quantity), plain(row.price)]
    names = Transaction.objects.exclude(external_id=None).values_list("external_id", flat=True)
    yield from Counter(f"file {str(name).partition('-')[0]}" for name in names).items()
    for action in CorporateAction.objects.select_related("asset"):
        yield f"action {action.asset.symbol} {action.ex_date}", plain(action.ratio)
    for year in PriceYear.objects.select_related("asset"):
        for offset, close in enumerate(year.closes.tolist()):
            if close == close:
                yield f"close {year.asset.symbol} {date(year.year, 1, 1) + timedelta(days=offset)}", close


def problems() -> Iterator[str]:
    from core.models import IdempotencyKey, User
    from portfolio.models import Transaction
    from portfolio.services.rebuild import holdings_rebuild

    notes = Counter(Transaction.objects.exclude(note="").values_list("note", flat=True))
    yield from (f"{count} times: {note}" for note, count in notes.items() if count > 1)
    yield from (f"half a key: {key}" for key in IdempotencyKey.objects.filter(status=None))
    for user in User.objects.all():
        differences = holdings_rebuild(user_id=user.pk, write=False)
        yield from (f"{user}: holding {found.holding}: {', '.join(found.fields)}" for found in differences)
        yield from (f"{user}: {problem}" for problem in history_problems(user))


def history_problems(user: Any) -> Iterator[str]:
    """Where the stored history is not, day by day and in every series, what all of it made new would be."""
    from analytics.models import HistoryMark, HistoryYear

    mark = HistoryMark.objects.filter(user=user).first()
    if mark is None:
        if HistoryYear.objects.filter(user=user).exists():
            yield "a history without a mark"
        return
    if mark.dirty_from is not None or mark.built_through is None:
        yield f"marked from {mark.dirty_from}, {mark.failures} failures: {mark.last_error}"
        return
    yield from _differences(user, mark)


def _differences(user: Any, mark: Any) -> Iterator[str]:
    import numpy as np

    from analytics.inputs import inputs_load
    from analytics.models import SERIES, HistoryYear
    from core.calendar import YEAR_LENGTH, year_parts

    inputs = inputs_load(user_id=user.pk, currency=mark.currency, last=mark.built_through)
    stored = {row.year: row for row in HistoryYear.objects.filter(user=user)}
    if mark.first_day != (None if inputs is None else inputs.first_day):
        yield f"begins on {mark.first_day}, not on {inputs and inputs.first_day}"
    if inputs is None:
        yield from (f"{year} of nothing" for year in stored)
        return
    full = inputs.timeline()
    years = list(year_parts(full.first, full.last))
    if [year for year, _, _ in years] != sorted(stored):
        yield f"years {sorted(stored)}, not {[year for year, _, _ in years]}"
        return
    for year, within, run in years:
        for name in SERIES:
            right = np.full(YEAR_LENGTH, np.nan)
            right[within] = getattr(full, name)[run]
            held = getattr(stored[year], name)
            wrong = np.flatnonzero(~np.isclose(held, right, rtol=0, atol=1e-6, equal_nan=True))
            if len(wrong):
                day = date(year, 1, 1) + timedelta(days=int(wrong[0]))
                yield f"{name} of {day} is {held[wrong[0]]}, not {right[wrong[0]]}; {len(wrong)} days of {year}"


if __name__ == "__main__":
    main()
