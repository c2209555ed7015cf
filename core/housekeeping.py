"""What core has done in the background: mail that waits, and counts and sessions that are over."""

from core import background
from core.limits import Purge
from core.mail.backend import LANE
from core.mail.sending import mail_send_due
from core.people.sessions import SessionPurge


def register_work() -> None:
    """In one lane, since none is in a hurry for the others and a mail server may take its time."""
    background.register(mail_send_due, lane_name=LANE)
    background.register(Purge(), lane_name=LANE)
    background.register(SessionPurge(), lane_name=LANE)
