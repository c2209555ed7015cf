"""The story, at its moment, and the application as a client inside this process reaches it."""

import logging
from collections.abc import Iterator

import pytest
import time_machine

from tests.fuzz.application import Application
from tests.fuzz.fields import API, Operation, operations
from tests.fuzz.story import NOW, Story, tell
from tests.fuzz.watching import Watcher


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """A line in the log of each of thousands of requests would cost more than some of their answers."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def story(db: None) -> Story:
    return tell()


@pytest.fixture(scope="session")
def described() -> list[Operation]:
    return operations()


@pytest.fixture
def watcher(story: Story) -> Watcher:
    watcher = Watcher({"Authorization": f"Token {story.key}"})
    watcher.client.get(f"{API}analytics/summary/")  # notes that the key was used, and computes the history
    watcher.note_what_is_there()
    return watcher


@pytest.fixture
def application(story: Story) -> Iterator[Application]:
    with Application() as application:
        yield application
