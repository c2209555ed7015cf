"""Archives: written, read again, and tampered with."""
