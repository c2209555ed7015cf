"""The background work of the lane "sync": claim the histories that are due, fetch them, and store or note a failure."""

import logging

from core import background
from portfolio.lanes import SYNC
from portfolio.models import PriceSource
from portfolio.sync.claims import claim_due
from portfolio.sync.failures import failure_note
from portfolio.sync.fetching import Fetched, fetch
from portfolio.sync.history import Outcome, history_store
from portfolio.sync.needs import needs_note_if_due

logger = logging.getLogger(__name__)


def sync_due_histories() -> bool:
    """Fetch what is due, as much as is fetched at once; False where nothing is."""
    sources = claim_due()
    if not sources:
        return False
    histories_sync(sources)
    return True


def histories_sync(sources: list[PriceSource], *, is_full: bool = False) -> list[Outcome]:
    """Of claimed sources of one provider; what came of each, in their order."""
    try:
        fetched = fetch(sources, is_full=is_full)
    except Exception as error:  # whatever it is, the sources say so, and are tried again later
        logger.exception("Histories could not be fetched")
        return [_failed(source, error) for source in sources]
    return [_sync(each) for each in fetched]


def register_lane() -> None:
    background.register(needs_note_if_due, lane_name=SYNC)
    background.register(sync_due_histories, lane_name=SYNC)


def _sync(fetched: Fetched) -> Outcome:
    source = fetched.source
    if fetched.answer is None:
        return _failed(source, fetched.error or RuntimeError("There is neither an answer nor an error."))
    try:
        outcome = history_store(source, fetched.answer, since=fetched.since)
    except Exception as error:
        logger.exception("The history of %s could not be stored", source.symbol)
        return _failed(source, error)
    return outcome or Outcome(problem="taken over")


def _failed(source: PriceSource, error: Exception) -> Outcome:
    failure_note(source, error)
    return Outcome(problem=str(error) or type(error).__name__)
