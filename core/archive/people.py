"""What core has of a person: who they are, their accounts, and the log of their edits."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import Model

from core.activity import watched_models
from core.archive.columns import Column, Unfit, flag_read
from core.archive.exporting import Export
from core.archive.tables import Row, Table, leave_out, register, register_finish, table_of
from core.errors import InvalidInput
from core.models import Account, Activity, ApiToken, IdempotencyKey, User

if TYPE_CHECKING:
    from core.archive.taking import Taken, Taking

OWNER = "the person whose archive it is"
_PROFILE = ("name", "base_currency", "timezone", "risk_appetite", "preferences")


_logged_as: dict[str, type[Model]] = {}


def log_as(kind: str, model: type[Model]) -> None:
    """Edits that are recorded by hand, as a kind of their own, are of rows of this model."""
    _logged_as[kind] = model


def account_names(export: Export) -> Mapping[int, str]:
    return dict(Account.objects.filter(user=export.person).values_list("pk", "name"))


def declare() -> None:
    register(
        Table(
            name="person",
            about="Who you are, in one row.",
            model=User,
            rows=lambda export: User.objects.filter(pk=export.person.pk),
            left_out={
                "password": "no password, key or second factor is in an archive",
                "email": "in the manifest; who imports keeps their own",
                "last_login": "of the site, not of the person",
                "date_joined": "of the site",
                "is_superuser": "a right on that site",
                "is_staff": "a right on that site",
                "is_active": "a right on that site",
                "is_demo": "said by who makes the demo",
            },
            held=lambda person: User.objects.none(),
            take=_profile_take,
        ),
        Table(
            name="accounts",
            about="Where something is held or kept.",
            model=Account,
            rows=lambda export: Account.objects.filter(user=export.person),
            left_out={"user": OWNER},
            label=account_names,
            held=lambda person: Account.objects.filter(user=person, is_default=False),
            take=_accounts_take,
        ),
        _activities(),
    )
    register_finish(_one_default)
    leave_out(
        {
            ApiToken: "keys open what they were made for, and nothing else",
            IdempotencyKey: "what requests of the last days were answered",
        }
    )


def _profile_take(taking: "Taking", rows: "Sequence[Taken]") -> None:
    for row in rows:
        if row.number > 1:
            raise InvalidInput("There is one person in an archive.", attr=taking.place(row, "id"))
        fields = {name: getattr(row.instance, name) for name in _PROFILE}
        User.objects.filter(pk=taking.person.pk).update(**fields)
        taking.note(row, taking.person.pk)
        vars(taking.person).update(fields)


def _accounts_take(taking: "Taking", rows: "Sequence[Taken]") -> None:
    """In the place of the one that everybody has from the first moment on."""
    if rows[0].number == 1:
        mine = Account.objects.filter(user=taking.person)
        mine._raw_delete(using=mine.db)
    taking.insert(rows)


def _one_default(taking: "Taking") -> None:
    if Account.objects.filter(user=taking.person, is_default=True).count() != 1:
        raise InvalidInput("There must be one default account.", attr="accounts.is_default")


def _activities() -> Table:
    return Table(
        name="activity",
        about="Who changed or deleted what, with the values of before. `object_id` is the id of the row where that is "
        "still in the archive; else a negative number, the same for each row that is gone.",
        model=Activity,
        rows=lambda export: Activity.objects.filter(user=export.person),
        left_out={"user": OWNER, "actor": "`is_own` says whether it was the person"},
        own=[
            Column(
                name="is_own",
                path="actor_id",
                form="true where the person did it",
                write=lambda value: value,
                read=flag_read,
            )
        ],
        written=_activity_written,
        read=_activity_read,
        check=_activity_check,
        is_last=True,
    )


def _activity_written(export: Export, row: Row) -> None:
    row["is_own"] = row["is_own"] == export.person.pk
    model = _models().get(row["kind"])
    gone = export.once(_Gone)
    row["object_id"] = gone.number(model, row["kind"], row["object_id"])
    table = table_of(model) if model is not None else None
    for values in (row["before"], row["after"]):
        if table is not None and table.inside is not None:
            table.inside[0](export, values)
        for name, named in _named(model, values):
            named["id"] = gone.number(_target(model, name), name, named["id"])


def _activity_read(taking: "Taking", row: Row) -> None:
    """Where a row is gone, its negative number stays: no row has one."""
    model = _models().get(str(row.get("kind")))
    table = table_of(model) if model is not None else None
    row["object_id"] = _key(taking, model, row.get("object_id"), "object_id")
    for part in ("before", "after"):
        values = row.get(part)
        if not isinstance(values, dict):
            continue  # which its column says
        if table is not None and table.inside is not None:
            table.inside[1](taking, values)
        for name, named in _named(model, values):
            named["id"] = _key(taking, _target(model, name), named["id"], part)


def _activity_check(taking: "Taking", row: Any) -> Iterator[Any]:
    row.actor_id = taking.person.pk if row.actor_id is True else None
    return iter(())


def _key(taking: "Taking", model: Any, number: Any, name: str) -> int:
    if isinstance(number, bool) or not isinstance(number, int):
        raise Unfit(f"{name}: Must be the id of a row.")
    if number < 0:
        return number
    key = taking.key(model, number) if model is not None else None
    if key is None:
        raise Unfit(f"{name}: There is no row {number} of this kind.")
    return key


def _models() -> dict[str, Any]:
    return {**{watched.kind: model for model, watched in watched_models().items()}, **_logged_as}


def _named(model: Any, values: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The values that name a row of another table."""
    for name, value in values.items():
        if isinstance(value, dict) and value.keys() == {"id", "name"} and _target(model, name) is not None:
            yield name, value


def _target(model: Any, name: str) -> Any:
    watched = watched_models().get(model)
    fields = {} if watched is None else {field.name: field for field in watched.fields}
    return getattr(fields.get(name), "related_model", None)


class _Gone:
    """Numbers rows that are in no file of the archive, in the order in which the log names them first."""

    def __init__(self, export: Export) -> None:
        self._export = export
        self._numbers: dict[tuple[str, int], int] = {}

    def number(self, model: Any, kind: str, key: int) -> int:
        known = None if model is None or key < 0 else self._export.numbers(model).of(key)
        kind = kind if model is None else model._meta.label
        return known or self._numbers.setdefault((kind, key), -1 - len(self._numbers))
