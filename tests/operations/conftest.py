"""Bob, who looks after the site."""

import pytest
from rest_framework.test import APIClient

from core.models import User
from tests.conftest import api_of


@pytest.fixture
def staff(bob: User) -> APIClient:
    User.objects.filter(pk=bob.pk).update(is_staff=True)
    return api_of(bob)
