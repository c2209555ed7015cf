"""The everyday money of the demo person."""
