"""Work of the background: one mail at a time is claimed by lease, sent, and deleted.

A process that is killed in between leaves the row; after the lease another sends it, so a mail is sent at least once.
"""

import logging
import smtplib
from datetime import timedelta

from django.conf import settings
from django.core.mail import get_connection
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from core.background import worker
from core.mail.letters import is_letter, letter_write
from core.mail.messages import StoredMail
from core.models import OutgoingMail

LEASE = timedelta(minutes=4)
"""Longer than all words with a mail server take, each of which has EMAIL_TIMEOUT."""
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=4)
GIVEN_UP_AFTER = timedelta(days=3)
MOST_ATTEMPTS = 50
"""Twice what three days allow: of an attempt that ends in a fault nobody foresaw, nothing is noted but that it was."""
REFUSED_FOR_OTHER_REASONS = frozenset({530, 534, 535, 538, 554})
"""Of a receiver that is refused: the server wants a log-in or does not like us, which an administrator can mend."""
SEEN_AT_ONCE = 10
FAULTS = (smtplib.SMTPException, OSError, ValueError)
"""What sending fails with; ValueError is an address or a header that cannot be written as the protocol wants it."""

logger = logging.getLogger(__name__)


def mail_send_due() -> bool:
    """Send one mail that is due; False where none is."""
    row = _claimed()
    if row is None:
        return False
    if row.failures > MOST_ATTEMPTS:
        logger.error("Mail %s is given up after %s attempts", row.pk, MOST_ATTEMPTS)
        _mine(row).delete()
    elif is_letter(row):
        letter_write(row)
    else:
        _send(row)
    return True


def _send(row: OutgoingMail) -> None:
    try:
        get_connection(settings.MAIL_BACKEND).send_messages([StoredMail(row)])
    except FAULTS as error:
        _note_failure(row, error)
    else:
        _mine(row).delete()


def _claimed() -> OutgoingMail | None:
    """Of all who find the same row due, one gets it. The attempt counts at once: it may end this process."""
    now = timezone.now()
    is_free = Q(lease_until=None) | Q(lease_until__lte=now)
    due = OutgoingMail.objects.filter(is_free, due_at__lte=now)
    for pk in due.order_by("due_at", "pk").values_list("pk", flat=True)[:SEEN_AT_ONCE]:
        if due.filter(pk=pk).update(lease_owner=worker(), lease_until=now + LEASE, failures=F("failures") + 1):
            return OutgoingMail.objects.filter(pk=pk, lease_owner=worker()).first()
    return None


def _mine(row: OutgoingMail) -> "QuerySet[OutgoingMail]":
    return OutgoingMail.objects.filter(pk=row.pk, lease_owner=row.lease_owner)


def _note_failure(row: OutgoingMail, error: Exception) -> None:
    """In the log neither the receiver nor what was written, which may open an account."""
    waited = timezone.now() - row.created_at
    if is_refused(error) or waited >= GIVEN_UP_AFTER:
        logger.error("Mail %s is given up after %s attempts (%s)", row.pk, row.failures, fault_name(error))
        _mine(row).delete()
        return
    logger.warning("Mail %s could not be sent, attempt %s (%s)", row.pk, row.failures, fault_name(error))
    due_at = timezone.now() + wait_after(row.failures)
    _mine(row).update(due_at=due_at, last_error=fault_name(error), lease_owner="", lease_until=None)


def wait_after(failures: int) -> timedelta:
    doublings = min(max(0, failures - 1), 16)
    return min(LONGEST_WAIT, FIRST_WAIT * (1 << doublings))


def is_refused(error: Exception) -> bool:
    """Whether the server said that there is no such receiver and never will be."""
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return False
    return all(_is_final(code, text) for code, text in error.recipients.values())


def fault_name(error: Exception) -> str:
    """What kind of fault it is, and the number that the server gave; not its text, which often names the receiver."""
    codes = [str(code) for code, _ in getattr(error, "recipients", {}).values()]
    code = getattr(error, "smtp_code", None) or getattr(error, "errno", None) or ", ".join(codes)
    return f"{type(error).__name__} {code}".strip() if code else type(error).__name__


def _is_final(code: int, text: bytes) -> bool:
    """With an enhanced code 5.7.x not the receiver is refused, but whoever sends to them."""
    return 500 <= code < 600 and code not in REFUSED_FOR_OTHER_REASONS and not text.startswith(b"5.7.")
