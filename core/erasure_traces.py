"""What names a person without pointing to them: sessions, mails that wait, the log of the admin, failed log-ins."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from importlib import import_module
from operator import or_
from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from core.batches import batches
from core.models import OutgoingMail, User
from core.people.lockout import unlock

SHORTEST_NAME = 3
"""Of a shorter one, nobody could say whether it is meant."""
_GONE = "(erased)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """By what a person is known. addresses: in small letters. uids: at other providers of log-in."""

    user_id: int
    url_id: str
    name: str
    addresses: frozenset[str]
    uids: frozenset[str]
    session_keys: frozenset[str]

    @property
    def words(self) -> list[str]:
        """By which a text names them."""
        return [*self.addresses, *([self.name] if len(self.name) >= SHORTEST_NAME else [])]

    @property
    def pattern(self) -> re.Pattern[str]:
        """Of these words: part of another word is nobody's name."""
        return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, self.words))})(?!\w)", re.IGNORECASE)

    @classmethod
    def of(cls, user: User) -> "Traces":
        addresses = EmailAddress.objects.filter(user=user).values_list("email", flat=True)
        return cls(
            user_id=user.pk,
            url_id=user_pk_to_url_str(user),
            name=user.name.strip(),
            addresses=frozenset(address.lower() for address in (user.email, *addresses)),
            uids=frozenset(SocialAccount.objects.filter(user=user).values_list("uid", flat=True)),
            session_keys=frozenset(UserSession.objects.filter(user=user).values_list("session_key", flat=True)),
        )

    def is_in(self, data: Any) -> bool:
        """Whether the data of a session have the person, logged in or on the way to it."""
        return any(self._is_theirs(key, value) for key, value in _leaves("", data))

    def _is_theirs(self, key: str, value: Any) -> bool:
        text = str(value)
        if key == "user_pk":
            return text == self.url_id
        if "user" in key and text == str(self.user_id):
            return True
        return text in self.uids or any(address in text.lower() for address in self.addresses)


def traces_erase(traces: Traces, user: User) -> None:
    _sessions_erase(traces)
    _mails_erase(traces)
    _admin_log_erase(traces)
    unlock(user)


def _sessions_erase(traces: Traces) -> None:
    """Also those of which nobody keeps a list; what a session has can only be read, not asked for."""
    engine = import_module(settings.SESSION_ENGINE)
    keys = set(traces.session_keys)
    if hasattr(engine.SessionStore, "get_model_class"):
        sessions = engine.SessionStore.get_model_class().objects.all()
        keys |= {row.session_key for row in sessions.iterator(1000) if traces.is_in(row.get_decoded())}
    for key in keys:
        engine.SessionStore(key).delete()


def _mails_erase(traces: Traces) -> None:
    OutgoingMail.objects.filter(_any_of("to__iexact", traces.addresses)).delete()


def _admin_log_erase(traces: Traces) -> None:
    """What is about them goes. Of what is about others, the words that name them."""
    people = ContentType.objects.get_for_model(User)
    LogEntry.objects.filter(content_type=people, object_id=str(traces.user_id)).delete()
    named = _any_of("object_repr__icontains", traces.words) | _any_of("change_message__icontains", traces.words)
    for batch in batches(LogEntry.objects.filter(named).order_by().values_list("pk", flat=True)):
        rows = LogEntry.objects.filter(pk__in=batch).only("object_repr", "change_message")
        changed = [row for row in rows if _unname(row, traces.pattern)]
        LogEntry.objects.bulk_update(changed, ["object_repr", "change_message"])


def _unname(row: LogEntry, pattern: re.Pattern[str]) -> bool:
    """Whether it named them. The rest stays: whoever is called Fund must not take the log of all funds along."""
    before = row.object_repr, row.change_message
    row.object_repr = pattern.sub(_GONE, row.object_repr)[:200]
    if pattern.search("\n".join(_told(row.change_message))):
        row.change_message = ""
    return before != (row.object_repr, row.change_message)


def _told(message: str) -> Iterator[str]:
    """What of a message is about rows; its own words and the names of fields are Django's."""
    try:
        parts = json.loads(message)
    except ValueError:
        yield message
    else:
        yield from (str(value) for key, value in _leaves("", parts) if key == "object")


def _any_of(lookup: str, values: Any) -> Q:
    return reduce(or_, (Q(**{lookup: value}) for value in values))


def _leaves(key: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Each value that has no parts, with the nearest key above it."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from _leaves(str(name), part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _leaves(key, part)
    else:
        yield key, value
