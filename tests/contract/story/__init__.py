"""Asha's half a year: she asks every operation of the API at least once, and what she is answered are its examples."""
