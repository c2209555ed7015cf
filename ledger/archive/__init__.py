"""What of everyday money is in an archive."""
