"""Values that break careless programs, as they are written in JSON, in an address, in a header and as a whole body."""

import base64
import gzip
import json

BIDI = "\u202eevil\u2066\u2069"  # turns the text around that follows it
TEXTS = (
    "", " ", "\t\r\n", "\u0000", "a\u0000b", "\u0001\u001b[31m\u007f", BIDI, "\u200b\u200d\ufeff", "e\u0301" * 300,
    "Z\u0335\u0322\u0321\u0327" * 50, "👩‍👩‍👧‍👦🏳️‍🌈", "ﷺ", "ß" * 200, "İıſ", "١٢", "１２", "²", "½", "Ω≈ç√", "𝔘𝔫𝔦",
    "\ufffe\uffff",
    "null", "NaN", "Infinity", "-Infinity", "undefined", "true", "None", "0", "-0", "-1", "1e3", "1e999", "1e-999",
    "0x1F",
    "0b1", "1_000", "1,000.50", "+1", ".5", "5.", "--1", "9" * 400, "0." + "3" * 400, "1" + "0" * 30,
    "99999999999999999999.999999999999999999", "9223372036854775808", "2147483648",
    "0000-00-00", "0001-01-01", "1899-12-31", "9999-12-31", "10000-01-01", "-2024-01-01", "2023-02-29", "2024-11-31",
    "2024-02-29T00:00:00", "2024-1-1", "20240101", "2024-W01-1", "2024-13", "0000-01", "2024-06-30T24:00:00Z",
    "24:00", "10:60",
    "' OR 1=1 --", "'; DROP TABLE core_user; --", "%", "_", "\\", "\\x00", "%00", "%s%n%d", "{0.__class__}", "{{7*7}}",
    "${7*7}", "<script>alert(1)</script>", "&amp;", "]]>", "=1+1", "@SUM(A1)", "../../etc/passwd", "..\\..\\x",
    "/dev/null",
    "file:///etc/passwd", "http://127.0.0.1:1/", "con", "a\r\nSet-Cookie: x=1", "a\nb", ":", "::", "a:b:c:d:e:f:g:h",
    "#tag", ",", ";", "a" * 50, "a" * 101, "a" * 256, "a" * 2001, "AAA", "inr", "XXX", "Mars/Phobos", "../UTC",
    "GMT+25",
)  # fmt: skip
"""Also as they are: what a person may paste."""

_OTHER_JSON = (
    "null", "true", "false", "0", "-0", "-0.0", "-1", "1", "1.5", "1e3", "1e-30", "1e999", "-1e999", "1E400", "NaN",
    "Infinity", "-Infinity", "9223372036854775807", "9223372036854775808", "-9223372036854775809", "1" + "0" * 30,
    "1" + "0" * 400, "1" + "0" * 5000, "0." + "1" * 5000, "[]", "{}", "[[]]", "[null]", '[""]', "[0]", "[1,1,1]",
    '{"":""}',
    '{"id":1}', '{"__proto__":{"x":1}}', '{"$ne":null}', '{"a":1,"a":2}', '"\\ud800"', '"\\udc00\\ud800"', '"\\u0000"',
    "[" * 30 + "]" * 30, "[" * 33 + "]" * 33, '{"a":' * 40 + "1" + "}" * 40,
)  # fmt: skip
LARGE_JSON = ('"' + "x" * 2**20 + '"', "[" * 100_000 + "]" * 100_000, "[" + "0," * 200_000 + "0]")
"""A few fields are enough for these."""
JSON = (*_OTHER_JSON, *(json.dumps(text) for text in TEXTS))

_CURSORS = (
    "[]", "[0]", "[0,1,1]", '[0,"x",1]', '[1,"2024-13-41",1]', '[0,"9999-12-31T23:59:59",-1]', "[0,1e30,1]",
    '[0,"0001-01-01T00:00:00+23:59",1]', '[0,"",1e999]',
    '[0,"a",1' + "0" * 30 + "]", "[0," + "9" * 25 + ",1]", "[0,true,true]", "[0,null,1]", '[0,"\\u0000",1]',
    '[0,"\\ud800",1]',
    '[0,"' + "x" * 5000 + '",1]', "[[[]],{},1]", '{"a":1}', "[" * 2000,
)  # fmt: skip
CURSORS = tuple(base64.urlsafe_b64encode(cursor.encode()).decode() for cursor in _CURSORS)


def bodies(valid: bytes) -> dict[str, tuple[bytes, str]]:
    """Whole bodies and their Content-Type; `valid` is one that would be taken."""
    text, plain = valid.decode(), "application/json"
    written = {
        "empty": b"", "blank": b" ", "null": b"null", "a list": b"[]", "a text": b'"x"', "a number": b"1",
        "true": b"true",
        "an object": b"{}", "lists in lists": b"[[[]]]", "half": valid[: len(valid) // 2], "twice": valid * 2,
        "a BOM": b"\xef\xbb\xbf" + valid, "UTF-16": text.encode("utf-16"), "UTF-32": text.encode("utf-32"),
        "UTF-7": b"+AHs-" + valid[1:], "latin-1": b'{"name": "caf\xe9"}', "overlong": b'{"name": "\xc0\x80"}',
        "a surrogate in UTF-8": b'{"name": "\xed\xa0\x80"}', "gzip": gzip.compress(valid), "NUL": b"\x00" + valid,
        "duplicate keys": valid.replace(b"{", b'{"name": "a", "name": "b", ', 1), "comments": b"/* */" + valid,
        "100,000 levels": b"[" * 100_000, "100,000 objects": b'{"a":' * 100_000,
        "1 MB": b'{"name": "' + b"x" * 2**20 + b'"}',
        "10,000 unknown fields": json.dumps({f"f{at}": at for at in range(10_000)}).encode(),
        "unknown": b'{"x\\ud800": 1}',
        "YAML": b"name: x", "XML": b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "pickle": b"\x80\x04N.",
        "constants": b'{"a": NaN}',
    }  # fmt: skip
    types = (
        "", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=",
        "multipart/form-data; boundary=x", "application/xml", "application/json; charset=utf-16",
        "application/json; charset=no",
        "application/json;;;", "application/", "*/*", "application/vnd.api+json", "x" * 5000,
        "application/json; \u00e9",
    )  # fmt: skip
    return {name: (body, plain) for name, body in written.items()} | {
        f"as {kind[:40]}": (valid, kind) for kind in types
    }


HEADERS = {
    "HTTP_ACCEPT": ("", "text/html", "application/xml", "*/*;q=0", "application/json;q=x", "a/b/c", "x" * 5000,
    "\u00e9"),
    "HTTP_ACCEPT_ENCODING": ("", "gzip;q=0", "identity;q=0, *;q=0", "br, zstd", "gzip, gzip", "\u00ff", "x" * 5000),
    "HTTP_ACCEPT_LANGUAGE": ("xx-YY", "../../etc", "*", "en;q=9", "x" * 5000),
    "HTTP_AUTHORIZATION": (
        "", "Token", "Token ", "Token a b", "Token \u00e9", "Token " + "x" * 10_000, "token x", "Basic eDp5",
        "Bearer x",
        "Token ' OR 1=1", "\u00ff",
    ),
    "HTTP_COOKIE": ("", "sessionid=x", "sessionid=" + "x" * 5000, "=;=;", 'sessionid="\\000"', "csrftoken=\u00ff",
    "a" * 5000),
    "HTTP_HOST": ("", "evil.example", "localhost:99999", "[::1", "a b", "x" * 500, "localhost\u00e9"),
    "HTTP_IDEMPOTENCY_KEY": ("", " ", "\u00e9", "x" * 255, "x" * 256, "a\tb", "\x7f", "null"),
    "HTTP_IF_NONE_MATCH": ("*", '"', 'W/"x"', "x" * 5000, '"a", "b', "\u00ff"),
    "HTTP_IF_MODIFIED_SINCE": ("x", "Thu, 01 Jan 1970 00:00:00 GMT", "Sun, 31 Feb 9999 99:99:99 GMT"),
    "HTTP_RANGE": ("bytes=0-0", "bytes=-1", "bytes=9-1", "lines=1-2"),
    "HTTP_X_FORWARDED_FOR": ("", "x", "127.0.0.1", "::1", "1.2.3.4, " * 500, "\u00e9"),
    "HTTP_X_HTTP_METHOD_OVERRIDE": ("DELETE", "x"),
    "HTTP_X_REQUEST_ID": ("", "x", "a b", "a\tb", "x" * 64, "x" * 65, "\u00e9", "'; --"),
    "HTTP_X_SESSION_TOKEN": ("", "x", "x" * 5000, "\u00e9", "' OR 1=1", "None"),
    "HTTP_EXPECT": ("100-continue", "x"),
    "HTTP_ORIGIN": ("null", "https://evil.example", "x" * 5000),
    "CONTENT_LENGTH": ("", "x", "-1", "0", "99999999999999999999"),
}  # fmt: skip
"""By their name in WSGI, which hands over latin-1."""
