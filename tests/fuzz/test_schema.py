"""Schemathesis over the whole schema: no failure of the server, and no answer outside the schema."""

from typing import Any

import pytest
from django.db import connection

from tests.fuzz.application import Application
from tests.fuzz.asking import Findings, asked
from tests.fuzz.chains import chained
from tests.fuzz.schema import CHECKS, IN_CHAINS, load
from tests.fuzz.story import Story

ON_POSTGRES = connection.vendor == "postgresql"
ONE_OF = 12 if ON_POSTGRES else 4
FEWEST = 900 if ON_POSTGRES else 3000
CHAINS = 8 if ON_POSTGRES else 25

pytestmark = [
    # Hypothesis says so of strategies that schemathesis builds from the patterns of the schema.
    pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning"),
    pytest.mark.filterwarnings("ignore::hypothesis.errors.NonInteractiveExampleWarning"),
]


def generation(examples: int, *, deterministic: bool = True) -> dict[str, Any]:
    return {"deterministic": deterministic, "max-examples": examples, "database": "none", "no-shrink": True}


def check(findings: Findings, application: Application, *, fewest: int) -> None:
    assert not findings.problems, findings.report()
    assert not application.errors, application.errors
    assert sum(findings.cases.values()) >= fewest, findings.cases


def test_every_operation(application: Application, story: Story) -> None:
    schema = load(application, story, generation=generation(6), checks=CHECKS)
    findings = asked(schema, key=story.key, share=ONE_OF)
    check(findings, application, fewest=FEWEST)
    assert findings.operations.keys() == {result.ok().label for result in schema.get_all_operations()}
    assert findings.cases[200] > FEWEST / 20, findings.cases  # not all were refused at the door


def test_chains_of_operations(story: Story) -> None:
    with Application(keeps=True) as application:
        schema = load(application, story, generation=generation(CHAINS), checks=IN_CHAINS)
        findings = chained(schema, key=story.key, examples=CHAINS)
        check(findings, application, fewest=CHAINS * 10)


@pytest.mark.drill
@pytest.mark.parametrize("seed", range(4))
def test_tens_of_thousands(application: Application, story: Story, seed: int) -> None:
    settings = generation(60, deterministic=False)
    schema = load(application, story, generation=settings, checks=CHECKS, seed=seed)
    check(asked(schema, key=story.key), application, fewest=10_000)


@pytest.mark.drill
def test_long_chains(story: Story) -> None:
    with Application(keeps=True) as application:
        schema = load(application, story, generation=generation(500, deterministic=False), checks=IN_CHAINS)
        check(chained(schema, key=story.key, examples=500, derandomize=False), application, fewest=5_000)
