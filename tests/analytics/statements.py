"""Short ways to state what accounts have, over the API."""

from typing import Any

from core.models import Account

BALANCES = "/api/v1/balances/"


def state(api: Any, account: Account, day: str, balance: str, **more: Any) -> Any:
    response = api.post(BALANCES, {"account": account.pk, "date": day, "balance": balance, **more})
    assert response.status_code == 201, response.content
    return response.json()


def listed(api: Any, **params: Any) -> Any:
    response = api.get(BALANCES, params)
    assert response.status_code == 200, response.content
    return response.json()["results"]
