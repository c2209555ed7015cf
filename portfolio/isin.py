"""How an ISIN is written. Pure."""

import re

ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}[0-9]")
