"""Texts of upstreams, as one line that every database, page and log takes."""

LONGEST = 500


def one_line(text: object) -> str:
    """Without control characters and halves of characters; empty for what is none."""
    shown = str(text or "")[: 4 * LONGEST]
    if not shown.isprintable():
        shown = "".join(sign if sign.isprintable() else " " for sign in shown)
    return " ".join(shown.split())[:LONGEST]
