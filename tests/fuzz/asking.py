"""Schemathesis over every operation of a schema: how many cases it sent, and where an answer was not as documented."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import schemathesis
from schemathesis.checks import load_all_checks
from schemathesis.core.failures import FailureGroup
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.pytest._test_builder import build_operation_test
from schemathesis.schemas import BaseSchema

MOST_TOLD = 3


@dataclass
class Findings:
    """cases: by status of their answer. problems: by kind and operation."""

    cases: Counter[int] = field(default_factory=Counter)
    operations: Counter[str] = field(default_factory=Counter)
    problems: dict[str, list[str]] = field(default_factory=dict)

    def note(self, case: schemathesis.Case, failure: Exception, answer: schemathesis.Response) -> None:
        title = f"{type(failure).__name__} at {case.operation.label}"
        told = self.problems.setdefault(title, [])
        if len(told) < MOST_TOLD:
            told.append(f"{failure}\n{case.as_curl_command()}\n{answer.status_code} {answer.content[:500]!r}")

    def report(self) -> str:
        return "\n\n".join(f"{title}\n{told[0]}" for title, told in sorted(self.problems.items()))


def asked(schema: BaseSchema, *, key: str, share: int = 1) -> Findings:
    """share: one of so many of the cases that are thought of is sent."""
    load_all_checks()
    findings = Findings()
    sent = sender(findings, {"Authorization": f"Token {key}"})
    for result in schema.get_all_operations():
        build_operation_test(
            config=schema.config,
            operation=result.ok(),
            test_func=_one_of(share, sent),
            given_kwargs={},
            feedback=FeedbackSources(),
        )()
    return findings


def sender(findings: Findings, headers: dict[str, str]) -> Callable[[schemathesis.Case], None]:
    """What sends a case and notes how its answer was."""

    def send(case: schemathesis.Case) -> None:
        answer = case.call(headers=headers)
        findings.cases[answer.status_code] += 1
        findings.operations[case.operation.label] += 1
        try:
            case.validate_response(answer, headers=headers)
        except FailureGroup as group:
            for failure in group.exceptions:
                findings.note(case, failure, answer)

    return send


def _one_of(share: int, send: Callable[[schemathesis.Case], None]) -> Callable[[schemathesis.Case], None]:
    seen = 0

    def test(case: schemathesis.Case) -> None:
        nonlocal seen
        seen += 1
        if seen % share == 0:
            send(case)

    return test
