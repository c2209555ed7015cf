"""Files as banks write them, with invented data: what they say, and what becomes of them."""
