"""Whatever is wrong with a request, the answer has the one shape, is never a 500, and nothing is written."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.db import OperationalError
from django.db.models import ProtectedError
from django.test import Client
from django.urls import path
from rest_framework.views import APIView

from core.error_views import csrf_failure
from core.errors import Conflict, FieldError, InvalidInput, Unavailable
from core.models import Account
from pandaledger import urls as site
from tests.conftest import check_error

ACCOUNTS = "/api/v1/accounts/"
ME = "/api/v1/me/"


def post(client, body, content_type="application/json"):
    return client.generic("POST", ACCOUNTS, body, content_type)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"name": "x",}',
        b"{'name': 'x'}",
        b'{"name": "x"} trailing',
        b'{"name": "caf\xe9"}',
        b'\xff\xfe{\x00"\x00',
        b'\xef\xbb\xbf{"name": "x"}',
        b"\x00",
        b"[" * 100_000,
        b'{"name": ' * 5_000 + b"1" + b"}" * 5_000,
        b'{"name": ' * 40 + b"1" + b"}" * 40,
    ],
)
def test_malformed_json(asha_api, body):
    check_error(post(asha_api, body), 400, code="parse_error")
    assert Account.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "attr"),
    [
        (rb'{"name": "a\u0000b"}', "name"),
        (rb'{"name": "\ud800"}', "name"),
        (rb'{"x\u0000": 1}', None),
        (b'{"name": NaN}', "name"),
        (b'{"name": -Infinity}', "name"),
        (b'{"name": 1e999}', "name"),
        (b'{"name": 1e-999}', "name"),
        (b'{"name": 1e99999999999999999999999}', "name"),
        (b'{"name": ' + b"9" * 5000 + b"}", "name"),
        (b'{"name": 0.' + b"1" * 5000 + b"}", "name"),
        (rb'{"rows": [{"a": "fine"}, {"a": ["\u0000"]}]}', "rows.1.a.0"),
    ],
)
def test_what_cannot_be_stored_is_refused_by_name(asha_api, body, attr):
    check_error(post(asha_api, body), 400, attr=attr, code="invalid")
    assert Account.objects.count() == 1


def test_an_escaped_backslash_is_no_nul(asha_api):
    assert post(asha_api, rb'{"name": "a\\u0000b"}').json()["name"] == r"a\u0000b"


@pytest.mark.parametrize("body", [b"", b"null", b"1", b'"text"', b"[]", b"[{}]", b"true"])
def test_json_that_is_no_object(asha_api, body):
    check_error(post(asha_api, body), 400)


def test_a_body_beyond_the_limit(asha_api, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1024**2
    body = json.dumps({"name": "x" * 1024**2}).encode()

    check_error(post(asha_api, body), 413, code="too_large")
    response = asha_api.generic("POST", ACCOUNTS, body, "application/json", headers={"Idempotency-Key": "k"})
    check_error(response, 413, code="too_large")


@pytest.mark.parametrize("kind", ["text/plain", "text/csv", "application/xml", "application/x-www-form-urlencoded"])
def test_another_content_type(asha_api, kind):
    check_error(post(asha_api, b"name=x", kind), 415, code="unsupported_media_type")


@pytest.mark.parametrize("address", ["/api/", "/api/v1/", "/api/v2/me/", "/api/v1/nothing/", "/api/v1/me", "/api/x\n"])
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_an_unknown_address(asha_api, address, method):
    check_error(getattr(asha_api, method)(address), 404, code="not_found")


def test_an_unknown_address_in_debug(asha_api, settings):
    settings.DEBUG = True
    check_error(asha_api.get("/api/v1/nothing/"), 404, code="not_found")


@pytest.mark.parametrize("query", ["?kind=%00", "?cursor=%00", "?unknown=a%00b"])
def test_a_nul_in_the_address(asha_api, query):
    check_error(asha_api.get(ACCOUNTS + query), 400, code="bad_request")


def test_an_unknown_host(db):
    check_error(Client().get(ME, headers={"host": "evil.example"}), 400, code="bad_request")


def test_a_page_outside_the_api_stays_a_page(db):
    response = Client().get("/nothing/")

    assert response.status_code == 404
    assert response["Content-Type"].startswith("text/html")


def test_a_failed_csrf_check_outside_the_framework(rf):
    check_error(_decoded(csrf_failure(rf.post("/api/v1/me/"), reason="no cookie")), 403, code="permission_denied")
    assert csrf_failure(rf.post("/accounts/login/")).status_code == 403


class Raising(APIView):
    permission_classes = ()
    error: Exception = Exception()

    def get(self, request):
        raise self.error


def raising(error: Exception):
    return Raising.as_view(error=error)


urlpatterns = [
    path("api/conflict/", raising(Conflict("Taken.", attr="name"))),
    path("api/busy/", raising(Unavailable("Later.", retry_after=7))),
    path(
        "api/rows/",
        raising(
            InvalidInput.many([FieldError("3.quantity", "oversold", "Only 5."), FieldError(None, "empty", "Nothing.")])
        ),
    ),
    path("api/locked/", raising(OperationalError("database is locked"))),
    path("api/protected/", raising(ProtectedError("x", {Account(pk=1)}))),
    path("api/model/", raising(ValidationError({"name": "Too odd.", "__all__": ["Does not fit."]}))),
    path("api/bug/", raising(ZeroDivisionError("secret detail"))),
    *site.urlpatterns,
]
handler500 = site.handler500


@pytest.mark.urls(__name__)
class TestErrorsOfServices:
    def test_a_conflict(self, client):
        assert client.get("/api/conflict/").json() == {
            "type": "client_error",
            "errors": [{"code": "conflict", "detail": "Taken.", "attr": "name"}],
        }

    def test_an_outage_says_when_to_try_again(self, client):
        response = client.get("/api/busy/")

        check_error(response, 503, code="unavailable")
        assert response["Retry-After"] == "7"

    def test_many_errors_at_once(self, client):
        response = client.get("/api/rows/")

        assert response.status_code == 400
        assert response.json() == {
            "type": "validation_error",
            "errors": [
                {"code": "oversold", "detail": "Only 5.", "attr": "3.quantity"},
                {"code": "empty", "detail": "Nothing.", "attr": None},
            ],
        }

    def test_a_lock_not_obtained_is_worth_another_try(self, client):
        client.raise_request_exception = False
        response = client.get("/api/locked/")

        check_error(response, 503, code="unavailable")
        assert response["Retry-After"] == "5"

    def test_what_is_in_use_is_a_conflict(self, client):
        check_error(client.get("/api/protected/"), 409, code="in_use")

    def test_a_model_names_its_fields(self, client):
        response = client.get("/api/model/")

        check_error(response, 400, attr="name", code="invalid")
        check_error(response, 400, attr="non_field_errors", code="invalid")

    def test_a_bug_shows_nothing_of_itself(self, client):
        client.raise_request_exception = False
        response = client.get("/api/bug/")

        check_error(response, 500, code="error")
        assert b"secret" not in response.content


def _decoded(response):
    response.json = lambda: json.loads(response.content)
    return response
