"""Targets, and the trades that would restore them."""
