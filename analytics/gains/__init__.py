"""Gains by lot: what sales closed, what is open, short and long term."""
