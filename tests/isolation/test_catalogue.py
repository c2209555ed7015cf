"""What everybody shares is read by everybody and written by administrators alone."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.models import User
from tests.conftest import check_error
from tests.isolation.test_references import FILES
from tests.isolation.ways import WAYS, by_key, fingerprint, undone
from tests.isolation.world import API, World

SPLIT = {"kind": "split", "ex_date": "2024-04-01", "ratio": "3"}


def writes(world: World) -> Iterator[tuple[str, str, Any]]:
    """(method, path, body): every way to change what is shared."""
    asset, action, quarantine = (world[kind] for kind in ("catalogue", "catalogue_action", "catalogue_quarantine"))
    named = {"symbol": "INFY", "name": "Mine now", "asset_class": "stock", "currency": "INR"}
    for method in ("put", "patch"):
        yield method, f"/assets/{asset}/", named
        yield method, f"/corporate-actions/{action}/", {**SPLIT, "asset": asset}
        yield method, f"/corporate-actions/{action}/", {**SPLIT, "asset": world["asset"]}
    for path in (f"/assets/{asset}/", f"/corporate-actions/{action}/"):
        yield "delete", path, None
    yield "put", f"/assets/{asset}/prices/", {"2024-01-02": "1"}
    yield "post", "/corporate-actions/", {**SPLIT, "asset": asset}
    for method in ("put", "patch"):  # one's own split, moved to the asset of all
        yield method, f"/corporate-actions/{world['action']}/", {**SPLIT, "asset": asset}
    for decision in ("accept", "reject"):
        yield "post", f"/quarantine/{quarantine}/{decision}/", None


@pytest.mark.parametrize("way", WAYS)
def test_the_catalogue_is_read_only(way: str, of_mallory: World) -> None:
    client, before = WAYS[way](of_mallory.user), fingerprint()
    for method, path, body in writes(of_mallory):
        answer = getattr(client, method)(API + path, body)
        check_error(answer, 403, code="permission_denied")
    assert fingerprint() == before


def test_an_administrator_may(of_mallory: World) -> None:
    """So that the requests above are refused for who asks."""
    User.objects.filter(pk=of_mallory.user.pk).update(is_staff=True)
    client = by_key(of_mallory.user)
    for method, path, body in writes(of_mallory):
        with undone():
            answer = getattr(client, method)(API + path, body)
        assert answer.status_code < 300 or answer.json()["errors"][0]["code"] != "permission_denied", (path, body)


@pytest.mark.parametrize("file_format", ["prices", "corporate_actions"])
def test_nor_does_a_file_write_it(file_format: str, of_mallory: World) -> None:
    client, before = by_key(of_mallory.user), fingerprint()
    file = SimpleUploadedFile("file.csv", FILES[file_format].format(symbol="INFY", account="").encode())
    body = {"file": file, "format": file_format, "dry_run": "false", "create_assets": "true"}
    check_error(client.post(f"{API}/imports/", body, format="multipart"), 400, attr="2.symbol")
    assert fingerprint() == before


def test_a_choice_of_what_is_there_changes_nothing(of_mallory: World) -> None:
    client, before = by_key(of_mallory.user), fingerprint()
    chosen = client.post(f"{API}/assets/choose/", {"provider": "yahoo", "symbol": "INFY"})
    assert (chosen.status_code, chosen.json()["id"]) == (200, of_mallory["catalogue"])
    assert fingerprint() == before


def test_what_only_others_hold_is_not_told(of_asha: World, of_mallory: World) -> None:
    """Who holds a shared asset is private: its position, its dividends, its doubtful closes."""
    asha, mallory = by_key(of_asha.user), by_key(of_mallory.user)
    assert asha.get(f"{API}/holdings/{of_asha['tata']}/").status_code == 200
    check_error(mallory.get(f"{API}/holdings/{of_asha['tata']}/"), 404)
    told = [mallory.get(f"{API}{path}").content.decode() for path in ("/dividends/", "/quarantine/", "/holdings/")]
    assert not [body for body in told if "TCS" in body]


def test_a_dividend_of_all_is_answered_for_oneself(of_asha: World, of_mallory: World) -> None:
    """Asha's proposal stays, whatever Mallory says to hers; and Mallory cannot speak for Asha's account."""
    asha, mallory = by_key(of_asha.user), by_key(of_mallory.user)
    path = f"{API}/dividends/{of_mallory['catalogue_dividend']}/"
    for answer in ("record", "dismiss"):
        refused = mallory.post(f"{path}{answer}/", {"account": of_asha["main"]})
        check_error(refused, 400, attr="account", code="does_not_exist")
    proposed = asha.get(f"{API}/dividends/").json()
    assert mallory.post(f"{path}dismiss/", {"account": of_mallory["main"]}).status_code == 204
    assert asha.get(f"{API}/dividends/").json() == proposed
    assert of_mallory["catalogue_dividend"] in {row["id"] for row in proposed["results"]}


def test_a_stranger_changes_nobodys_figures(of_asha: World, of_mallory: World) -> None:
    """A private asset with the symbol of a shared one, or of another's private one, has prices of its own."""
    asha, mallory = by_key(of_asha.user), by_key(of_mallory.user)
    before = asha.get(f"{API}/holdings/").json()["results"]
    for symbol in ("INFY", of_asha.symbol):
        asset = {"symbol": symbol, "name": "Trap", "asset_class": "stock", "currency": "INR"}
        made = mallory.post(f"{API}/assets/", asset).json()
        assert mallory.put(f"{API}/assets/{made['id']}/prices/", {"2024-06-10": "1"}).status_code == 200
    assert asha.get(f"{API}/holdings/").json()["results"] == before
