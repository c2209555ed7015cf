"""The market overview: indices, metals in rupees, coins and the dollar, with headlines."""
