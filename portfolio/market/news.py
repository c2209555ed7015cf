"""Headlines: asked for by the lane at most every quarter of an hour, kept in the cache, where readers find them."""

import logging
import secrets
from dataclasses import asdict, dataclass, field, replace
from itertools import chain
from typing import Any, cast
from urllib.parse import urlsplit

from django.core.cache import cache

from portfolio.live import gate
from portfolio.models import PriceSource
from portfolio.providers.base import Headline, ProviderError
from portfolio.providers.registry import provider_named
from portfolio.providers.yahoo import Yahoo

SUBJECTS = ("^NSEI", "^GSPC")
"""Whose news are shown: of the Indian market and of the American."""
COUNT = 10
LONGEST_TEXT, LONGEST_LINK = 300, 2000
SECONDS = 4.0
"""For each of them: the quotes wait for it."""
EVERY, AGAIN = 15 * 60, 5 * 60
"""Seconds from one request to the next, and after one that failed."""
KEPT, CLAIMED = "market.news", "market.news.claimed"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class News:
    """version: another number whenever the headlines are other ones. headlines: the fields of each."""

    version: int = 0
    headlines: list[dict[str, Any]] = field(default_factory=list)


def news_load() -> News:
    return News(*cache.get(KEPT, ()))


def news_refresh() -> None:
    """Ask if it is time and nobody else does. The old headlines stay where there are no new ones."""
    if not cache.add(CLAIMED, True, EVERY):
        return
    try:
        headlines = [asdict(headline) for headline in _asked()]
    except ProviderError as error:  # the gate has noted it
        logger.debug("No headlines: %s", error)
        cache.set(CLAIMED, True, AGAIN)
        return
    if headlines and headlines != news_load().headlines:
        cache.set(KEPT, (secrets.randbits(62), headlines), None)


def _asked() -> list[Headline]:
    """Of each subject the newest, together by time."""
    yahoo = cast(Yahoo, provider_named(PriceSource.Provider.YAHOO))
    with gate.asking(yahoo.name, reserve=gate.QUOTES_RESERVE, is_telling=False):
        found = [yahoo.news(subject, COUNT, seconds=SECONDS) for subject in SUBJECTS]
    usable = {headline.link: _cut(headline) for headline in chain(*found) if _is_safe(headline)}
    return sorted(usable.values(), key=lambda headline: headline.published_at, reverse=True)[:COUNT]


def _is_safe(headline: Headline) -> bool:
    """Whether its link leads to the web, and not into a script of the page that shows it."""
    if len(headline.link) > LONGEST_LINK or not headline.link.isprintable():
        return False
    try:
        parts = urlsplit(headline.link)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _cut(headline: Headline) -> Headline:
    texts = {name: getattr(headline, name)[:LONGEST_TEXT] for name in ("title", "publisher")}
    return replace(headline, **texts)
