"""The engine: arrays in, values out. Pure: no database, no clock, no network, no settings."""
