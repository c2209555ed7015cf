"""/bank-imports/: over HTTP, with what people get wrong; and the command."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from core.models import Account
from ledger.models import BankImport, Entry
from tests.bank_files.conftest import upload
from tests.bank_files.files import INDIAN, ofx, ofx_row, ofx_statement
from tests.conftest import check_error

URL = "/api/v1/bank-imports/"


def test_a_file_is_tried_and_then_taken(asha_api, bank):
    tried = upload(asha_api, bank, INDIAN)
    assert tried.status_code == 200, tried.content
    assert (tried.json()["dry_run"], tried.json()["id"], tried.json()["created"]) == (True, None, 3)
    assert not Entry.objects.exists()
    taken = upload(asha_api, bank, INDIAN, dry_run=False)
    assert taken.status_code == 201
    body = taken.json()
    assert (body["format"], body["encoding"], body["rows"], body["duplicates"]) == ("csv", "utf-8", 3, 0)
    assert body["mapping"]["debit"] == "Withdrawal Amt."
    assert body["balances"] == {"created": 2, "replaced": [], "withdrawn": [], "disagreeing": []}
    assert body["skipped_lines"] == [{"line": 8, "reason": "Has 'STATEMENT SUMMARY :-' where the day should be."}]
    first = body["new_entries"][0]
    assert (first["line"], first["date"], first["amount"], first["kind"]) == (5, "2024-01-03", "150", "expense")
    assert first["entry"] == Entry.objects.order_by("id").first().pk


def test_imports_are_listed_and_undone(asha_api, bank):
    pk = upload(asha_api, bank, INDIAN, dry_run=False).json()["id"]
    upload(asha_api, bank, INDIAN, dry_run=False)
    rows = asha_api.get(URL, {"account": bank.pk}).json()["results"]
    assert [(row["created"], row["duplicates"], row["undone_at"]) for row in rows] == [(0, 3, None), (3, 0, None)]
    assert asha_api.get(f"{URL}{pk}/").json() == rows[1]
    undone = asha_api.post(f"{URL}{pk}/undo/")
    assert undone.status_code == 200
    assert undone.json()["undone_at"] is not None
    assert asha_api.get("/api/v1/entries/").json()["results"] == []
    check_error(asha_api.post(f"{URL}{pk}/undo/"), 409, code="undone")


def test_columns_are_told_for_a_person_to_map(asha_api, bank):
    text = "Kontoauszug\nTag;Wozu;Wert\n03/04/2024;Tee;-5,00\n"
    body = upload(asha_api, bank, text, "columns/").json()
    assert (body["header"], body["header_line"], body["delimiter"]) == (["Tag", "Wozu", "Wert"], 2, ";")
    assert body["sample"] == [["03/04/2024", "Tee", "-5,00"]]
    assert (body["guessed"]["date"], body["guessed"]["header"], body["remembered"]) == ("", True, None)
    refused = upload(asha_api, bank, text)
    check_error(refused, 400, attr="mapping", code="mapping_needed")
    told = {"date": "Tag", "description": "Wozu", "amount": "Wert"}
    check_error(upload(asha_api, bank, text, mapping=told), 400, attr="3.date", code="ambiguous_date")
    told["date_format"] = "DMY"
    taken = upload(asha_api, bank, text, mapping=told, dry_run=False)
    assert taken.json()["new_entries"][0]["date"] == "2024-04-03"
    assert upload(asha_api, bank, text, "columns/").json()["remembered"]["date_format"] == "DMY"


@pytest.mark.parametrize(
    ("mapping", "attr"),
    [
        ("{", "mapping"), ("[]", "mapping"), ('"x"', "mapping"), ("{}", "mapping.date"),
        ('{"date": 5}', "mapping.date"),
        ('{"date": "Date", "x": 1}', "mapping.x"), ('{"date": "Date"}', "mapping.amount"),
        ('{"date": "Date", "debit": "Withdrawal Amt."}', "mapping.credit"),
        ('{"date": "Nowhere", "amount": "Closing Balance"}', "mapping"),
        ('{"date": "Date", "amount": "Closing Balance", "invert": 1}', "mapping.invert"),
        ('{"date": "Date", "amount": "Closing Balance", "date_format": "DDMM"}', "mapping.date_format"),
        ('{"date": "Date", "amount": "Closing Balance", "decimal": ";"}', "mapping.decimal"),
        ('{"date": "Date", "amount": "Closing Balance", "description": [1]}', "mapping.description"),
        ('{"date": "Date", "amount": "Closing Balance", "debit": "a", "credit": "b"}', "mapping.amount"),
        ('{"date": "Date", "debit": "a", "credit": "b", "marker": "c"}', "mapping.marker"),
        ('{"\\ud800": "x"}', "mapping"), ('{"date": "\\ud800", "amount": "x"}', "mapping"),
        ("[" * 10_000, "mapping"), ('{"date": "' + "x" * 30_000 + '"}', "mapping"),
    ],
)  # fmt: skip
def test_mappings_that_are_none(asha_api, bank, mapping, attr):
    check_error(upload(asha_api, bank, INDIAN, mapping=mapping), 400, attr=attr)


@pytest.mark.parametrize(
    ("content", "fields", "attr"),
    [
        (b"", {}, "file"),
        (b"\x00\x01\x02\xff" * 500, {}, None),
        (b"PK\x03\x04" + b"x" * 100, {}, "file"),
        (b"<OFX></OFX>", {"format": "ofx"}, "file"),
        (INDIAN.encode(), {"format": "ofx"}, None),
        (INDIAN.encode(), {"format": "qif"}, None),
        (INDIAN.encode(), {"format": "camt"}, None),
        (INDIAN.encode(), {"format": "pdf"}, "format"),
        (INDIAN.encode(), {"likely": "perhaps"}, "likely"),
        (INDIAN.encode(), {"dry_run": "perhaps"}, "dry_run"),
        (INDIAN.encode(), {"account_number": "x" * 201}, "account_number"),
        (INDIAN.encode(), {"unknown": "1"}, "unknown"),
        (b"!Type:Bank\nD2024-01-02\nT1\n^\n", {"mapping": '{"date": "x", "nothing": 1}'}, "mapping.nothing"),
        (ofx(ofx_statement()).encode(), {"mapping": "{}"}, "mapping"),
    ],
)
def test_bad_input_is_refused_by_name(asha_api, bank, content, fields, attr):
    check_error(upload(asha_api, bank, content, **fields), 400, attr=attr)
    assert not BankImport.objects.exists()


@pytest.mark.parametrize("sign", ["\0", "&#0;", "&#xD800;", "&#57343;"])
def test_what_no_database_keeps_is_replaced_in_ofx(asha_api, bank, sign):
    """A tag can name by its number what is no letter."""
    text = ofx(ofx_statement(ofx_row("20240103", "-150", f"A{sign}1", f"CAFE{sign}"), number=f"44{sign}01"))
    for _ in range(2):
        assert upload(asha_api, bank, text, dry_run="false").status_code == 201
    entry = Entry.objects.get()
    assert (entry.payee, entry.external_id) == ("CAFE\ufffd", f"{bank.pk}:A\ufffd1")
    assert BankImport.objects.values_list("account_number", flat=True)[0] == "44\ufffd01"


@pytest.mark.parametrize("currency", ["&#xD800;", "U&#0;D"])
def test_a_currency_of_no_letters_is_refused(asha_api, bank, currency):
    text = ofx(ofx_statement(ofx_row("20240103", "-150", "A1", "CAFE"), currency=currency))
    check_error(upload(asha_api, bank, text), 400, code="other_currency")


def test_files_that_are_too_large_are_refused(asha_api, bank, settings):
    settings.UPLOAD_MOST_BYTES = 1024**2
    check_error(upload(asha_api, bank, b"x" * (1024**2 + 1)), 400, attr="file", code="max_size")


def test_a_form_without_file_or_account(asha_api, bank):
    check_error(asha_api.post(URL, {"account": bank.pk}, format="multipart"), 400, attr="file")
    check_error(upload(asha_api, 2**62, INDIAN), 400, attr="account")
    check_error(asha_api.post(URL, {"account": bank.pk}, format="json"), 415)


def test_a_repeat_with_the_same_key_answers_the_same(asha_api, bank):
    asha_api.credentials(**asha_api._credentials, HTTP_IDEMPOTENCY_KEY="once")
    first = upload(asha_api, bank, INDIAN, dry_run=False)
    second = upload(asha_api, bank, INDIAN, dry_run=False)
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert BankImport.objects.count() == 1


def test_strangers_see_nothing(asha_api, mallory_api, anonymous_api, bank):
    pk = upload(asha_api, bank, INDIAN, dry_run=False).json()["id"]
    check_error(upload(mallory_api, bank, INDIAN), 400, attr="account", code="does_not_exist")
    check_error(upload(mallory_api, bank, INDIAN, "columns/"), 400, attr="account", code="does_not_exist")
    assert mallory_api.get(URL).json()["results"] == []
    check_error(mallory_api.get(URL, {"account": bank.pk}), 400, attr="account")
    assert mallory_api.get(f"{URL}{pk}/").status_code == 404
    assert mallory_api.post(f"{URL}{pk}/undo/").status_code == 404
    assert anonymous_api.get(URL).status_code == 401
    assert anonymous_api.get(f"{URL}{pk}/").status_code == 401
    assert anonymous_api.post(f"{URL}{pk}/undo/").status_code == 401
    assert upload(anonymous_api, bank, INDIAN).status_code == 401
    assert upload(anonymous_api, bank, INDIAN, "columns/").status_code == 401
    assert Entry.objects.filter(deleted_at=None).count() == 3


def test_a_strangers_file_of_the_same_account_is_none_of_ours(asha_api, mallory_api, mallory, bank):
    """What one person took before decides nothing for another."""
    text = ofx(ofx_statement(ofx_row("20240103", "-5", "A", "X")))
    other = Account.objects.create(user=mallory, name="Bank", kind="bank", currency="INR")
    assert upload(asha_api, bank, text, dry_run=False).json()["created"] == 1
    assert upload(mallory_api, other, text, dry_run=False).json()["created"] == 1


def run(*args, **options):
    out, err = io.StringIO(), io.StringIO()
    call_command("import_bank", *map(str, args), stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def test_the_command_takes_a_file(bank, tmp_path):
    file = tmp_path / "statement.csv"
    file.write_text(INDIAN)
    base = ("--user", bank.user.email, "--account", "bank")
    out, err = run(file, *base, "--dry-run")
    assert out == (
        "3 rows: 3 new, 0 known, 0 matched, 0 deleted by you; 1 lines skipped, 2 balances. "
        "Dry run: nothing was written.\n"
    )
    assert err == "line 8, skipped: Has 'STATEMENT SUMMARY :-' where the day should be.\n"
    assert not Entry.objects.exists()
    run(file, *base)
    assert run(file, *base)[0].startswith("3 rows: 0 new, 3 known")


def test_the_command_says_what_is_wrong(bank, tmp_path):
    file = tmp_path / "statement.csv"
    file.write_text("Tag,Wert\n2024-01-03,x\n")
    base = ("--user", bank.user.email, "--account", "Bank")
    with pytest.raises(CommandError, match="mapping: Say which column has the day"):
        run(file, *base)
    told = tmp_path / "mapping.json"
    told.write_text(json.dumps({"date": "Tag", "amount": "Wert"}))
    with pytest.raises(CommandError, match=r"(?s)line 2, amount: 'x' is not an amount.*Nothing was imported"):
        run(file, *base, "--mapping", f"@{told}")
    with pytest.raises(CommandError, match="is no JSON"):
        run(file, *base, "--mapping", "{")
    with pytest.raises(CommandError, match="no account 'Nowhere'"):
        run(file, "--user", bank.user.email, "--account", "Nowhere")
    with pytest.raises(CommandError, match="no person"):
        run(file, "--user", "nobody@example.com", "--account", "Bank")
    with pytest.raises(CommandError, match="No such file"):
        run(tmp_path / "nothing", *base)
