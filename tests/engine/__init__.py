"""The engine, by hand, by property and against the oracle."""
