"""The application for a server whose clock runs fast: an hour in two minutes, the same in all its processes.

HASTE_FROM: the instant at which it begins, HASTE_SINCE: when that was by the real clock, HASTE: how many times faster.
What waits on the monotonic clock, as do the deadlines of requests, waits in real seconds.
"""

import os
import threading
import time

import time_machine

STEP = 0.02


def hurry() -> None:
    begin, since, speed = (float(os.environ[name]) for name in ("HASTE_FROM", "HASTE_SINCE", "HASTE"))
    lag = time.time() - since - time.monotonic()
    clock = time_machine.travel(begin, tick=True).start()
    threading.Thread(target=_advance, args=(clock, begin, speed, lag), daemon=True).start()


def _advance(clock: time_machine.Traveller, begin: float, speed: float, lag: float) -> None:
    while True:
        clock.move_to(begin + (time.monotonic() + lag) * speed)
        time.sleep(STEP)


hurry()

from pandaledger.wsgi import application  # noqa: E402, F401  (the lanes start with it, by this clock)
