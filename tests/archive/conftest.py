"""Archives of a person who has everything, and the empty places that they are taken into."""

import pytest

from core.models import User
from tests.archive.rich import Rich
from tests.conftest import make_person


@pytest.fixture
def rich(asha: User) -> User:
    Rich(asha)
    return User.objects.get(pk=asha.pk)


@pytest.fixture
def newcomer(db: None) -> User:
    return make_person("newcomer@example.com", currency="USD", zone="UTC")
