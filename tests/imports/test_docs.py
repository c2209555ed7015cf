"""The examples of docs/import.md are files that can be imported."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from rest_framework.test import APIClient

from core.models import Account, User
from tests.imports.conftest import make_asset, upload

pytestmark = pytest.mark.django_db


def examples() -> dict[str, bytes]:
    """By format: the indented lines below its heading."""
    text = Path(settings.BASE_DIR, "docs", "import.md").read_text()
    found = re.findall(r"^### `(\w+)`\n((?:    .*\n)+)", text, flags=re.MULTILINE)
    return {name: re.sub(r"(?m)^    ", "", block).encode() for name, block in found}


@pytest.mark.parametrize("kind", ["transactions", "prices", "corporate_actions"])
def test_the_example_is_imported(asha: User, asha_api: APIClient, kind: str) -> None:
    Account.objects.create(user=asha, name="Broker", currency="INR", tracks_cash=True)
    make_asset(asha, "USDINR=X", asset_class="fx")
    raw = examples()[kind]
    response = upload(asha_api, raw, kind, dry_run="false", create_assets="true")
    assert response.status_code == 200, response.content
    assert response.json()["created"] == raw.count(b"\n") - 1
