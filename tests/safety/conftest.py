"""A site whose mail goes through the outbox to a server on this machine."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.safety.smtp import MailServer, mail_server

OUTBOX = "core.mail.backend.OutboxBackend"


@pytest.fixture
def outbox(settings: Any) -> None:
    """Tests of others find their mail in django.core.mail.outbox; here it is a row of the database."""
    settings.EMAIL_BACKEND = OUTBOX


@pytest.fixture
def smtp(settings: Any, outbox: None) -> Iterator[MailServer]:
    with mail_server() as server:
        settings.MAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_TIMEOUT = 5
        yield server
