"""Mark histories as no longer true, in the database transaction of the change that makes them so."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import orjson
from django.db import connection, transaction
from django.utils import timezone

from analytics.models import HistoryMark
from core import background
from core.days import EARLIEST_DAY
from core.models import Account, User
from ledger.models import AccountYear, Balance
from portfolio.models import Asset, Holding

TABLE = HistoryMark._meta.db_table


def history_mark(*, user_id: int, since: date) -> None:
    """The history of one person is untrue from `since` on; all of it where days before are worked back from there."""
    worked_back = _is_worked_back("%s", _day("%s"))
    untrue_from = f"CASE WHEN {worked_back} THEN {_day('%s')} ELSE {_day('%s')} END"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {TABLE} AS mark (user_id, dirty_from, dirty_since, generation, builds, version, currency, "
            f"reasons, lease_owner, failures, last_error) VALUES (%s, {untrue_from}, %s, 1, 0, 0, '', '[]', '', 0, '') "
            f"ON CONFLICT (user_id) DO UPDATE SET {_untrue_from('excluded.dirty_from', 'excluded.dirty_since')}",
            [user_id, user_id, since, EARLIEST_DAY, since, timezone.now()],
        )
    transaction.on_commit(background.wake)


def histories_mark_for_closes(since: Mapping[int, date]) -> None:
    """Closes changed: by asset, from which day on. Marks all who hold them and have built that day already.

    Days that no history has reached yet need no mark: they are appended when somebody looks.
    """
    sql = (
        f"SELECT h.user_id, MIN({_later('c.since', 'h.first_on')}) AS since "
        f"FROM {Holding._meta.db_table} h JOIN ({_changes()}) c ON c.asset_id = h.asset_id "
        "WHERE h.quantity <> '0' OR h.last_on >= c.since GROUP BY h.user_id"
    )
    _mark_built(sql, _changes_params(since))


def histories_mark_for_rates(pair: Asset, since: date) -> None:
    """Rates of a pair changed: marks all who see it and have something in another currency than their history's.

    The first rate stands in for the days before it, so a change of that one goes back to the beginning. Where a
    history is not true, its mark does not say which currencies matter, and a rebuild that has not seen this rate may
    be under way: so it is marked in any case.
    """
    from_the_beginning = pair.prices_from is None or since <= pair.prices_from
    day = "m.first_day"
    params: list[Any] = [EARLIEST_DAY]
    if not from_the_beginning:
        worked_back = _is_worked_back("m.user_id", _day("%s"))
        day = f"CASE WHEN {worked_back} THEN m.first_day ELSE {_later('m.first_day', _day('%s'))} END"
        params = [since, since, EARLIEST_DAY]
    foreign = " OR ".join(f"EXISTS ({rows})" for rows in _foreign())
    sql = (
        f"SELECT m.user_id, COALESCE({day}, {_day('%s')}) AS since FROM {TABLE} m "
        f"WHERE (m.first_day IS NULL OR m.dirty_from IS NOT NULL OR {foreign})"
    )
    if pair.owner_id is not None:
        sql, params = f"{sql} AND m.user_id = %s", [*params, pair.owner_id]
    _mark_built(sql, params)


def _foreign() -> Iterator[str]:
    """Queries of what somebody has in another currency than that of their history `m`: held, entered, or stated."""
    accounts = f"{Account._meta.db_table} a"
    for table, own in ((Holding, True), (AccountYear, True), (Balance, False)):
        other = "(x.currency <> m.currency OR a.currency <> m.currency)" if own else "a.currency <> m.currency"
        yield (
            f"SELECT 1 FROM {accounts} JOIN {table._meta.db_table} x ON x.account_id = a.id "
            f"WHERE a.user_id = m.user_id AND {other}"
        )


def _is_worked_back(user: str, since: str) -> str:
    """Whether an account of theirs has its first statement on that day or later: all before it follows from it, and so
    from all that changed the account between."""
    first = f"SELECT MIN(b.date) FROM {Balance._meta.db_table} b WHERE b.account_id = a.id"
    return f"EXISTS (SELECT 1 FROM {Account._meta.db_table} a WHERE a.user_id = {user} AND ({first}) >= {since})"


def history_mark_for_currency(user: User) -> None:
    """The whole history is in another currency than the person's, or a rebuild may just be storing it in one."""
    mark = HistoryMark.objects.filter(user=user).exclude(currency=user.base_currency, dirty_from=None).first()
    if mark is not None:
        history_mark(user_id=user.pk, since=mark.first_day or EARLIEST_DAY)


def _mark_built(changes: str, params: list[Any]) -> None:
    """Mark the people of a query of (user_id, since) in one statement, unless their history has not reached that day.

    One that was never built may just be under way. The marks are locked in their order, so that two such statements
    never wait for each other.
    """
    in_order = "FOR UPDATE OF held" if connection.vendor == "postgresql" else ""
    reached = (
        f"SELECT c.user_id, c.since FROM ({changes}) AS c JOIN {TABLE} AS held ON held.user_id = c.user_id "
        f"WHERE held.built_through IS NULL OR held.built_through >= c.since ORDER BY held.user_id {in_order}"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {TABLE} AS mark SET {_untrue_from('changed.since', '%s')} FROM ({reached}) AS changed "
            "WHERE mark.user_id = changed.user_id",
            [timezone.now(), *params],
        )
    transaction.on_commit(background.wake)


def _untrue_from(day: str, now: str) -> str:
    return (
        f"dirty_from = {_earlier(f'COALESCE(mark.dirty_from, {day})', day)}, "
        f"dirty_since = COALESCE(mark.dirty_since, {now}), generation = mark.generation + 1"
    )


def _earlier(a: str, b: str) -> str:
    return f"{'LEAST' if connection.vendor == 'postgresql' else 'MIN'}({a}, {b})"


def _later(a: str, b: str) -> str:
    return f"{'GREATEST' if connection.vendor == 'postgresql' else 'MAX'}({a}, {b})"


def _day(value: str) -> str:
    return f"{value}::date" if connection.vendor == "postgresql" else value


def _changes() -> str:
    if connection.vendor == "postgresql":
        return "SELECT * FROM unnest(%s::bigint[], %s::date[]) AS u(asset_id, since)"
    return "SELECT CAST(key AS INTEGER) AS asset_id, value AS since FROM json_each(%s)"


def _changes_params(since: Mapping[int, date]) -> list[Any]:
    if connection.vendor == "postgresql":
        return [list(since), list(since.values())]
    return [orjson.dumps({str(asset): day for asset, day in since.items()}).decode()]
