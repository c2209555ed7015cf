"""Rules on holding periods and financial years by country, as dated data."""
