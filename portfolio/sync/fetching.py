"""Ask the providers for histories: from the day on that is missing, several funds at once, outside any transaction."""

import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from django.db import connections
from django.utils import timezone

from portfolio.live.gate import QUOTES_RESERVE, SYNC_RESERVE, asking
from portfolio.models import PriceSource, Quarantine
from portfolio.providers import registry
from portfolio.providers.base import PriceHistory, ProviderError
from portfolio.selectors import asset_closes
from portfolio.services.prices import latest_close_day
from portfolio.sync.claims import SECONDS
from portfolio.sync.events import events_of
from portfolio.sync.needs import SHOWN_DAYS

logger = logging.getLogger(__name__)
OVERLAP = timedelta(days=10)
"""Before the last stored close: to be compared, corrected, and to see splits that come late."""
LONGEST_HOLIDAY = timedelta(days=5)
"""From one session to the next, in most markets; where it is longer, days are asked for again for nothing."""
FILLED_WITHIN = timedelta(days=365)
"""Whole sessions are missing at times, and filled in weeks later; what is not there after a year will not come."""


@dataclass(slots=True)
class Fetched:
    """since: the first day that was asked for. One of answer and error is there."""

    source: PriceSource
    since: date
    answer: PriceHistory | None = None
    error: Exception | None = None


def fetch(sources: Sequence[PriceSource], *, is_full: bool = False) -> list[Fetched]:
    """In the order of `sources`. is_full: everything from the first day on, also what is stored."""
    questions = [Fetched(source, since=_since(source, is_full=is_full)) for source in sources]
    if len(questions) == 1:
        _ask(questions[0])
    else:
        _ask_in_parallel(questions)
    for question in questions:
        if _brings_a_split(question):
            question.since, question.answer = _since(question.source, is_full=True), None
            _ask(question)
    return questions


def _since(source: PriceSource, *, is_full: bool) -> date:
    """Closes are un-adjusted by what comes after them, so an earlier part is asked for up to now."""
    last = source.asset.prices_to
    watched_from = timezone.now().date() - SHOWN_DAYS
    first = min(filter(None, (source.wanted_from, source.fetched_from)), default=watched_from)
    if is_full or last is None or source.fetched_from is None or first < source.fetched_from:
        return first
    undecided = Quarantine.objects.filter(asset=source.asset_id, status=Quarantine.Status.OPEN)
    days = [date.fromisoformat(day) for closes in undecided.values_list("closes", flat=True) for day in closes]
    return max(first, min([last - OVERLAP, *days, *_gaps(source)]))


def _gaps(source: PriceSource) -> Iterator[date]:
    """Days before closes that an answer left out, and that may be there by now: many days are one request, too."""
    asset = source.asset
    if asset.prices_from and asset.prices_to and source.fetched_from:
        if asset.prices_from - source.fetched_from > OVERLAP:
            yield source.fetched_from
        days = sorted(asset_closes(asset, first=asset.prices_to - FILLED_WITHIN))
        yield from (day for day, after in pairwise(days) if after - day > LONGEST_HOLIDAY)


def _brings_a_split(fetched: Fetched) -> bool:
    """One that was not known when the closes before it were stored: all of them are to be compared."""
    source, answer = fetched.source, fetched.answer
    if answer is None or not answer.splits or source.asset.prices_to is None:
        return False
    if source.fetched_from is None or fetched.since <= source.fetched_from:
        return False
    return bool(events_of(source.asset, provider=source.provider, listed=answer.splits).new)


def _ask(question: Fetched) -> None:
    source = question.source
    try:
        with asking(source.provider, reserve=_reserve(source)):
            question.answer = registry.provider_named(source.provider).history(
                source.symbol, first=question.since, today=latest_close_day(), seconds=SECONDS
            )
    except ProviderError as error:
        question.error = error
    except Exception as error:  # of one symbol: its source says so, and the others go on
        logger.exception("The history of %s could not be fetched", source.symbol)
        question.error = error


def _reserve(source: PriceSource) -> int:
    """Somebody waits for what was never fetched; the next closes of all the others share the budget with the quotes."""
    wanted, fetched = source.wanted_from, source.fetched_from
    is_waited_for = source.synced_at is None or fetched is None or (wanted is not None and wanted < fetched)
    return SYNC_RESERVE if is_waited_for else QUOTES_RESERVE


def _ask_in_parallel(questions: Sequence[Fetched]) -> None:
    with ThreadPoolExecutor(max_workers=len(questions), thread_name_prefix="history") as pool:
        runs = [pool.submit(copy_context().run, _ask_in_thread, question) for question in questions]
    for run in runs:
        run.result()


def _ask_in_thread(question: Fetched) -> None:
    try:
        _ask(question)
    finally:
        connections.close_all()  # the gate counts in the database
