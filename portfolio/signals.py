"""What portfolio tells others about its data, within the database transaction of the change.

books_changed: user_id, since (date): the positions of a person are different from that day on.
prices_changed: since (dict of asset id → date): closes of these assets, or what is carried of them, are different on or
    after that day.
holdings_begun: after the commit: somebody has an asset that they had not, or has had it for longer.
investment_planned: after the commit: somebody is to buy an asset at closes to come.
benchmark_chosen: after the commit: somebody compares with an asset that they did not compare with.
"""

from django.dispatch import Signal

books_changed = Signal()
prices_changed = Signal()
holdings_begun = Signal()
investment_planned = Signal()
benchmark_chosen = Signal()
