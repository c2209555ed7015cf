"""The books: an exact replay of transactions and corporate actions. Pure: no database, no clock, no floats."""
