"""A mail as it waits in the database, and as a backend of Django sends it."""

import email
from email.message import Message
from email.utils import parseaddr

from django.core.mail import EmailMessage
from django.core.mail.message import MIMEMixin
from django.utils import timezone

from core.models import OutgoingMail

_LOSSLESS = "latin-1"
"""A mail is bytes, and text of the database is characters: each byte is one, whatever the mail's own encoding is."""


class ParsedMail(MIMEMixin, Message):  # type: ignore[misc]  # as Django mixes it into the others
    """What was parsed, with the methods that Django's backends call."""


class StoredMail(EmailMessage):
    """Goes out as it was when it was written: to one receiver, whoever else its headers name."""

    def __init__(self, row: OutgoingMail) -> None:
        self._parsed = email.message_from_bytes(row.message.encode(_LOSSLESS), _class=ParsedMail)
        super().__init__(subject=str(self._parsed["Subject"]), from_email=str(self._parsed["From"]), to=[row.to])

    def message(self) -> ParsedMail:  # type: ignore[override]  # as far as a backend uses it, it is one of Django's
        return self._parsed


def rows_of(message: EmailMessage) -> list[OutgoingMail]:
    """One for each receiver, so that one who is refused does not keep it from the others."""
    text = message.message().as_bytes().decode(_LOSSLESS)
    receivers = [parseaddr(receiver)[1] for receiver in message.recipients()]
    return [OutgoingMail(to=to, message=text, due_at=timezone.now()) for to in receivers]
