"""The oracle: a slow, exact walk through a portfolio that shares no code with what it judges."""
