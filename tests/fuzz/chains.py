"""Chains of requests, each going on with what another answered: made, read, changed, deleted, and read again."""

from typing import Any

import hypothesis
import schemathesis
from django.db import transaction
from hypothesis import HealthCheck, Phase
from schemathesis.core.failures import FailureGroup
from schemathesis.schemas import BaseSchema

from tests.fuzz.asking import Findings

STEPS = 25


def chained(schema: BaseSchema, *, key: str, examples: int, derandomize: bool = True) -> Findings:
    """Each chain begins with the story; what it wrote is taken back at its end."""
    findings = Findings()
    headers = {"Authorization": f"Token {key}"}

    class Chain(schema.as_state_machine()):  # type: ignore[misc]
        def setup(self) -> None:
            self.block = transaction.atomic()
            self.block.__enter__()
            self.block._from_testcase = True  # type: ignore[attr-defined]

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

        def get_call_kwargs(self, case: schemathesis.Case) -> dict[str, Any]:
            return {"headers": headers}

        def validate_response(self, response: Any, case: schemathesis.Case, *_: Any, **kwargs: Any) -> None:
            findings.cases[response.status_code] += 1
            findings.operations[case.operation.label] += 1
            try:
                case.validate_response(response, headers=headers, recorder=self.recorder)
            except FailureGroup as group:
                for failure in group.exceptions:
                    findings.note(case, failure, response)

    Chain.run(
        settings=hypothesis.settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            derandomize=derandomize,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
    )
    return findings
