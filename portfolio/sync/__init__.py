"""Histories of prices: which are needed, fetched once, checked, and then extended."""
