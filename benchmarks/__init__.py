"""How fast PandaLedger is, beside a textbook version of the same work: `make bench`."""
