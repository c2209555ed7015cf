"""What becomes of the rows of a file: nothing twice, nothing lost, and two equal coffees are two coffees."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from core.errors import Conflict, InvalidInput
from core.models import Account
from ledger.models import AccountYear, BankImport, Category, Entry, MatchedRow, Rule
from ledger.selectors import entries_of
from ledger.services.bank_imports import import_undo
from ledger.services.entries import EntryInput, entries_delete, entries_record, entries_restore, entry_update
from tests.bank_files.conftest import take
from tests.bank_files.files import AMERICAN, GERMAN, INDIAN, QIF, camt, camt_account, ofx, ofx_row, ofx_statement

D = Decimal
HEAD = "Date,Details,Amount\n"


def csv_of(*rows):
    return HEAD + "".join(f"{row}\n" for row in rows)


def counts(taken):
    assert taken.rows == taken.created + taken.duplicates + taken.deleted_by_you + taken.matched
    return taken.created, taken.duplicates, taken.deleted_by_you, taken.matched


def total(account):
    """What came into the account, less what went out."""
    return sum(row.amount * Entry.SIGN[row.kind] for row in entries_of(account.user).filter(account=account))


def import_of(taken):
    assert taken.bank_import is not None
    return BankImport.objects.get(pk=taken.bank_import)


def by_hand(account, day, amount, kind="expense", **fields):
    data = EntryInput(account=account, kind=kind, date=date.fromisoformat(day), amount=D(amount), **fields)
    return entries_record(user=account.user, rows=[data])[0]


def test_rows_become_expenses_and_incomes(bank):
    taken = take(bank, INDIAN)
    assert counts(taken) == (3, 0, 0, 0)
    rows = list(Entry.objects.order_by("date", "id"))
    assert [(row.kind, row.amount, row.currency, row.description, row.bank_import_id) for row in rows] == [
        ("expense", D(150), "INR", "UPI-CAFE MOCHA", taken.bank_import),
        ("expense", D(150), "INR", "UPI-CAFE MOCHA", taken.bank_import),
        ("income", D(100_000), "INR", "SALARY JAN", taken.bank_import),
    ]
    row = BankImport.objects.get()
    assert (row.format, row.file_name, row.rows, row.created, row.duplicates) == ("csv", "statement", 3, 3, 0)
    assert AccountYear.objects.filter(account=bank, year=2024).exists()


def test_a_dry_run_answers_the_same_and_writes_nothing(bank):
    tried = take(bank, INDIAN, dry_run=True)
    assert (tried.created, tried.bank_import, tried.balances_created) == (3, None, 2)
    assert [new.entry for new in tried.new_entries] == [None] * 3
    assert not Entry.objects.exists()
    assert not BankImport.objects.exists()
    assert not AccountYear.objects.exists()
    taken = take(bank, INDIAN)
    assert [new.line for new in taken.new_entries] == [new.line for new in tried.new_entries] == [5, 6, 7]
    assert None not in [new.entry for new in taken.new_entries]


@pytest.mark.parametrize(
    "text",
    [
        INDIAN,
        ofx(ofx_statement(ofx_row("20240103", "-150", "A1", "CAFE"), ofx_row("20240103", "-150", "A2", "CAFE"))),
        "!Type:Bank\nD2024-01-02\nT-5.00\nPTea\n^\nD2024-01-02\nT-5.00\nPTea\n^\n",
    ],
)
def test_the_same_file_twice_adds_nothing(bank, text):
    first = take(bank, text)
    before = total(bank)
    second = take(bank, text)
    assert counts(second) == (0, first.created, 0, 0)
    assert total(bank) == before


def test_two_equal_coffees_are_two_and_a_third_is_a_third(bank):
    coffee = "2024-01-03,Coffee,-150"
    assert counts(take(bank, csv_of(coffee, coffee))) == (2, 0, 0, 0)
    assert counts(take(bank, csv_of(coffee, coffee, coffee))) == (1, 2, 0, 0)
    assert counts(take(bank, csv_of(coffee))) == (0, 1, 0, 0)
    assert total(bank) == -450


def test_files_that_overlap_add_the_rest(bank):
    rows = [f"2024-01-{day:02},Day {day},-{day}.50" for day in range(1, 29)]
    assert counts(take(bank, csv_of(*rows[:18]))) == (18, 0, 0, 0)
    assert counts(take(bank, csv_of(*rows[10:]))) == (10, 8, 0, 0)
    assert total(bank) == -sum(D(day) + D("0.5") for day in range(1, 29))


def test_a_file_cut_in_the_middle_of_a_day_adds_the_rest_later(bank):
    rows = ["2024-01-03,Coffee,-150", "2024-01-03,Bus,-20", "2024-01-03,Coffee,-150", "2024-01-04,Tea,-5"]
    take(bank, csv_of(*rows[:2]))
    assert counts(take(bank, csv_of(*rows))) == (2, 2, 0, 0)
    assert total(bank) == -325


def test_a_day_that_is_written_in_two_ways_has_each_of_its_coffees(bank):
    """The other way is used in the middle, and does not end the day."""
    coffees = [f"{day},Coffee,-5.00" for day in ("1/15/2024", "01/15/2024", "1/15/2024")]
    assert counts(take(bank, csv_of(*coffees))) == (3, 0, 0, 0)
    assert counts(take(bank, csv_of(*coffees))) == (0, 3, 0, 0)


def test_the_order_of_rows_does_not_matter(bank):
    rows = ["2024-01-03,Coffee,-150", "2024-02-03,Bus,-20", "2024-01-03,Coffee,-150", "2024-03-04,Tea,-5"]
    take(bank, csv_of(*rows))
    assert counts(take(bank, csv_of(*reversed(rows)))) == (0, 4, 0, 0)


def test_an_id_of_the_bank_is_certain_also_where_all_else_is_equal(bank):
    """The second file begins in the middle of the day: its coffee is the other one."""
    first = ofx_row("20240103", "-150", "A1", "CAFE")
    second = ofx_row("20240103", "-150", "A2", "CAFE")
    assert counts(take(bank, ofx(ofx_statement(first)))) == (1, 0, 0, 0)
    assert counts(take(bank, ofx(ofx_statement(second)))) == (1, 0, 0, 0)
    assert counts(take(bank, ofx(ofx_statement(first, second)))) == (0, 2, 0, 0)


def test_ids_of_two_banks_do_not_meet(bank, savings):
    text = ofx_row("20240103", "-150", "A1", "CAFE")
    assert counts(take(bank, ofx(ofx_statement(text, number="1111111111")))) == (1, 0, 0, 0)
    assert counts(take(savings, ofx(ofx_statement(text, number="2222222222")))) == (1, 0, 0, 0)


def test_an_id_that_the_bank_uses_again_is_another_payment(bank):
    rows = ofx_row("20240103", "-150", "0", "CAFE"), ofx_row("20240103", "-20", "0", "BUS")
    taken = take(bank, ofx(ofx_statement(*rows)))
    assert counts(taken) == (2, 0, 0, 0)
    assert [warning.code for warning in taken.warnings] == ["repeated_id"]
    assert counts(take(bank, ofx(ofx_statement(*rows)))) == (0, 2, 0, 0)
    later = take(bank, ofx(ofx_statement(ofx_row("20240203", "-150", "0", "CAFE"))))
    assert counts(later) == (1, 0, 0, 0)


def test_a_payment_that_the_bank_says_anew_is_left_as_it_is(bank):
    take(bank, ofx(ofx_statement(ofx_row("20240103", "-150", "A1", "CAFE"))))
    taken = take(bank, ofx(ofx_statement(ofx_row("20240104", "-155", "A1", "CAFE MOCHA"))))
    assert counts(taken) == (0, 1, 0, 0)
    assert [(one.attr, one.code) for one in taken.warnings] == [("13.amount", "changed")]
    assert Entry.objects.get().amount == 150


def test_an_entry_that_was_edited_is_still_known(bank):
    text = ofx(ofx_statement(ofx_row("20240103", "-150", "A1", "CAFE")))
    take(bank, text)
    Entry.objects.update(amount=D(75), payee="Half of it")
    assert counts(take(bank, text)) == (0, 1, 0, 0)


def test_csv_after_ofx_of_the_same_days_is_known_by_its_words(bank):
    take(bank, ofx(ofx_statement(*(ofx_row("20240103", "-150", f"A{n}", "Cafe Mocha", "UPI") for n in (1, 2)))))
    coffee = "2024-01-03,UPI-CAFE MOCHA,-150"
    assert counts(take(bank, csv_of(coffee, coffee))) == (0, 2, 0, 0)
    assert counts(take(bank, csv_of(coffee, coffee, coffee))) == (1, 2, 0, 0)


def test_ofx_after_csv_of_the_same_days_is_known_by_its_words(bank):
    coffee = "2024-01-03,Cafe Mocha,-150"
    take(bank, csv_of(coffee, coffee))
    rows = [ofx_row("20240103", "-150", f"A{n}", "CAFE MOCHA") for n in (1, 2, 3)]
    assert counts(take(bank, ofx(ofx_statement(*rows[:2])))) == (0, 2, 0, 0)
    assert counts(take(bank, ofx(ofx_statement(*rows)))) == (1, 2, 0, 0)
    assert counts(take(bank, ofx(ofx_statement(rows[1])))) == (0, 1, 0, 0)


def test_rows_with_and_without_id_in_one_file(bank):
    text = "Date,Details,Amount,Transaction ID\n2024-01-03,Tea,-5,\n2024-01-03,Tea,-5,T1\n2024-01-03,Tea,-5,\n"
    assert counts(take(bank, text)) == (3, 0, 0, 0)
    assert counts(take(bank, text)) == (0, 3, 0, 0)


def test_what_you_deleted_does_not_come_back(bank):
    take(bank, INDIAN)
    gone = Entry.objects.order_by("id")[0]
    entries_delete(user=bank.user, entries=[gone])
    taken = take(bank, INDIAN)
    assert counts(taken) == (0, 2, 1, 0)
    assert [(one.line, one.entry) for one in taken.deleted_entries] == [(5, gone.pk)]
    assert BankImport.objects.first().duplicates == 3


def test_undo_takes_back_what_a_file_created(bank):
    mine = by_hand(bank, "2024-01-01", "7")
    taken = take(bank, INDIAN)
    assert bank.balances.count() == 2
    row = import_undo(bank_import=import_of(taken))
    assert row.undone_at is not None
    assert list(entries_of(bank.user)) == [mine]
    assert not bank.balances.exists()
    with pytest.raises(Conflict):
        import_undo(bank_import=row)


def test_a_file_that_was_undone_can_come_again(bank):
    first = take(bank, INDIAN)
    unwanted = Entry.objects.order_by("id")[0]
    entries_delete(user=bank.user, entries=[unwanted])
    import_undo(bank_import=import_of(first))
    assert counts(take(bank, INDIAN)) == (2, 0, 1, 0)


def test_what_was_undone_and_restored_is_found_again(bank):
    first = take(bank, INDIAN)
    import_undo(bank_import=import_of(first))
    entries_restore(user=bank.user, entries=Entry.objects.all())
    assert counts(take(bank, INDIAN)) == (0, 3, 0, 0)


@pytest.mark.parametrize("words", ["Coffee", "UPI Mocha"])
def test_what_was_undone_can_come_of_another_file_that_had_it_too(bank, words):
    first = take(bank, csv_of(f"2024-01-03,{words},-150"))
    other = ofx(ofx_statement(ofx_row("20240103", "-150", "A1", "Coffee")))
    assert take(bank, other).created == 0
    import_undo(bank_import=import_of(first))
    assert counts(take(bank, other)) == (1, 0, 0, 0)
    assert total(bank) == -150


def test_what_was_found_and_then_deleted_by_hand_stays_deleted(bank):
    take(bank, csv_of("2024-01-03,UPI Mocha,-150"))
    other = ofx(ofx_statement(ofx_row("20240103", "-150", "A1", "Coffee")))
    take(bank, other)
    entries_delete(user=bank.user, entries=entries_of(bank.user))
    assert counts(take(bank, other)) == (0, 0, 1, 0)


def test_what_was_undone_can_come_again_though_it_was_moved_to_another_account(bank, savings):
    text = csv_of("2024-01-03,Coffee,-150")
    first = take(bank, text)
    (entry,) = entries_of(bank.user)
    entry_update(entry=entry, changes={"account": savings})
    import_undo(bank_import=import_of(first))
    assert counts(take(bank, text)) == (1, 0, 0, 0)


def test_all_or_nothing(bank):
    text = csv_of("2024-01-03,Tea,-5", "2024-01-04,Milk,six", "1899-01-03,Jam,-5", "2999-01-03,Pie,-5")
    with pytest.raises(InvalidInput) as refused:
        take(bank, text)
    assert [(error.attr, error.code) for error in refused.value.errors] == [
        ("3.amount", "invalid"), ("4.date", "before"), ("5.date", "future"),
    ]  # fmt: skip
    assert not Entry.objects.exists()
    assert not BankImport.objects.exists()


def test_at_most_a_hundred_problems_are_named(bank):
    with pytest.raises(InvalidInput) as refused:
        take(bank, csv_of(*(f"2024-01-03,Tea,x{n}" for n in range(300)), "2024-01-13,Tea,-5"))
    assert len(refused.value.errors) == 100


def test_a_day_before_the_account_opened_is_a_problem(bank):
    bank.opened_on = date(2024, 1, 4)
    bank.save()
    with pytest.raises(InvalidInput) as refused:
        take(bank, INDIAN)
    assert refused.value.errors[0].attr == "5.date"
    assert refused.value.errors[0].code == "account_not_open"


def test_a_file_in_another_currency_is_refused(bank):
    with pytest.raises(InvalidInput, match="in USD, and 'Bank' in INR"):
        take(bank, ofx(ofx_statement(ofx_row("20240103", "-5", "A", "X"), currency="USD")))


def test_rows_may_carry_their_currency(bank):
    text = "Date,Details,Amount,Currency\n2024-01-03,Tea,-5,usd\n2024-01-03,Chai,-20,INR\n"
    assert counts(take(bank, text)) == (2, 0, 0, 0)
    assert set(Entry.objects.values_list("currency", flat=True)) == {"USD", "INR"}
    with pytest.raises(InvalidInput) as refused:
        take(bank, text.replace("usd", "xyz"))
    assert refused.value.errors[0].attr == "2.currency"


def test_a_file_of_another_account_is_refused_unless_its_number_is_told(bank, savings):
    row = ofx_row("20240103", "-5", "A", "X")
    take(bank, ofx(ofx_statement(row, number="4400123456")))
    other = ofx(ofx_statement(row, number="9900987654"))
    with pytest.raises(InvalidInput) as refused:
        take(bank, other)
    assert (refused.value.errors[0].attr, refused.value.errors[0].code) == ("account_number", "other_account")
    assert "…7654" in refused.value.errors[0].detail
    assert "9900987654" not in refused.value.errors[0].detail
    assert take(bank, other, account_number="7654").account_number == "9900987654"
    with pytest.raises(InvalidInput, match="which came into 'Bank' before"):
        take(savings, other)


def test_of_several_accounts_in_a_file_one_is_taken(bank, savings):
    first = ofx_statement(ofx_row("20240103", "-5", "A", "X"), number="1111111111", balance="50 20240131")
    second = ofx_statement(ofx_row("20240104", "-6", "B", "Y"), number="2222222222", balance="60 20240131")
    text = ofx(first, second)
    with pytest.raises(InvalidInput) as refused:
        take(bank, text)
    assert refused.value.errors[0].code == "several_accounts"
    taken = take(bank, text, account_number="2222222222")
    assert counts(taken) == (1, 0, 0, 0)
    assert [line.reason for line in taken.skipped_lines] == ["1 rows are of the account …1111."]
    assert bank.balances.get().balance == 60
    assert take(savings, text).account_number == "1111111111"
    assert counts(take(bank, text)) == (0, 1, 0, 0)


def test_rules_file_what_is_new(bank, savings):
    food = Category.objects.create(user=bank.user, kind="expense", name="Food")
    cafe = [{"field": "text", "op": "contains", "value": "cafe"}]
    Rule.objects.create(user=bank.user, name="Cafe", conditions=cafe, category=food, payee="Mocha", add_tags=["fun"])
    taken = take(bank, INDIAN)
    row = Entry.objects.filter(category=food).first()
    assert (row.payee, row.description, row.tags) == ("Mocha", "UPI-CAFE MOCHA", ["fun"])
    assert [new.category for new in taken.new_entries] == [food.pk, food.pk, None]
    assert counts(take(bank, INDIAN)) == (0, 3, 0, 0)


def move_rule(user, text, to):
    conditions = [{"field": "text", "op": "contains", "value": text}]
    Rule.objects.create(user=user, name=text, conditions=conditions, to_account=to)


OUT, IN = "2024-01-10,To savings,-500", "2024-01-12,From bank,500"


def test_the_other_side_of_a_transfer_is_found(bank, savings):
    move_rule(bank.user, "savings", savings)
    taken = take(bank, csv_of(OUT))
    entry = Entry.objects.get()
    assert (entry.kind, entry.account, entry.to_account) == ("transfer", bank, savings)
    assert [new.to_account for new in taken.new_entries] == [savings.pk]
    found = take(savings, csv_of(IN))
    assert counts(found) == (0, 0, 0, 1)
    assert [(one.line, one.entry) for one in found.matched_entries] == [(2, entry.pk)]
    assert counts(take(savings, csv_of(IN))) == (0, 1, 0, 0)
    assert counts(take(bank, csv_of(OUT))) == (0, 1, 0, 0)


def test_the_same_the_other_way_round(bank, savings):
    """The file of the account that the money came into is first: the transfer is from the other one."""
    move_rule(bank.user, "from bank", bank)
    take(savings, csv_of(IN))
    entry = Entry.objects.get()
    assert (entry.kind, entry.account, entry.to_account) == ("transfer", bank, savings)
    assert counts(take(savings, csv_of(IN))) == (0, 1, 0, 0)
    assert counts(take(bank, csv_of(OUT))) == (0, 0, 0, 1)
    assert counts(take(bank, csv_of(OUT))) == (0, 1, 0, 0)
    entries_delete(user=bank.user, entries=[entry])
    assert counts(take(savings, csv_of(IN))) == (0, 0, 1, 0)


def test_a_transfer_whose_half_is_there_is_not_made_again(bank, savings):
    """The expense and the income move as much as the transfer would."""
    take(bank, csv_of(OUT))
    move_rule(bank.user, "from bank", bank)
    taken = take(savings, csv_of(IN))
    assert [warning.code for warning in taken.warnings] == ["possible_transfer"]
    assert (total(bank), total(savings)) == (-500, 500)
    assert not Entry.objects.filter(kind="transfer").exists()


def test_an_entry_made_by_hand_is_found(bank):
    mine = by_hand(bank, "2024-01-02", "150", payee="Mocha")
    taken = take(bank, INDIAN)
    assert counts(taken) == (2, 0, 0, 1)
    assert [(one.line, one.entry) for one in taken.matched_entries] == [(5, mine.pk)]
    assert total(bank) == -300 + 100_000
    mine.refresh_from_db()
    assert (mine.payee, mine.description, mine.date) == ("Mocha", "", date(2024, 1, 2))
    assert counts(take(bank, INDIAN)) == (0, 3, 0, 0)


def test_an_entry_made_by_hand_is_no_other_rows(bank):
    by_hand(bank, "2024-01-02", "150")
    take(bank, csv_of("2024-01-03,Coffee,-150"))
    assert counts(take(bank, csv_of("2024-01-03,Coffee,-150", "2024-01-03,Tea,-150"))) == (1, 1, 0, 0)


def test_the_nearest_days_are_matched_first(bank):
    """The row of the 3rd would take the entry of the 5th, if rows were looked at one after the other."""
    mine = by_hand(bank, "2024-01-05", "150")
    taken = take(bank, csv_of("2024-01-03,Coffee,-150", "2024-01-05,Coffee,-150"))
    assert [(one.line, one.entry) for one in taken.matched_entries] == [(3, mine.pk)]


@pytest.mark.parametrize(("day", "amount", "kind"), [
    ("2024-01-07", "150", "expense"), ("2024-01-03", "151", "expense"), ("2024-01-03", "150", "income"),
])  # fmt: skip
def test_what_is_too_different_is_not_matched(bank, day, amount, kind):
    by_hand(bank, day, amount, kind)
    assert counts(take(bank, csv_of("2024-01-03,Coffee,-150"))) == (1, 0, 0, 0)


def test_a_refund_by_hand_is_the_income_of_the_bank(bank):
    by_hand(bank, "2024-01-03", "-150")
    assert counts(take(bank, csv_of("2024-01-03,Refund,150"))) == (0, 0, 0, 1)


def test_a_transfer_by_hand_with_its_fee_is_found(bank, savings):
    by_hand(bank, "2024-01-03", "500", "transfer", to_account=savings, fee=D(5))
    assert counts(take(bank, csv_of("2024-01-03,Transfer,-505"))) == (0, 0, 0, 1)
    assert counts(take(savings, csv_of("2024-01-08,Transfer,500"))) == (0, 0, 0, 1)


def test_what_is_likely_is_added_where_that_is_asked(bank):
    mine = by_hand(bank, "2024-01-03", "150")
    taken = take(bank, csv_of("2024-01-03,Coffee,-150"), likely="add")
    assert counts(taken) == (1, 0, 0, 0)
    assert taken.likely == 1
    assert [(one.line, one.entry) for one in taken.likely_entries] == [(2, mine.pk)]
    assert total(bank) == -300


def test_another_format_with_other_words_is_matched(bank):
    take(bank, csv_of("2024-01-03,UPI/CAFE,-150", "2024-01-03,UPI/CAFE,-150"))
    rows = [ofx_row("20240104", "-150", f"A{n}", "Mocha Coffee House") for n in (1, 2, 3)]
    assert counts(take(bank, ofx(ofx_statement(*rows)))) == (1, 0, 0, 2)
    assert counts(take(bank, ofx(ofx_statement(*rows)))) == (0, 3, 0, 0)
    assert total(bank) == -450


def test_undo_forgets_what_was_matched(bank):
    mine = by_hand(bank, "2024-01-03", "150")
    taken = take(bank, csv_of("2024-01-03,Coffee,-150"))
    import_undo(bank_import=import_of(taken))
    assert list(entries_of(bank.user)) == [mine]
    assert not MatchedRow.objects.exists()
    assert counts(take(bank, csv_of("2024-01-03,Coffee,-150"))) == (0, 0, 0, 1)


def test_formats_side_by_side(bank):
    """What is told of each: the format, the encoding."""
    assert (take(bank, INDIAN).format, take(bank, INDIAN).encoding) == ("csv", "utf-8")
    assert take(bank, QIF).format == "qif"
    euro = Account.objects.create(user=bank.user, name="Euro", kind="bank", currency="EUR")
    assert take(euro, camt(camt_account())).format == "camt"
    assert take(euro, GERMAN, encoding="latin-1").encoding == "cp1252"
    usd = Account.objects.create(user=bank.user, name="Card", kind="card", currency="USD")
    assert take(usd, AMERICAN).created == 2


def test_the_mapping_is_remembered_for_the_header_and_account(bank, savings):
    text = "Tag,Wozu,Wert\n03/04/2024,Tee,-5.00\n"
    with pytest.raises(InvalidInput) as refused:
        take(bank, text)
    assert (refused.value.attr, refused.value.errors[0].code) == ("mapping", "mapping_needed")
    assert "Tag, Wozu, Wert" in refused.value.detail
    told = {"date": "Tag", "amount": "Wert", "description": "Wozu", "date_format": "DMY"}
    assert take(bank, text, mapping=told).created == 1
    assert Entry.objects.get().date == date(2024, 4, 3)
    assert counts(take(bank, text)) == (0, 1, 0, 0)
    with pytest.raises(InvalidInput):
        take(savings, text)


def test_a_card_whose_spending_is_positive_is_warned_of(bank):
    card = Account.objects.create(user=bank.user, name="Card", kind="card", currency="INR")
    text = csv_of(*(f"2024-01-{day},Shop,{day}.00" for day in range(13, 20)))
    assert [one.code for one in take(card, text, dry_run=True).warnings] == ["signs_unlikely"]
    told = {"date": "Date", "amount": "Amount", "description": "Details", "invert": True}
    taken = take(card, text, mapping=told)
    assert not taken.warnings
    assert total(card) == -sum(range(13, 20))


def test_days_are_those_of_the_person(bank, monkeypatch):
    tomorrow = timezone.now().astimezone(bank.user.zone).date() + timedelta(days=1)
    with pytest.raises(InvalidInput) as refused:
        take(bank, csv_of(f"{tomorrow},Tea,-5"))
    assert refused.value.errors[0].code == "future"
