"""What the answers of the replica depend on."""

from tests.upstream.access import Access
from tests.upstream.clock import Clock
from tests.upstream.faults import Faults
from tests.upstream.listings import Listing
from tests.upstream.records import Records
from tests.upstream.world import World


class State:
    """base_latency: seconds before each answer, which `latency` comes back to on reset."""

    def __init__(self, *, latency: float = 0.0, listed: dict[str, Listing] | None = None) -> None:
        self.clock = Clock()
        self.world = World(listed)
        self.faults = Faults()
        self.records = Records()
        self.access = Access()
        self.base_latency = self.latency = latency

    def reset(self) -> None:
        self.faults.reset()
        self.clock.reset()
        self.world.reset()
        self.access.reset()
        self.records.reset()
        self.latency = self.base_latency
