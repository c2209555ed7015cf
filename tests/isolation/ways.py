"""The ways into the API: a script's key, an app's session, a browser's session; and how an operation is called."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from django.apps import apps
from django.db import transaction
from django.http import JsonResponse
from rest_framework.test import APIClient

from core.models import ApiToken, OutgoingMail, RateCount, User
from tests.conftest import PASSWORD, api_of
from tests.isolation.routes import ROUTES, Body, Call
from tests.isolation.schema import ENDS_ALL, Operation
from tests.isolation.world import API, OURS, World

SECRET = "a" * 32
UNSAFE = ("post", "put", "patch", "delete")
_NO_MONEY = (RateCount, OutgoingMail)
"""Requests that were counted, mails that wait."""
_USES = ("last_used_at", "last_login")


def by_key(user: User) -> APIClient:
    return api_of(user)


def by_app(user: User) -> APIClient:
    """A log-in as apps do it."""
    client = APIClient()
    answer = client.post("/_allauth/app/v1/auth/login", {"email": user.email, "password": PASSWORD})
    assert answer.status_code == 200, answer.content
    app = APIClient()
    app.credentials(HTTP_X_SESSION_TOKEN=answer.json()["meta"]["session_token"])
    return app


def by_browser(user: User) -> APIClient:
    """With the word against forged requests that the site's own pages send."""
    client = forged_browser(user)
    client.cookies["csrftoken"] = SECRET
    client.credentials(HTTP_X_CSRFTOKEN=SECRET)
    return client


def forged_browser(user: User) -> APIClient:
    """Its cookies come along, as another site makes a browser send them."""
    client = APIClient(enforce_csrf_checks=True)
    assert client.login(email=user.email, password=PASSWORD)
    return client


WAYS: Mapping[str, Callable[[User], APIClient]] = {"key": by_key, "app": by_app, "browser": by_browser}


def key_client(user: User, **fields: Any) -> APIClient:
    _, key = ApiToken.issue(user, "tests", **fields)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {key}")
    return client


def call_of(operation: Operation) -> Call:
    return ROUTES[operation.path].calls[operation.method]


def asked(client: APIClient, operation: Operation, *, of: World, by: World, body: Body | None = None) -> Any:
    """The answer to a request that is right, by the person `by`, about the objects in the path of the person `of`."""
    call, objects = call_of(operation), ROUTES[operation.path].objects
    path = API + operation.path.format(**{name: of[kind] for name, kind in objects.items()})
    make = body or call.body
    return sent(client, operation, path, data=None if make is None else make(by), query=call.query)


def sent(client: APIClient, operation: Operation, path: str, *, data: Any, query: Mapping[str, Any]) -> Any:
    options: dict[str, Any] = {"format": "multipart" if call_of(operation).is_form else "json"}
    if operation.method == "get":
        return whole(client.get(path, query))
    return getattr(client, operation.method)(path, data, query_params=query, **options)


def whole(answer: Any) -> Any:
    """An answer that comes in parts, as JSON: of an archive the text of each file in it."""
    if not answer.streaming:
        return answer
    with ZipFile(BytesIO(b"".join(answer.streaming_content))) as archive:
        told = {name: archive.read(name).decode() for name in archive.namelist()}
    read = JsonResponse(told, status=answer.status_code)
    vars(read)["json"] = lambda: told
    return read


def tried(client: APIClient, operation: Operation, *, by: World) -> Any:
    """The answer about one's own things; then it never was, but for the last, which no transaction may be around."""
    with nullcontext() if str(operation) == ENDS_ALL else undone():
        return asked(client, operation, of=by, by=by)


@contextmanager
def undone() -> Iterator[None]:
    """What is written inside never was."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def fingerprint() -> dict[str, str]:
    """By table, its rows: equal before and after means that nothing was written."""
    models = [model for app in OURS for model in apps.get_app_config(app).get_models()]
    prints: dict[str, str] = {}
    for model in (model for model in models if model._meta.managed and model not in _NO_MONEY):
        names = [
            one.attname for one in model._meta.concrete_fields if one.attname not in ("last_used_at", "last_login")
        ]
        rows = sorted(map(repr, model._base_manager.values_list(*names)))
        prints[model._meta.label] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return prints
