"""What a row of a bank file looks like, so that it is known when another file has it again.

The digest is stored: it must stay as it is, or every row ever taken would look new.
"""

import hashlib
import unicodedata

from core.money import plain
from ledger.bank_files.items import Row


def likeness_of(account: int, row: Row) -> str:
    """32 hexadecimal digits of the account's key (`ledger.models.BankKey`), day, signed amount and words. Of the words
    neither order nor how often nor the column counts: what one format calls payee is part of the description in
    another."""
    words = " ".join(sorted(set(_words(f"{row.payee} {row.description}"))))
    look = f"{account}|{row.date.isoformat()}|{plain(row.amount)}|{words}"
    return hashlib.blake2b(look.encode(), digest_size=16).hexdigest()


def _words(text: str) -> list[str]:
    """In small letters, without accents and signs."""
    bare = "".join(mark for mark in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(mark))
    return "".join(mark if mark.isalnum() else " " for mark in bare).split()
