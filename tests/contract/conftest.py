"""The OpenAPI schema as it is made from the code now."""

from typing import Any

import pytest

from tests.contract.documents import generated


@pytest.fixture(scope="session")
def schema() -> dict[str, Any]:
    return generated()
