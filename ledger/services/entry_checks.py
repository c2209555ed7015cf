"""What entries must be beside each other: of accounts and categories of the person, with external ids of their own."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import Q

from core.batches import batches
from core.days import today_for
from core.errors import FieldError, InvalidInput
from core.models import Account, User
from ledger.models import Category, Entry
from ledger.services.entry_rules import EntryInput, entry_errors

MOST_ERRORS = 100

Numbered = list[tuple[int, EntryInput]]
Errors = list[tuple[int, FieldError]]


def entries_checked(
    *,
    user: User,
    rows: Sequence[EntryInput],
    replaces: Sequence[Entry] = (),
    numbered: bool = False,
    is_dated: bool = True,
) -> list[EntryInput]:
    """The rows with their accounts and categories as they are now; raises InvalidInput with all that is wrong.

    replaces: the entries that the rows are new versions of, one for each row, or none.
    numbered: errors name row and field, as `3.amount`, counted from 0.
    is_dated: False for what has no day of its own, as a schedule, whose days are checked when they come.
    Call it with the person locked, so that what was checked stays true.
    """
    current, errors = _Owned.of(user, rows).current(rows)
    today = today_for(user)
    for index, data in current:
        kept_day = replaces[index].date if replaces else today  # one that was made further east stays
        found = entry_errors(data, today=max(today, kept_day))
        errors.extend((index, error) for error in found if is_dated or error.attr != "date")
    errors.extend(_external_id_errors(user, current, replaces))
    errors.extend(_likeness_errors(current, replaces))
    if errors:
        raise InvalidInput.many(named_errors(errors, numbered=numbered))
    return [data for _, data in current]


def named_errors(errors: Errors, *, numbered: bool) -> list[FieldError]:
    """The first of them, in the order of the rows."""
    errors = sorted(errors, key=lambda item: item[0])[:MOST_ERRORS]
    return [replace(error, attr=f"{index}.{error.attr}") if numbered else error for index, error in errors]


@dataclass(frozen=True, slots=True)
class _Owned:
    """The accounts and categories of the person among those that some rows name."""

    accounts: Mapping[int, Account]
    categories: Mapping[int, Category]

    @classmethod
    def of(cls, user: User, rows: Sequence[EntryInput]) -> "_Owned":
        named = {data.category.pk for data in rows if data.category is not None}
        categories = Category.objects.filter(user_id=user.pk)
        return cls(
            accounts={row.pk: row for row in Account.objects.filter(user_id=user.pk)},
            categories={pk: row for batch in batches(named) for pk, row in categories.in_bulk(batch).items()},
        )

    def current(self, rows: Sequence[EntryInput]) -> tuple[Numbered, Errors]:
        current: Numbered = []
        errors: Errors = []
        for index, data in enumerate(rows):
            unknown = list(self._unknown(data))
            errors.extend((index, error) for error in unknown)
            if not unknown:
                current.append((index, self._as_now(data)))
        return current, errors

    def _unknown(self, data: EntryInput) -> Iterator[FieldError]:
        if data.account.pk not in self.accounts:
            yield FieldError("account", "does_not_exist", "There is no such account.")
        if data.to_account is not None and data.to_account.pk not in self.accounts:
            yield FieldError("to_account", "does_not_exist", "There is no such account.")
        if data.category is not None and data.category.pk not in self.categories:
            yield FieldError("category", "does_not_exist", "There is no such category.")

    def _as_now(self, data: EntryInput) -> EntryInput:
        return replace(
            data,
            account=self.accounts[data.account.pk],
            to_account=None if data.to_account is None else self.accounts[data.to_account.pk],
            category=None if data.category is None else self.categories[data.category.pk],
        )


def _external_id_errors(user: User, rows: Numbered, replaces: Sequence[Entry]) -> Iterator[tuple[int, FieldError]]:
    named = [(index, data.external_id) for index, data in rows if data.external_id]
    taken = _taken(user, {name for _, name in named}, {row.pk for row in replaces})
    for index, name in named:
        if name in taken:
            state = "a deleted entry, which can be restored," if taken[name] else "an entry"
            yield index, FieldError("external_id", "unique", f"You have {state} with the external_id {name!r}.")
        taken[name] = False


def _taken(user: User, names: Collection[str], replaced: Collection[int]) -> dict[str, bool]:
    """By external id, whether it is that of a deleted entry."""
    others = Entry.objects.filter(user_id=user.pk)
    return {
        str(name): deleted_at is not None
        for batch in batches(names)
        for pk, name, deleted_at in others.filter(external_id__in=batch).values_list("pk", "external_id", "deleted_at")
        if pk not in replaced
    }


def _likeness_errors(rows: Numbered, replaces: Sequence[Entry]) -> Iterator[tuple[int, FieldError]]:
    """A row of a bank file that was taken into two accounts cannot be moved from one to the other."""
    moved = [(index, data, replaces[index]) for index, data in rows if replaces and replaces[index].likeness]
    for index, data, row in moved:
        if data.account.pk != row.account_id:
            twin = Q(account=data.account, likeness=row.likeness, likeness_no=row.likeness_no)
            if Entry.objects.filter(twin).exists():
                detail = f"{data.account.name!r} has this row of the bank file already."
                yield index, FieldError("account", "unique", detail)
