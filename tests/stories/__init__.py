"""Worked portfolios: one file a story, every number computed by hand."""
