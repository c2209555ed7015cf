"""Django's e-mail backend of the site: whatever is sent becomes a row of the caller's transaction."""

from collections.abc import Sequence
from functools import partial

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from core import background
from core.mail.messages import rows_of
from core.models import OutgoingMail

LANE = "mail"


class OutboxBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        rows = [row for message in email_messages for row in rows_of(message)]
        OutgoingMail.objects.bulk_create(rows)
        transaction.on_commit(partial(background.wake, LANE))
        return len(email_messages)
