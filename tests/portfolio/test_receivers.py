"""Holdings follow, whichever way transactions, actions and accounts are written."""

from datetime import date
from decimal import Decimal

import pytest

from core.errors import Conflict, NotFound
from portfolio.books.events import BooksError
from portfolio.models import Asset, CorporateAction, Holding, Transaction
from portfolio.services.books import asset_family
from portfolio.services.rebuild import holdings_rebuild
from portfolio.services.transactions import transaction_delete, transactions_delete
from portfolio.signals import books_changed
from tests.conftest import check_error
from tests.portfolio.conftest import action, figures, record


@pytest.fixture
def heard():
    """(person, first day) of each change of books that was told."""
    seen = []

    def note(sender, user_id, since, **_):
        seen.append((user_id, since))

    books_changed.connect(note)
    yield seen
    books_changed.disconnect(note)


def write(user, asset, **fields):
    values = {"kind": "buy", "date": date(2024, 1, 2), "quantity": Decimal(10), "price": Decimal(100), **fields}
    return Transaction.objects.create(
        user=user, account=user.accounts.get(is_default=True), asset=asset, currency="INR", **values
    )


def test_it_works(asha, infosys, heard):
    row = write(asha, infosys)
    assert figures(asha, infosys, "quantity") == ("10",)

    row.quantity = Decimal(12)
    row.save()
    assert figures(asha, infosys, "quantity") == ("12",)

    row.delete()
    assert not Holding.objects.exists()
    assert heard == [(asha.pk, date(2024, 1, 2))] * 3


def test_a_row_that_went_to_somebody_else_is_not_found(asha, mallory, infosys):
    row = write(asha, infosys)
    moved = Transaction.objects.get()
    moved.user, moved.account = mallory, mallory.accounts.get()
    moved.save()

    with pytest.raises(NotFound):
        transaction_delete(transaction=row)
    assert Transaction.objects.count() == 1


def test_a_row_whose_saving_was_refused_is_looked_up_again(asha, infosys, tcs):
    row = write(asha, infosys)
    row.kind = "sell"
    with pytest.raises(BooksError):
        row.save()
    moved = Transaction.objects.get()
    moved.asset = tcs
    moved.save()

    row.kind = "buy"
    row.save()
    assert list(Holding.objects.values_list("asset", flat=True)) == [infosys.pk]


def test_a_row_that_moves_leaves_its_old_place(asha, mallory, infosys, tcs, heard):
    row = write(asha, infosys)
    row.asset = tcs
    row.save()
    assert list(Holding.objects.values_list("asset", flat=True)) == [tcs.pk]

    row.user, row.account = mallory, mallory.accounts.get()
    row.save()
    assert list(Holding.objects.values_list("user", flat=True)) == [mallory.pk]


def test_what_the_books_refuse_is_not_saved(asha, infosys):
    write(asha, infosys)

    with pytest.raises(BooksError):
        write(asha, infosys, kind="sell", quantity=Decimal(11), date=date(2024, 1, 3))
    assert Transaction.objects.count() == 1
    assert holdings_rebuild(user_id=asha.pk, write=False) == []


def test_a_change_without_effect_tells_nothing(asha, infosys, heard):
    row = write(asha, infosys)
    row.note = "noted"
    row.save()

    assert len(heard) == 1


def test_many_are_deleted_at_once(asha, mallory, infosys, tcs, django_assert_max_num_queries):
    for asset in (infosys, tcs):
        write(asha, asset)
        for _ in range(5):
            write(asha, asset, kind="sell", quantity=Decimal(2), date=date(2024, 2, 1))
    other = write(mallory, infosys)

    with django_assert_max_num_queries(40):
        assert transactions_delete(user=asha, transactions=Transaction.objects.all()) == 12
    assert list(Transaction.objects.all()) == [other]
    assert list(Holding.objects.values_list("user", flat=True)) == [mallory.pk]


def test_the_admins_queryset_delete_keeps_the_books(asha, mallory, infosys):
    write(asha, infosys)
    write(asha, infosys, quantity=Decimal(1))
    write(mallory, infosys)

    Transaction.objects.filter(quantity=10).delete()
    assert list(Holding.objects.values_list("user", "quantity")) == [(asha.pk, 1)]


def test_a_person_goes_with_all_that_is_theirs(asha, mallory, infosys, heard):
    write(asha, infosys)
    write(mallory, infosys)
    heard.clear()

    asha.delete()
    assert list(Holding.objects.values_list("user", flat=True)) == [mallory.pk]
    assert heard == []


def test_an_action_tells_the_people_whom_it_changes(asha, mallory, infosys, heard):
    write(asha, infosys)
    write(mallory, infosys, date=date(2024, 5, 1))
    heard.clear()

    row = action(infosys, "split", date(2024, 3, 1), ratio=2)
    assert heard == [(asha.pk, date(2024, 3, 1))]  # the other bought after it
    row.status = "rejected"
    row.save()
    assert heard == [(asha.pk, date(2024, 3, 1))] * 2
    row.delete()
    assert len(heard) == 2


@pytest.fixture
def joined(asha, infosys):
    """Asha's own asset becomes one of the catalogue, one for one."""
    own = Asset.objects.create(owner=asha, symbol="OWN", name="Own", asset_class="stock", currency="INR")
    write(asha, own)
    return own, action(own, "merger", date(2024, 3, 1), new_asset=infosys)


def test_a_private_action_concerns_its_owner_alone(asha, mallory, infosys, joined, heard):
    write(mallory, infosys)
    heard.clear()
    own, row = joined
    row.ratio = Decimal(3)
    row.save()

    assert figures(asha, infosys, "quantity", "cost_basis") == ("30", "1000")
    assert heard == [(asha.pk, date(2024, 3, 1))]
    assert asset_family({infosys.pk}, user_id=mallory.pk) == {infosys.pk}
    assert asset_family({infosys.pk}, user_id=asha.pk) == {infosys.pk, own.pk}


def test_the_books_of_others_do_not_hold_up_a_private_action(asha, mallory, infosys, joined):
    """Hers came to contradict themselves some other way, which is nobody's business here."""
    write(mallory, infosys)
    Transaction.objects.filter(user=mallory).update(kind="sell")
    _, row = joined

    row.ratio = Decimal(3)
    row.save()
    assert figures(asha, infosys, "quantity") == ("30",)
    with pytest.raises(Conflict, match="of 1 person contradict"):
        action(infosys, "split", date(2024, 4, 1), ratio=2)


def test_what_came_by_a_private_action_follows_those_of_the_catalogue(asha, infosys, tcs, joined):
    action(infosys, "rename", date(2024, 4, 1), new_asset=tcs)

    assert figures(asha, tcs, "quantity", "cost_basis") == ("10", "1000")


def test_an_asset_goes_with_its_actions(asha, infosys):
    own = Asset.objects.create(owner=asha, symbol="OWN", name="Own", asset_class="stock", currency="INR")
    action(own, "rename", date(2024, 3, 1), new_asset=infosys)

    own.delete()
    assert not CorporateAction.objects.exists()


def test_an_account_whose_money_counts_otherwise_is_told(asha_api, main, asha, infosys, heard):
    write(asha, infosys)
    heard.clear()

    assert asha_api.patch(f"/api/v1/accounts/{main.pk}/", {"tracks_cash": True}).status_code == 200
    assert heard == [(asha.pk, date(2024, 1, 2))]


def test_it_is_told_however_the_account_is_saved(main, asha, infosys, heard):
    write(asha, infosys)
    heard.clear()

    main.tracks_cash = True
    main.save()
    main.name = "Renamed"
    main.save()
    assert heard == [(asha.pk, date(2024, 1, 2))]


@pytest.mark.parametrize(
    ("field", "refused", "taken"),
    [("opened_on", "2024-01-03", "2024-01-02"), ("closed_on", "2024-01-31", "2024-02-01")],
)
def test_an_account_must_live_as_long_as_its_transactions(asha_api, main, asha, infosys, field, refused, taken):
    write(asha, infosys)
    write(asha, infosys, date=date(2024, 2, 1))

    response = asha_api.patch(f"/api/v1/accounts/{main.pk}/", {field: refused})
    check_error(response, 400, attr=field)
    assert {"opened_on": "2024-01-02", "closed_on": "2024-02-01"}[field] in response.json()["errors"][0]["detail"]
    assert asha_api.patch(f"/api/v1/accounts/{main.pk}/", {field: taken}).status_code == 200


def test_an_account_without_transactions_may_change(asha_api, main):
    body = {"tracks_cash": True, "cost_method": "average", "opened_on": "2024-01-01", "currency": "USD"}
    assert asha_api.patch(f"/api/v1/accounts/{main.pk}/", body).status_code == 200


def test_money_of_an_account_has_its_own_book(asha, asha_api):
    record(asha_api, "deposit", "2024-01-02", amount="1000")
    row = record(asha_api, "deposit", "2024-01-03", amount="7")
    asha_api.delete(f"/api/v1/transactions/{row['id']}/")

    (holding,) = Holding.objects.all()
    assert (holding.asset, holding.last_on) == (None, date(2024, 1, 2))
