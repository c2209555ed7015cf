"""The books, by hand and by property."""
