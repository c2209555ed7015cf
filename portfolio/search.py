"""Assets that the catalogue does not have yet, as the providers find them; their answers are kept for a while."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from hashlib import sha256

from django.conf import settings
from django.core.cache import cache

from portfolio.isin import ISIN
from portfolio.live.gate import asking
from portfolio.providers import registry
from portfolio.providers.base import Match, ProviderError
from portfolio.upstream import answers, count_question

SHORTEST = 2
"""Characters: less finds everything and nothing."""
ENOUGH = 10
"""With so many local results, nobody else is asked."""
SECONDS_TO_WAIT = 2.5
SECONDS_TO_ANSWER = 8.0
"""For the first request to a provider, which may have to say hello; who asks again after that has the answer."""
KEPT_FOR, EMPTY_KEPT_FOR = 86_400, 600
INDIAN_FUND = "INF"
"""How the ISINs of Indian funds begin, also of those that are traded like shares."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One provider, and why it gave nothing; both None where it answered."""

    provider: str
    code: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """matches: the best first, provider by provider."""

    matches: Sequence[Match] = ()
    asked: Sequence[Asked] = ()


def matches_found(text: str, *, user_id: int) -> Found:
    """What the providers know by this name, symbol, ISIN or AMFI code; within SECONDS_TO_WAIT, whatever they do.

    user_id: of the person who wants to know.
    """
    text = " ".join(text.split())
    if not settings.LIVE_PRICES or len(text) < SHORTEST:
        return Found()
    questions = {("search", name, text.casefold()): partial(_matches, name, text, user_id) for name in _providers(text)}
    return _found(answers(questions, seconds=SECONDS_TO_WAIT))


def _providers(text: str) -> tuple[str, ...]:
    """Those that may know it: an AMFI code is a fund's, an ISIN seldom."""
    if text.isdigit():
        return ("mfapi",)
    is_elsewhere = ISIN.fullmatch(text.upper()) and not text.upper().startswith(INDIAN_FUND)
    return ("yahoo",) if is_elsewhere else registry.SEARCHED


def _matches(provider: str, text: str, user_id: int) -> Sequence[Match]:
    key = "search-1-" + sha256(f"{provider} {text.casefold()}".encode()).hexdigest()
    kept = cache.get(key)
    if kept is not None:
        return [Match(**fields) for fields in kept]
    count_question(user_id, provider)
    with asking(provider):
        matches = registry.provider_named(provider).search(text, seconds=SECONDS_TO_ANSWER)
    cache.set(key, [asdict(match) for match in matches], KEPT_FOR if matches else EMPTY_KEPT_FOR)
    return matches


def _found(given: Mapping[tuple[str, str, str], Sequence[Match] | ProviderError]) -> Found:
    matches: list[Match] = []
    asked: list[Asked] = []
    for (_, provider, _), answer in given.items():
        if isinstance(answer, ProviderError):
            asked.append(Asked(provider=provider, code=answer.code, detail=str(answer)))
        else:
            asked.append(Asked(provider=provider))
            matches.extend(answer)
    return Found(matches=matches, asked=asked)
