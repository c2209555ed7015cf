"""What is counted of the providers, by all processes."""

from prometheus_client import Counter

SENT = Counter("pandaledger_upstream_requests", "Requests that were sent to a provider.", ("provider",))
FAULTS = Counter("pandaledger_upstream_faults", "Questions that a provider did not answer.", ("provider", "code"))
