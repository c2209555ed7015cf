"""The whole story, in the order in which one thing needs another."""

from tests.contract.story import investing, money, person
from tests.contract.story.questions import questions_told
from tests.contract.story.teller import Teller, Told
from tests.contract.story.world import catalogue_made, told_in_june


def story_told() -> list[Told]:
    """Needs a database that other threads can see: who searches asks the providers from several."""
    with told_in_june() as t:
        ids = catalogue_made()
        person.person_told(t)
        broker, bank, deposit = person.accounts_told(t)
        own = _investing_told(t, ids, broker)
        _money_told(t, bank, deposit)
        questions_told(t, ids)
        investing.doubts_told(t, own)
        investing.benchmarks_told(t, ids)
        money.terms_ended(t)
        person.keys_told(t)
        person.changes_told(t)
        archive = person.archive_told(t)
        person.end_told(t)
        person.move_told(t, archive)
        return t.told


def _investing_told(t: Teller, ids: dict[str, int], broker: int) -> int:
    """The id of an asset of her own."""
    own = investing.assets_told(t)
    investing.trades_told(t, ids, broker, own)
    investing.actions_told(t, own)
    investing.dividends_told(t, ids, broker)
    investing.plans_told(t, ids, broker)
    investing.import_told(t)
    return own


def _money_told(t: Teller, bank: int, deposit: int) -> None:
    category = money.categories_told(t)
    money.entries_told(t, bank, category)
    money.budgets_told(t, category)
    money.schedules_told(t, bank)
    money.rules_told(t, category)
    money.bank_files_told(t, bank)
    money.statements_told(t, bank)
    money.terms_told(t, deposit)
