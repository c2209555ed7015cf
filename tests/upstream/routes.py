"""Which host and path is answered by what."""

import re
from collections.abc import Callable

from tests.upstream import access, amfi, mfapi, yahoo_chart, yahoo_quotes, yahoo_search
from tests.upstream.messages import Answer, Request, html_answer
from tests.upstream.state import State

Route = Callable[..., Answer]  # (state, request, *what the path's groups matched)
YAHOO = r"query[12]\.finance\.yahoo\.com"
TIMESERIES = "/ws/fundamentals-timeseries/v1/finance/timeseries/(.+)"

ROUTES: list[tuple[str, str, Route]] = [
    (r"fc\.yahoo\.com", "/.*", lambda state, request: access.cookie_page()),
    (r"guce\.yahoo\.com", "/consent", lambda state, request: access.consent_page(state.access)),
    (r"consent\.yahoo\.com", "/v2/collectConsent", lambda state, request: access.agreed()),
    (r"guce\.yahoo\.com", "/copyConsent", lambda state, request: access.agreed()),
    (YAHOO, "/v1/test/getcrumb", lambda state, request: access.crumb(state.access, request)),
    (YAHOO, "/v8/finance/chart/(.+)", yahoo_chart.chart),
    (YAHOO, "/v7/finance/quote", yahoo_quotes.quotes),
    (YAHOO, "/v10/finance/quoteSummary/(.+)", yahoo_quotes.summary),
    (YAHOO, TIMESERIES, yahoo_quotes.timeseries),
    (YAHOO, "/v1/finance/search", yahoo_search.search),
    (YAHOO, "/v1/finance/lookup", yahoo_search.lookup),
    (r"finance\.yahoo\.com", "/xhr/ncp", yahoo_search.news),
    (r"api\.mfapi\.in", "/mf", mfapi.schemes),
    (r"api\.mfapi\.in", "/mf/search", mfapi.search),
    (r"api\.mfapi\.in", "/mf/latest", mfapi.latest_of_all),
    (r"api\.mfapi\.in", r"/mf/(\d+)", mfapi.history),
    (r"api\.mfapi\.in", r"/mf/(\d+)/latest", mfapi.latest),
    (r"(portal|www)\.amfiindia\.com", "/spages/NAVAll.txt", amfi.latest),
    (r"portal\.amfiindia\.com", "/DownloadNAVHistoryReport_Po.aspx", amfi.history),
]


def answer(state: State, request: Request) -> Answer:
    for host, path, route in ROUTES:
        found = re.fullmatch(path, request.path)
        if found and re.fullmatch(host, request.host):
            return route(state, request, *found.groups())
    return html_answer("Not Found", 404)
