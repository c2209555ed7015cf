"""What of investments is in an archive: the assets that a person uses with their prices, and what was done."""
