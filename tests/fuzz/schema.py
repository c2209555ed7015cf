"""The schema as schemathesis asks it: with the key of the story, and with ids that lead somewhere."""

from collections.abc import Mapping
from typing import Any

import schemathesis
from schemathesis.schemas import BaseSchema

from tests.fuzz.application import Application
from tests.fuzz.story import Story

SEED = 6
CHECKS = {
    # What a schema can say of a body is less than what makes it right: ids of one's own rows, days in order.
    "positive_data_acceptance": {"enabled": False},
    # 503 is what is answered where a provider would have to be asked.
    "not_a_server_error": {"expected-statuses": ["2xx", "3xx", "4xx", 503]},
}
IN_CHAINS = {**CHECKS, "ignored_auth": {"enabled": False}}
"""Four requests more for each that is answered: of every operation alone they are enough."""
_NAMES = {
    "account": "accounts", "to_account": "other_accounts", "asset": "assets", "new_asset": "assets",
    "asset_id": "assets", "category_id": "categories", "parent": "categories", "move_to": "categories",
    "ids": "entries", "bank_import": "bank-imports", "recurring": "recurring", "benchmark": "indices",
    "plan": "plans",
}  # fmt: skip
"""Which resource a field or parameter of this name is an id of."""


def load(application: Application, story: Story, *, address: str = "/api/schema/", **config: Any) -> BaseSchema:
    settings = {"seed": SEED, **config}
    schema = schemathesis.openapi.from_wsgi(address, application, config=schemathesis.Config.from_dict(settings))

    @schema.hook
    def map_case(context: schemathesis.HookContext, case: schemathesis.Case) -> schemathesis.Case:
        own = case.operation.path.removeprefix("/api/v1/").partition("/")[0]
        own = "instalments" if "instalments/{id}" in case.operation.path else own
        for container in (case.path_parameters, case.query):
            _lead(container, {**_NAMES, "id": own}, story.ids)
        if not isinstance(case.body, bytes):
            _lead(case.body, _NAMES, story.ids)
        return case

    return schema


def _lead(value: Any, names: Mapping[str, str], ids: Mapping[str, int]) -> None:
    """Two of three ids become those of rows that exist; what is no id stays as wrong as it is."""
    if isinstance(value, list):
        for item in value:
            _lead(item, names, ids)
    if not isinstance(value, dict):
        return
    for name, item in value.items():
        if name in names and _is_id(item):
            value[name] = ids.get(names[name], item)
        elif name in names and isinstance(item, list):
            value[name] = [ids[names[name]] if _is_id(each) else each for each in item]
        else:
            _lead(item, names, ids)


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**31 and value % 3 > 0
