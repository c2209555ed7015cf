"""Declares what of investments is in an archive, in the order in which rows name each other, and what is not."""

from core.archive.people import log_as
from core.archive.tables import leave_out, register, register_finish
from portfolio.archive.catalogue import aliases_table, assets_table
from portfolio.archive.closes import closes_table
from portfolio.archive.facts import actions_table, dividends_table
from portfolio.archive.own import books_finish, own_tables
from portfolio.models import Asset, Holding, Quarantine, Quote
from portfolio.services.price_edits import KIND


def declare() -> None:
    register(assets_table(), aliases_table(), closes_table(), actions_table(), dividends_table(), *own_tables())
    register_finish(books_finish)
    log_as(KIND, Asset)
    leave_out(
        {
            Holding: "made again from the transactions; csv/holdings.csv shows them",
            Quote: "a price of a moment, which is asked for again",
            Quarantine: "what a provider sent to that site and was not believed",
        }
    )
