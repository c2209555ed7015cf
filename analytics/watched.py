"""Which rows of analytics have their edits and deletes recorded: what a person wants, not what is made for them."""

from analytics.models import AllocationTarget
from core.activity_signals import watch


def watch_all() -> None:
    watch(AllocationTarget, kind="target", fields=("by", "key", "weight"), label=("by", "key"))
