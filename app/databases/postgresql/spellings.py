"""Texts as the server writes them, undone: what is escaped in documents, arrays, rows and markup, and bytes in hex.

A piece of the copy is looked at by what stands in it, not by the types of its columns: whoever writes a document into
a text column, or bytes into an array of rows, hides nothing by it.
"""

import re
from html import unescape
from html.entities import html5
from typing import Final

from app.databases.proof.patterns import SEPARATOR, Match, Searcher

EDGE: Final = SEPARATOR.encode()

_PASSES: Final = 3
"""Escapes inside escapes: a document in an array in a row."""
_ESCAPE = re.compile(rb"""\\(?:u[0-9a-fA-F]{4}(?:\\u[0-9a-fA-F]{4})?|["'\\/bfnrt])|""|''|&(?:\#\w{1,8}|\w{2,8});""")
_SHORT: Final = {b"\\b": b" ", b"\\f": b" ", b"\\n": b"\n", b"\\r": b"\r", b"\\t": b"\t", b'""': b'"', b"''": b"'"}
_HEX = re.compile(rb"\\x((?:[0-9a-f]{2}){5,})")


def matches_in(searcher: Searcher, text: bytes) -> list[Match]:
    """The originals in a piece: as it stands, with its escapes undone, and in the bytes written in hex inside it."""
    text, blobs = without_bytes(text)
    found = list(searcher.in_text(text))
    plain = unescaped(text)
    if plain is not text:
        found.extend(searcher.in_text(plain))
    for cell, whole, blob in blobs:
        found.extend(
            Match(match.original, match.whole and whole, match.cell, cell) for match in searcher.in_bytes(blob)
        )
    return found


def unescaped(text: bytes) -> bytes:
    """The piece with escapes undone; the very same where there are none. The number of its cells stays."""
    for _ in range(_PASSES):
        if not _may_have_escapes(text):
            break
        before, text = text, _ESCAPE.sub(_undone, text)
        if text == before:
            break
    return text


def without_bytes(text: bytes) -> tuple[bytes, list[tuple[int, bool, bytes]]]:
    """The piece without the bytes written in hex inside it, and those: cell, whether they are all of it, the bytes."""
    if b"\\" not in text:
        return text, []
    found: list[tuple[int, bool, bytes]] = []
    cell = counted = 0
    for match in _HEX.finditer(text):
        begin, end = match.span()
        cell, counted = cell + text.count(EDGE, counted, begin), begin
        whole = text[begin - 1 : begin] in (b"", EDGE) and text[end : end + 1] in (b"", EDGE)
        found.append((cell, whole, bytes.fromhex(match[1].decode())))
    return (_HEX.sub(b"", text) if found else text), found


def _may_have_escapes(text: bytes) -> bool:
    """A single character is sought ten times as quickly as two."""
    return b"\\" in text or b"&" in text or (b'"' in text and b'""' in text) or (b"'" in text and b"''" in text)


def _undone(match: re.Match[bytes]) -> bytes:
    escape = match[0]
    short = _SHORT.get(escape)
    if short is not None:
        return short
    if escape.startswith(b"\\u"):
        codes = [int(escape[at : at + 4], 16) for at in range(2, len(escape), 6)]
        text = b"".join(code.to_bytes(2, "big") for code in codes).decode("utf-16-be", "replace")
        return escape if SEPARATOR in text else text.encode("utf-8", "replace")
    if escape.startswith(b"&"):
        name = escape.decode()
        meant = unescape(name) if name[1] == "#" else html5.get(name[1:], name)
        return meant.replace(SEPARATOR, "").encode("utf-8", "replace")
    return escape[1:]
