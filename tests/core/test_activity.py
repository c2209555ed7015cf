"""GET /activity/: every edit and delete of money data is in it, with who did it and what was there before."""

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.signals import post_save
from rest_framework.test import APIClient

from core.activity import watched_models
from core.actor import PROGRAM, acting
from core.models import Account, Activity, ApiToken, User
from ledger.models import Budget, Entry
from ledger.services.purge import entries_purge
from portfolio.models import Asset, Transaction
from tests.conftest import PASSWORD, api_of, check_error

API = "/api/v1/"
LOG = f"{API}activity/"
NOT_WATCHED = {
    "core.ApiToken": "opens the data, and is none",
    "core.IdempotencyKey": "what was answered",
    "core.Activity": "the log itself",
    "core.RateCount": "of limits",
    "core.OutgoingMail": "of mails",
    "portfolio.DividendAnswer": "made once; what it records is a transaction",
    "portfolio.Instalment": "made by its plan; what it buys is a transaction",
    "portfolio.Holding": "made from the transactions",
    "portfolio.PriceYear": "recorded as `prices`, day by day, of a person's own assets",
    "portfolio.Dividend": "a fact of the catalogue",
    "portfolio.Quote": "of a provider",
    "portfolio.ProviderState": "of a provider",
    "portfolio.PriceSource": "of a provider",
    "portfolio.Quarantine": "of a provider; what is accepted is a close",
    "portfolio.AssetAlias": "of the catalogue",
    "ledger.BankKey": "how rows of bank files are known again",
    "ledger.MatchedRow": "how rows of bank files are known again",
    "ledger.ColumnMapping": "how bank files are read",
    "ledger.AccountYear": "sums of entries",
    "ledger.CategoryYear": "sums of entries",
    "ledger.TermsRate": "recorded with its terms",
    "analytics.HistoryMark": "made from the data",
    "analytics.HistoryYear": "made from the data",
}
"""Models of which no edit is recorded, and why."""
APPS = ("core", "portfolio", "ledger", "analytics")


def test_every_model_is_watched_or_has_a_reason() -> None:
    models = {model._meta.label for app in APPS for model in apps.get_app_config(app).get_models()}
    watched = {model._meta.label for model in watched_models()}
    assert watched | NOT_WATCHED.keys() >= models
    assert watched.isdisjoint(NOT_WATCHED)


def test_every_column_that_a_person_states_is_recorded() -> None:
    """Of a watched model all but where a row came from, what is worked out, and when it was made."""
    others = {
        "id", "user", "owner", "created_at", "updated_at", "is_default", "words", "likeness", "likeness_no",
        "bank_import", "recurring", "recurring_on", "deleted_at", "next_on", "last_error", "retry_at", "position",
        "prices_from", "prices_to", "prices_version", "source", "created_by", "rows", "created", "duplicates",
        "matched", "account_number", "bank_key",
    }  # fmt: skip
    for model, watched in watched_models().items():
        if model is not User:
            assert {field.name for field in model._meta.concrete_fields} - set(watched.names) <= others, model


def test_who_writes_without_signals_records_it() -> None:
    """`update`, `bulk_update`, `_raw_delete` and SQL say nothing to anybody: where a module of the services of money
    data uses them it imports the log, or is named here."""
    silent = {
        "ledger/services/bank_imports.py": "gives up what rows of undone imports were known by",
        "ledger/services/bank_mappings.py": "how files are read",
        "ledger/services/packed_sums.py": "sums",
        "ledger/services/purge.py": "was recorded when it was deleted, 30 days before",
        "portfolio/services/funds.py": "the catalogue",
        "portfolio/services/catalogue.py": "the catalogue",
        "portfolio/services/seeding.py": "the catalogue",
        "portfolio/services/assets.py": "names of the catalogue",
        "portfolio/services/instalments.py": "what became of instalments",
        "portfolio/services/plans.py": "makes instalments",
        "portfolio/services/sources.py": "of providers",
        "portfolio/services/books.py": "holdings",
        "portfolio/services/transactions.py": "makes new ones",
    }
    of_counters = {"ledger/services/rule_runs.py", "ledger/services/sums.py"}  # in memory
    writing = {"update", "bulk_update", "_raw_delete", "executemany", "execute", "update_or_create"}
    found = {
        str(path.relative_to(settings.BASE_DIR))
        for app in ("ledger", "portfolio", "analytics")
        for path in Path(settings.BASE_DIR, app, "services").glob("*.py")
        if "core.activity" not in (text := path.read_text())
        and any(isinstance(node, ast.Attribute) and node.attr in writing for node in ast.walk(ast.parse(text)))
    }
    assert found <= silent.keys() | of_counters


class World:
    """Rows of every kind, made over the API."""

    def __init__(self, api: APIClient) -> None:
        self.api = api
        self.bank = self.made("accounts", name="HDFC", kind="bank", currency="INR")
        self.cash = self.made("accounts", name="Purse", kind="cash", currency="INR")
        self.food = self.made("categories", name="Food")
        self.fun = self.made("categories", name="Fun")
        self.asset = self.made("assets", symbol="OWN", name="Own", asset_class="stock", currency="INR")

    def made(self, path: str, **body: Any) -> int:
        response = self.api.post(f"{API}{path}/", body)
        assert response.status_code == 201, response.content
        return int(response.json()["id"])

    def entry(self, **body: Any) -> int:
        given = {"kind": "expense", "date": "2024-05-01", "amount": "120.50", "account": self.bank, "payee": "Cafe"}
        return self.made("entries", **{**given, "category_id": self.food, "tags": ["work", "Köln"], **body})

    def buy(self, **body: Any) -> int:
        given = {"kind": "buy", "asset": self.asset, "date": "2024-05-01", "quantity": "10", "price": "101.5"}
        return self.made("transactions", **{**given, **body})


@pytest.fixture
def world(asha_api: APIClient) -> World:
    return World(asha_api)


def log(api: APIClient, **query: Any) -> list[dict[str, Any]]:
    response = api.get(LOG, query)
    assert response.status_code == 200, response.content
    rows: list[dict[str, Any]] = response.json()["results"]
    return rows


def newest(api: APIClient, **query: Any) -> dict[str, Any]:
    return log(api, **query)[0]


def test_an_edit_has_what_it_changed(world: World, asha: User) -> None:
    entry = world.entry()
    with time_machine.travel(datetime(2026, 5, 1, 12, tzinfo=UTC), tick=False):
        response = world.api.patch(
            f"{API}entries/{entry}/", {"amount": "99.9999", "category_id": world.fun, "tags": ["work"]}
        )
    assert response.status_code == 200
    row = newest(world.api)
    assert row.pop("id")
    assert row == {
        "at": "2026-05-01T12:00:00Z",
        "actor": "you",
        "via": "token",
        "key_name": "tests",
        "request_id": response["X-Request-ID"],
        "action": "changed",
        "kind": "entry",
        "object_id": entry,
        "label": "2024-05-01 expense 120.5 INR Cafe",
        "before": {"amount": "120.5", "category": {"id": world.food, "name": "Food"}, "tags": ["work", "Köln"]},
        "after": {"amount": "99.9999", "category": {"id": world.fun, "name": "Fun"}, "tags": ["work"]},
    }


def test_a_delete_has_all_that_was_there(world: World) -> None:
    bought = world.buy(quantity="0.123456789012345678", fee="7", note="first", external_id="x-1")
    assert world.api.delete(f"{API}transactions/{bought}/").status_code == 204
    row = newest(world.api)
    main = world.api.get(f"{API}accounts/?kind=broker").json()["results"][0]["id"]
    assert (row["action"], row["label"], row["after"]) == ("deleted", "OWN buy 2024-05-01 0.123456789012345678", {})
    assert row["before"] == {
        "account": {"id": main, "name": "Main"},
        "asset": {"id": world.asset, "name": "OWN"},
        "kind": "buy",
        "date": "2024-05-01",
        "quantity": "0.123456789012345678",
        "price": "101.5",
        "fee": "7",
        "tax": "0",
        "currency": "INR",
        "note": "first",
        "external_id": "x-1",
    }


def test_what_is_made_or_stays_the_same_is_not_in_it(world: World) -> None:
    entry, bought = world.entry(), world.buy()
    assert world.api.patch(f"{API}entries/{entry}/", {"amount": "120.5000"}).status_code == 200
    assert world.api.patch(f"{API}transactions/{bought}/", {"price": "101.50", "quantity": "10.0"}).status_code == 200
    assert log(world.api) == []


Case = tuple[str, str, Any, str, str, Any]
PATHS: dict[str, Any] = {
    "accounts": (lambda w: w.cash, {"name": "Wallet"}, "name", "Purse"),
    "categories": (lambda w: w.made("categories", name="Pets"), {"name": "Dogs"}, "name", "Pets"),
    "assets": (lambda w: w.asset, {"name": "Mine"}, "name", "Own"),
    "transactions": (lambda w: w.buy(), {"quantity": "12"}, "quantity", "10"),
    "entries": (lambda w: w.entry(), {"payee": "Bar"}, "payee", "Cafe"),
    "balances": (
        lambda w: w.made("balances", account=w.bank, date="2024-05-01", balance="10.01"),
        {"balance": "-3"}, "balance", "10.01",
    ),
    "budgets": (
        lambda w: w.made("budgets", category_id=w.food, month="2024-05", amount="50"), {"amount": "70"}, "amount", "50",
    ),
    "recurring": (
        lambda w: w.made("recurring", name="Rent", kind="expense", amount="9", starts_on="2190-01-01", account=w.bank),
        {"amount": "10"}, "amount", "9",
    ),
    "rules": (
        lambda w: w.made(
            "rules", name="R", conditions=[{"field": "payee", "op": "equals", "value": "Cafe"}], category_id=w.food
        ),
        {"name": "S"}, "name", "R",
    ),
    "terms": (
        lambda w: w.made(
            "terms", account=w.bank, product="savings", starts_on="2024-01-01",
            rates=[{"since": "2024-01-01", "rate": "0.03"}],
        ),
        {"rates": [{"since": "2024-01-01", "rate": "0.035"}]}, "rates", [{"since": "2024-01-01", "rate": "0.03"}],
    ),
    "plans": (
        lambda w: w.made("plans", name="SIP", asset=w.asset, amount="500", starts_on="2190-01-01"),
        {"amount": "600"}, "amount", "500",
    ),
    "corporate-actions": (
        lambda w: w.made("corporate-actions", asset=w.asset, kind="split", ex_date="2024-06-01", ratio="2"),
        {"ratio": "3"}, "ratio", "2",
    ),
}  # fmt: skip
"""Of each resource: how to make one, an edit, and the field and its old value."""


@pytest.mark.parametrize("path", PATHS)
def test_edit_and_delete_of_every_resource(world: World, path: str) -> None:
    make, change, field, old = PATHS[path]
    pk = make(world)
    response = world.api.patch(f"{API}{path}/{pk}/", change)
    assert response.status_code == 200, response.content
    edit = newest(world.api)
    assert (edit["action"], edit["object_id"], edit["before"], edit["after"]) == (
        "changed", pk, {field: old}, change,
    )  # fmt: skip
    assert world.api.delete(f"{API}{path}/{pk}/").status_code == 204
    gone = [row for row in log(world.api, action="deleted") if row["object_id"] == pk and row["kind"] == edit["kind"]]
    assert len(gone) == 1
    assert gone[0]["before"][field] == change[field]


def test_every_route_that_changes_is_in_these_tests() -> None:
    """A new address with PUT, PATCH or DELETE of money data is tried here, or is known to be no such thing."""
    known = {*PATHS, "me", "tokens", "benchmarks", "analytics", "assets"}
    for route, methods in _routes():
        if methods & {"put", "patch", "delete"}:
            assert route.split("/")[0] in known, route


def _routes() -> Iterator[tuple[str, set[str]]]:
    from analytics.urls import urlpatterns as analytics_urls
    from core.urls import urlpatterns as core_urls
    from ledger.urls import urlpatterns as ledger_urls
    from portfolio.urls import urlpatterns as portfolio_urls

    for pattern in (*core_urls, *portfolio_urls, *ledger_urls, *analytics_urls):
        view = vars(pattern.callback)["view_class"]
        methods = {name for name in view.http_method_names if hasattr(view, name)}
        yield str(pattern.pattern), methods


def test_bulk_of_entries(world: World) -> None:
    first, second, third = world.entry(), world.entry(payee="Bar"), world.entry(payee="Inn")
    body = {"ids": [first, second], "changes": {"category_id": world.fun}}
    assert world.api.patch(f"{API}entries/bulk/", body).status_code == 200
    food = {"category": {"id": world.food, "name": "Food"}}
    assert [(row["object_id"], row["before"]) for row in log(world.api)] == [(second, food), (first, food)]

    assert world.api.post(f"{API}entries/bulk/delete/", {"ids": [second, third]}).status_code == 200
    gone = {row["object_id"]: row["before"]["payee"] for row in log(world.api, action="deleted")}
    assert gone == {second: "Bar", third: "Inn"}

    assert world.api.post(f"{API}entries/bulk/restore/", {"ids": [second]}).status_code == 200
    back = newest(world.api)
    assert (back["action"], back["object_id"], back["before"], back["after"]) == ("restored", second, {}, {})
    assert world.api.post(f"{API}entries/{third}/restore/").status_code == 200
    assert newest(world.api, object_id=third)["action"] == "restored"


def test_a_category_that_is_given_up(world: World) -> None:
    entry, deleted = world.entry(), world.entry()
    world.api.delete(f"{API}entries/{deleted}/")
    below = world.made("categories", name="Coffee", parent=world.food)
    budget = PATHS["budgets"][0](world)
    response = world.api.delete(f"{API}categories/{world.food}/?move_to={world.fun}")
    assert response.status_code == 204, response.content
    moved = {(row["kind"], row["object_id"]): row["before"] for row in log(world.api, action="changed")}
    old = {"id": world.food, "name": "Food"}
    assert moved == {
        ("entry", entry): {"category": old},
        ("entry", deleted): {"category": old},
        ("budget", budget): {"category": old},
        ("category", below): {"parent": old},
    }
    assert newest(world.api)["before"] == {"kind": "expense", "name": "Food"}


def test_rules_that_are_applied(world: World) -> None:
    entry = world.entry()
    rule = {
        "name": "R", "conditions": [{"field": "payee", "op": "equals", "value": "Cafe"}], "category_id": world.fun,
    }  # fmt: skip
    response = world.api.post(f"{API}rules/apply/", {"rule": rule, "only_uncategorized": False})
    assert response.json()["changed"] == 1, response.content
    assert (newest(world.api)["object_id"], newest(world.api)["before"]["category"]["name"]) == (entry, "Food")


def test_the_place_of_a_rule(world: World) -> None:
    first, second = PATHS["rules"][0](world), PATHS["rules"][0](world)
    assert world.api.patch(f"{API}rules/{second}/", {"position": 0}).status_code == 200
    assert [(row["object_id"], row["before"], row["after"]) for row in log(world.api)] == [
        (second, {"position": 1}, {"position": 0})
    ]
    assert first


def test_a_bank_import_that_is_undone(world: World) -> None:
    text = b"Date,Amount,Balance,Payee\n2024-05-01,-10,90,Cafe\n2024-05-02,-20,70,Bar\n"
    body = {"account": world.bank, "file": SimpleUploadedFile("may.csv", text), "dry_run": "false"}
    response = world.api.post(f"{API}bank-imports/", body, format="multipart")
    assert response.status_code == 201, response.content
    assert log(world.api) == []
    pk = response.json()["id"]
    assert world.api.post(f"{API}bank-imports/{pk}/undo/").status_code == 200
    rows = log(world.api)
    entries = {row["before"]["payee"]: row["before"]["amount"] for row in rows if row["kind"] == "entry"}
    assert entries == {"Cafe": "10", "Bar": "20"}
    stated = {row["before"]["date"]: row["before"]["balance"] for row in rows if row["kind"] == "balance"}
    assert stated == {"2024-05-01": "90", "2024-05-02": "70"}
    (undone,) = (row for row in rows if row["kind"] == "bank_import")
    assert (undone["before"], undone["label"]) == ({"undone_at": None}, "may.csv")


def test_closes_of_ones_own_assets(world: World) -> None:
    url = f"{API}assets/{world.asset}/prices/"
    assert world.api.put(url, {"2023-12-29": "98.1", "2024-01-01": "99", "2024-01-02": "100.5"}).status_code == 200
    assert log(world.api) == []
    changes = {"2023-12-29": "98", "2024-01-01": "99.0", "2024-01-02": None, "2024-01-03": "7"}
    assert world.api.put(url, changes).status_code == 200
    assert {row["label"]: (row["kind"], row["object_id"], row["before"], row["after"]) for row in log(world.api)} == {
        "OWN 2023": ("prices", world.asset, {"2023-12-29": "98.1"}, {"2023-12-29": "98"}),
        "OWN 2024": ("prices", world.asset, {"2024-01-02": "100.5"}, {"2024-01-02": None}),
    }
    assert world.api.delete(f"{API}assets/{world.asset}/").status_code == 204
    assert {row["label"]: row["before"] for row in log(world.api, kind="prices", action="deleted")} == {
        "OWN 2023": {"2023-12-29": "98"},
        "OWN 2024": {"2024-01-01": "99", "2024-01-03": "7"},
    }


def test_targets(world: World) -> None:
    url = f"{API}analytics/targets/"
    for weights in ({"stock": "0.5", "gold": "0.2"}, {"stock": "0.6", "bond": "0.1"}):
        targets = [{"key": key, "weight": weight} for key, weight in weights.items()]
        assert world.api.put(url, {"by": "asset_class", "targets": targets}).status_code == 200
    assert {(row["action"], row["label"], row["before"]["weight"]) for row in log(world.api)} == {
        ("changed", "asset_class stock", "0.5"),
        ("deleted", "asset_class gold", "0.2"),
    }


def test_ones_own_settings(world: World, asha: User) -> None:
    body = {"base_currency": "USD", "timezone": "Europe/Berlin", "name": "A", "preferences": {"x": 1}}
    assert world.api.patch(f"{API}me/", body).status_code == 200
    row = newest(world.api)
    assert (row["kind"], row["object_id"]) == ("person", asha.pk)
    assert row["before"] == {"base_currency": "INR", "timezone": "Asia/Kolkata"}


def test_days_that_are_left_out_and_what_a_person_compares_with(world: World) -> None:
    for path in ("recurring", "plans"):
        pk = PATHS[path][0](world)
        assert world.api.post(f"{API}{path}/{pk}/skip/", {}).status_code == 200
        assert newest(world.api)["before"] == {"next_on": "2190-01-01"}
        assert newest(world.api)["after"] == {"next_on": "2190-02-01"}
    chosen = world.made("benchmarks", asset=world.asset)
    assert world.api.delete(f"{API}benchmarks/{chosen}/").status_code == 204
    assert newest(world.api)["before"] == {"asset": {"id": world.asset, "name": "OWN"}}


def test_the_catalogue_is_in_nobodys_log(asha: User) -> None:
    root = User.objects.create_superuser("root@example.com", PASSWORD)
    shared = Asset.objects.create(symbol="INFY.NS", name="Infosys", asset_class="stock", currency="INR")
    api = api_of(root)
    assert api.patch(f"{API}assets/{shared.pk}/", {"name": "Infosys Ltd"}).status_code == 200
    assert api.put(f"{API}assets/{shared.pk}/prices/", {"2024-01-02": "1"}).status_code == 200
    assert api.put(f"{API}assets/{shared.pk}/prices/", {"2024-01-02": "2"}).status_code == 200
    assert not Activity.objects.exists()


class TestWho:
    def test_a_browser_and_an_app(self, asha: User, world: World) -> None:
        browser, app = APIClient(), APIClient(HTTP_X_SESSION_TOKEN=_session_token(asha))
        browser.force_login(asha)
        for client, via in ((browser, "session"), (app, "app")):
            entry = world.entry()
            assert client.delete(f"{API}entries/{entry}/").status_code == 204
            row = newest(world.api)
            assert (row["actor"], row["via"], row["key_name"]) == ("you", via, "")

    def test_an_administrator_is_not_named(self, asha: User, world: World, client: Any) -> None:
        root = User.objects.create_superuser("root@example.com", PASSWORD, name="Ruth")
        client.force_login(root)
        budget = Budget.objects.get(pk=PATHS["budgets"][0](world))
        assert client.post(f"/admin/ledger/budget/{budget.pk}/delete/", {"post": "yes"}).status_code == 302
        response = world.api.get(LOG)
        row = response.json()["results"][0]
        assert (row["actor"], row["via"], row["before"]["amount"]) == ("administrator", "admin", "50")
        assert "root@example.com" not in response.content.decode()
        assert "Ruth" not in response.content.decode()

    def test_the_program_and_a_command(self, asha: User, world: World) -> None:
        account = Account.objects.get(pk=world.bank)
        account.name = "By command"
        account.save()
        assert (newest(world.api)["actor"], newest(world.api)["via"]) == ("command", "command")
        with acting(PROGRAM):
            account.name = "By program"
            account.save()
        assert (newest(world.api)["actor"], newest(world.api)["via"]) == ("program", "background")

    def test_who_is_gone_was_an_administrator(self, asha: User, world: World) -> None:
        Activity.objects.create(
            user=asha,
            actor=None,
            via="admin",
            at=datetime.now(UTC),
            action="changed",
            kind="entry",
            object_id=1,
            label="",
        )
        assert newest(world.api)["actor"] == "administrator"


def _session_token(user: User) -> str:
    body = {"email": user.email, "password": PASSWORD}
    return str(APIClient().post("/_allauth/app/v1/auth/login", body).json()["meta"]["session_token"])


class TestTheList:
    def test_it_is_filtered(self, world: World) -> None:
        entries = [world.entry(), world.entry()]
        with time_machine.travel(datetime(2026, 5, 1, 18, 29, tzinfo=UTC), tick=False):  # 23:59 in Kolkata
            world.api.patch(f"{API}entries/{entries[0]}/", {"amount": "1"})
        with time_machine.travel(datetime(2026, 5, 1, 18, 31, tzinfo=UTC), tick=False):  # 00:01 on 2 May
            world.api.delete(f"{API}entries/{entries[1]}/")
        edit, gone = [log(world.api, object_id=pk, kind="entry") for pk in entries]
        assert (len(edit), len(gone)) == (1, 1)
        assert log(world.api, to="2026-05-01") == edit
        assert log(world.api, **{"from": "2026-05-02"}) == gone
        assert log(world.api, action="deleted") == gone
        assert log(world.api, via="token") == [*gone, *edit]
        assert log(world.api, via="admin") == log(world.api, kind="budget") == []

    def test_it_has_pages(self, world: World) -> None:
        for _ in range(3):
            world.api.delete(f"{API}entries/{world.entry()}/")
        first = world.api.get(LOG, {"page_size": 2}).json()
        rest = world.api.get(first["next"]).json()
        ids = [row["id"] for row in (*first["results"], *rest["results"])]
        assert ids == sorted(ids, reverse=True)
        assert len(ids) == 3

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("kind", "user"), ("action", "made"), ("via", "x"), ("object_id", "x"), ("object_id", "1e999"),
            ("object_id", "1.5"), ("object_id", str(2**63)), ("from", "yesterday"), ("to", "2024-13-01"), ("who", "me"),
            ("ordering", "at"), ("cursor", "x"),
        ],
    )  # fmt: skip
    def test_it_rejects(self, asha_api: APIClient, name: str, value: str) -> None:
        check_error(asha_api.get(LOG, {name: value}), 400, attr=name)

    def test_the_last_day_of_all(self, asha_api: APIClient) -> None:
        assert log(asha_api, **{"from": "0001-01-01", "to": "9999-12-31"}) == []

    def test_it_is_ones_own(self, world: World, mallory_api: APIClient, anonymous_api: APIClient) -> None:
        world.api.delete(f"{API}entries/{world.entry()}/")
        assert log(mallory_api) == []
        check_error(anonymous_api.get(LOG), 401)

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
    def test_nobody_changes_it(self, world: World, method: str) -> None:
        world.api.delete(f"{API}entries/{world.entry()}/")
        check_error(getattr(world.api, method)(LOG, {}), 405)
        pk = newest(world.api)["id"]
        assert getattr(world.api, method)(f"{LOG}{pk}/", {}).status_code == 404

    def test_nor_does_an_administrator(self, world: World, client: Any) -> None:
        world.api.delete(f"{API}entries/{world.entry()}/")
        client.force_login(User.objects.create_superuser("root@example.com", PASSWORD))
        pk = newest(world.api)["id"]
        page = f"/admin/core/activity/{pk}/"
        assert client.get(f"{page}change/").status_code == 200
        assert client.post(f"{page}change/", {"label": "x"}).status_code == 403
        assert client.post(f"{page}delete/", {"post": "yes"}).status_code == 403
        assert client.post("/admin/core/activity/", {"action": "delete_selected", "_selected_action": [pk]}).status_code
        assert Activity.objects.filter(pk=pk).exists()


class TestTheSameTransaction:
    def test_what_is_refused_is_not_in_it(self, world: World) -> None:
        bought = world.buy()
        world.made("transactions", kind="sell", asset=world.asset, date="2024-05-02", quantity="10", price="1")
        check_error(world.api.delete(f"{API}transactions/{bought}/"), 400)
        check_error(world.api.patch(f"{API}transactions/{bought}/", {"quantity": "9"}), 400)
        assert log(world.api) == []

    def test_without_the_log_there_is_no_edit(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        entry = Entry.objects.get(pk=world.entry())
        world.api.raise_request_exception = False

        def fail(*args: Any, **kwargs: Any) -> None:
            raise ArithmeticError

        monkeypatch.setattr("core.activity.rows_create", fail)
        assert world.api.delete(f"{API}entries/{entry.pk}/").status_code == 500
        entry.refresh_from_db()
        assert entry.deleted_at is None


def test_the_purge_is_no_edit(world: World) -> None:
    world.api.delete(f"{API}entries/{world.entry()}/")
    before = log(world.api)
    with time_machine.travel(datetime(2099, 1, 1, tzinfo=UTC)):
        assert entries_purge() == 1
    assert log(world.api) == before


def test_who_goes_with_all_that_is_theirs_is_not_recorded(world: World, asha: User) -> None:
    world.entry()
    world.buy()
    User.objects.filter(pk=asha.pk).delete()
    assert not Activity.objects.exists()


def test_a_save_of_other_columns_reads_and_records_nothing(
    world: World, asha: User, django_assert_num_queries: Any
) -> None:
    asset = Asset.objects.get(pk=world.asset)
    with django_assert_num_queries(1):
        asset.save(update_fields=["prices_version"])
    asset.name = "Another"
    asset.save(update_fields=["prices_version"])
    assert log(world.api) == []


def test_one_statement_for_many(world: World, asha: User, django_assert_max_num_queries: Any) -> None:
    """Of transactions that a queryset deletes; SQLite takes some eighty rows in one."""
    ids = [world.buy() for _ in range(30)]
    rows = Transaction.objects.filter(pk__in=ids)
    with django_assert_max_num_queries(40):
        rows.delete()
    assert Activity.objects.filter(kind="transaction", action="deleted").count() == 30


def test_a_fixture_is_not_recorded(world: World) -> None:
    account = Account.objects.get(pk=world.bank)
    post_save.send(sender=Account, instance=account, created=False, raw=True, update_fields=None, using="default")
    assert not Activity.objects.exists()


def test_a_key_that_reads_sees_it(asha: User, world: World) -> None:
    world.api.delete(f"{API}entries/{world.entry()}/")
    _, key = ApiToken.issue(asha, "reader", access=ApiToken.Access.READ)
    assert len(log(APIClient(HTTP_AUTHORIZATION=f"Token {key}"))) == 1
