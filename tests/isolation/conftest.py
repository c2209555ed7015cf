"""Asha and Mallory, each with one of everything, on a day in June 2024."""

from collections.abc import Iterator, Mapping
from datetime import date

import pytest
from django.core.cache import cache

from tests.analytics.conftest import travel
from tests.isolation.world import World, count_from, shared_made, world_made


@pytest.fixture(autouse=True)
def in_june(db: None) -> Iterator[None]:
    cache.clear()
    with travel(date(2024, 6, 12)):
        yield


@pytest.fixture
def shared(db: None) -> Mapping[str, int]:
    count_from(1_110_000)  # a sequence of Postgres goes on where the test before left it, which may be in the way
    return shared_made()


@pytest.fixture
def of_mallory(shared: Mapping[str, int]) -> World:
    return world_made("Quixote", amount="31415.93", base=5_210_000, shared=shared)


@pytest.fixture
def of_asha(shared: Mapping[str, int], of_mallory: World) -> World:
    world = world_made("Zarathustra", amount="27182.82", base=7_430_000, shared=shared)
    count_from(8_650_000)  # what is made from now on is nobody's of the two by its id
    return world
