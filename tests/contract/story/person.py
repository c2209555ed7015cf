"""Asha herself: her accounts, her keys, what she changed, and her end here."""

from tests.conftest import PASSWORD
from tests.contract.story.teller import Teller
from tests.contract.story.world import client_of


def accounts_told(t: Teller) -> tuple[int, int, int]:
    """Her broker, her bank and her deposit."""
    account = {"name": "Zerodha", "kind": "broker", "currency": "INR", "opened_on": "2022-04-01"}
    broker = t.ask("accounts_create", "POST /accounts/", account, status=201)["id"]
    t.ask("accounts_retrieve", f"GET /accounts/{broker}/")
    t.ask("accounts_update", f"PUT /accounts/{broker}/", {**account, "cost_method": "fifo"})
    t.ask("accounts_partial_update", f"PATCH /accounts/{broker}/", {"name": "Zerodha, Asha"})
    others = [("HDFC Bank", "bank"), ("Deposit at HDFC", "deposit"), ("Old wallet", "wallet")]
    bank, deposit, spare = (
        t.ask("accounts_create", "POST /accounts/", {"name": name, "kind": kind}, status=201)["id"]
        for name, kind in others
    )
    t.ask("accounts_list", "GET /accounts/?ordering=name")
    t.ask("accounts_destroy", f"DELETE /accounts/{spare}/", status=204)
    return broker, bank, deposit


def keys_told(t: Teller) -> None:
    # Far away, since /api/docs/ offers it to be sent as it is, and a key whose end is past is refused.
    wanted = {"name": "Spreadsheet", "access": "read", "expires_at": "2099-12-31T00:00:00Z"}
    row = t.ask("tokens_create", "POST /tokens/", wanted, status=201)["id"]
    t.ask("tokens_list", "GET /tokens/")
    t.ask("tokens_destroy", f"DELETE /tokens/{row}/", status=204)


def person_told(t: Teller) -> None:
    t.ask("me_retrieve", "GET /me/")
    t.ask("me_partial_update", "PATCH /me/", {"risk_appetite": "high", "preferences": {"theme": "dark"}})


def changes_told(t: Teller) -> None:
    t.ask("activity_list", "GET /activity/?page_size=5")


def archive_told(t: Teller) -> bytes:
    archive: bytes = t.ask("exports_retrieve", "GET /exports/")
    return archive


def move_told(t: Teller, archive: bytes) -> None:
    """What was Asha's is Bela's, who has nothing yet."""
    t.client = client_of("bela@example.com", "Bela")
    asked = {"file": archive, "dry_run": "false"}
    t.ask("imports_archive_create", "POST /imports/archive/", asked, files=True)


def end_told(t: Teller) -> None:
    t.ask("me_destroy", "DELETE /me/", {"password": PASSWORD}, status=204)
