"""Which format a file is in, by what is in it: names of files say nothing reliable."""

from typing import IO

from ledger.bank_files.items import Format, Refused

_HEAD = 8192
_NOT_TEXT = (
    (b"PK\x03\x04", "an Excel workbook or a ZIP archive: save it as CSV, or unpack it"),
    (b"\xd0\xcf\x11\xe0", "an Excel workbook: save it as CSV"),
    (b"%PDF", "a PDF: ask the bank for CSV or OFX"),
    (b"\x1f\x8b", "a compressed file: unpack it"),
)
_QIF = ("!type:", "!account", "!option:", "!clear:")


def format_of(file: IO[bytes]) -> Format:
    """CSV where it is nothing else that is known."""
    file.seek(0)
    head = file.read(_HEAD)
    for mark, name in _NOT_TEXT:
        if head.startswith(mark):
            raise Refused(f"This is {name}.", code="format")
    text = head.replace(b"\0", b"").decode("latin-1").lstrip("ÿþï»¿ \t\r\n").lower()
    if not text:
        raise Refused("The file is empty.", code="empty")
    if text.startswith("ofxheader") or "<?ofx" in text or "<ofx>" in text:
        return Format.OFX
    if text.startswith(_QIF):
        return Format.QIF
    if text.startswith("<"):
        if "camt.05" in text or "bktocstmr" in text:
            return Format.CAMT
        raise Refused("This is XML, but neither OFX nor camt.053.", code="format")
    return Format.CSV
