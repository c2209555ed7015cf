"""The demo person: a market that never was, and what somebody did in it. Nothing here touches live assets."""
