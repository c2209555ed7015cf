"""The header `Idempotency-Key`: a POST that is sent twice happens once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from django.db import connection
from django.urls import path
from django.utils import timezone
from rest_framework import viewsets
from rest_framework.mixins import CreateModelMixin
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response
from rest_framework.test import APIClient
from rest_framework.views import APIView

from core.apis.accounts import AccountSerializer
from core.idempotency import IdempotentPostMixin
from core.models import Account, IdempotencyKey
from pandaledger import urls as site
from tests.conftest import api_of, check_error

ACCOUNTS = "/api/v1/accounts/"


def post(client, body, key="one", address=ACCOUNTS):
    return client.post(address, body, headers={"Idempotency-Key": key})


def test_it_works(asha, asha_api):
    first = post(asha_api, {"name": "Schwab"})
    second = post(asha_api, {"name": "Schwab"})

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert "Idempotent-Replayed" not in first.headers
    assert second["Idempotent-Replayed"] == "true"
    assert second["Content-Type"] == first["Content-Type"] == "application/json"
    assert asha.accounts.filter(name="Schwab").count() == 1


def test_without_the_header_each_counts(asha_api):
    assert asha_api.post(ACCOUNTS, {"name": "Schwab"}).status_code == 201
    check_error(asha_api.post(ACCOUNTS, {"name": "Schwab"}), 400, attr="name")
    assert not IdempotencyKey.objects.exists()


def test_another_body_or_address_is_a_conflict(asha_api):
    post(asha_api, {"name": "Schwab"})

    check_error(post(asha_api, {"name": "Fidelity"}), 409, code="idempotency_key_reused")
    check_error(post(asha_api, {"name": "Schwab"}, address="/api/v1/tokens/"), 409, code="idempotency_key_reused")
    assert not Account.objects.filter(name="Fidelity").exists()


def test_another_person_may_use_the_same_key(asha_api, mallory_api):
    assert post(asha_api, {"name": "Schwab"}).status_code == 201
    response = post(mallory_api, {"name": "Schwab"})

    assert response.status_code == 201
    assert "Idempotent-Replayed" not in response.headers


def test_an_error_leaves_no_key_behind(asha_api):
    check_error(post(asha_api, {"name": "main"}), 400, attr="name")
    assert not IdempotencyKey.objects.exists()

    assert post(asha_api, {"name": "Other"}).status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb", "é"])
def test_it_rejects_keys(asha_api, key):
    check_error(post(asha_api, {"name": "Schwab"}, key=key), 400, attr="Idempotency-Key")
    assert Account.objects.count() == 1


def test_the_longest_key(asha_api):
    assert post(asha_api, {"name": "Schwab"}, key="x" * 255).status_code == 201


def test_the_anonymous_write_no_keys(anonymous_api):
    check_error(post(anonymous_api, {"name": "Schwab"}), 401)
    assert not IdempotencyKey.objects.exists()


def test_a_key_is_forgotten_after_thirty_days(asha, asha_api, mallory_api):
    post(asha_api, {"name": "Schwab"}, key="old")
    post(mallory_api, {"name": "Schwab"}, key="mallory's")
    asha.accounts.get(name="Schwab").delete()
    with time_machine.travel(timezone.now() + timedelta(days=29)):
        assert post(asha_api, {"name": "Schwab"}, key="old").headers["Idempotent-Replayed"] == "true"
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert "Idempotent-Replayed" not in post(asha_api, {"name": "Schwab"}, key="old").headers

    assert sorted(IdempotencyKey.objects.values_list("key", flat=True)) == ["mallory's", "old"]


class Answering(IdempotentPostMixin, APIView):
    """Writes, and then answers with an error instead of raising it."""

    def post(self, request):
        Account.objects.create(user=request.user, name="Half-way")
        return Response({"name": "half-way"}, status=422)


class Crashing(IdempotentPostMixin, APIView):
    def post(self, request):
        Account.objects.create(user=request.user, name="Half-way")
        raise ZeroDivisionError


class Uploading(IdempotentPostMixin, APIView):
    parser_classes = (MultiPartParser,)

    def post(self, request):
        account = Account.objects.create(user=request.user, name=request.data["file"].read().decode())
        return Response({"id": account.pk}, status=201)


class Accounts(IdempotentPostMixin, CreateModelMixin, viewsets.GenericViewSet):
    serializer_class = AccountSerializer

    def perform_create(self, serializer):
        serializer.save(user=self.request.user)


urlpatterns = [
    path("api/answering/", Answering.as_view()),
    path("api/crashing/", Crashing.as_view()),
    path("api/uploading/", Uploading.as_view()),
    path("api/viewset/", Accounts.as_view({"post": "create"})),
    *site.urlpatterns,
]


@pytest.mark.urls(__name__)
class TestOtherViews:
    def test_an_answered_error_is_undone_too(self, asha, asha_api):
        assert post(asha_api, {}, address="/api/answering/").status_code == 422
        assert asha.accounts.count() == 1
        assert not IdempotencyKey.objects.exists()

    def test_a_bug_is_undone_too(self, asha, asha_api):
        asha_api.raise_request_exception = False
        check_error(post(asha_api, {}, address="/api/crashing/"), 500)
        assert asha.accounts.count() == 1
        assert not IdempotencyKey.objects.exists()

    def test_a_viewset(self, asha, asha_api):
        first = post(asha_api, {"name": "Schwab"}, address="/api/viewset/")
        second = post(asha_api, {"name": "Schwab"}, address="/api/viewset/")

        assert (first.status_code, second.content) == (201, first.content)
        assert asha.accounts.filter(name="Schwab").count() == 1

    @pytest.mark.parametrize("with_session", [False, True])
    def test_a_file_sent_again_with_another_boundary(self, asha, asha_api, with_session):
        client = APIClient(enforce_csrf_checks=False) if with_session else asha_api
        if with_session:
            client.force_login(asha)
        answers = [self.upload(client, boundary, "Schwab") for boundary in (b"first-boundary", b"second-boundary")]

        assert [answer.status_code for answer in answers] == [201, 201]
        assert answers[0].content == answers[1].content
        check_error(self.upload(client, b"first-boundary", "Fidelity"), 409, code="idempotency_key_reused")

    def upload(self, client: APIClient, boundary: bytes, content: str):
        part = b'Content-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n' + content.encode()
        body = b"--" + boundary + b"\r\n" + part + b"\r\n--" + boundary + b"--\r\n"
        kind = f"multipart/form-data; boundary={boundary.decode()}"
        return client.generic("POST", "/api/uploading/", body.decode(), kind, headers={"Idempotency-Key": "file"})


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_two_at_the_same_moment_happen_once(asha, attempt):
    together = Barrier(4)

    def send(_: int):
        client = api_of(asha)
        together.wait()
        try:
            return post(client, {"name": "Twin"})
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, range(4)))

    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotent-Replayed" in answer.headers for answer in answers) == 3
    assert asha.accounts.filter(name="Twin").count() == 1
