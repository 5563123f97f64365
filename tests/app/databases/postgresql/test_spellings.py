"""A piece of the copy with its escapes undone."""

import pytest

from app.databases.postgresql.spellings import unescaped, without_bytes


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r'{"a": "Öddy"}', '{"a": "Öddy"}'),
        (r'"😀 \ud83d"', '"😀 \N{REPLACEMENT CHARACTER}"'),
        (r'{"{\"a\": \"\\u00d6ddy\"}"}', '{"{"a": "Öddy"}"}'),
        ('("say ""hi""",x)', '("say "hi",x)'),
        ("'o''dell':1", "'o'dell':1"),
        ("Tom &amp; Jerry &#64; &#x40; &nothing;", "Tom & Jerry @ @ &nothing;"),
        (r"\u001f stays", r"\u001f stays"),
        ("&#31;goes", "goes"),
        (r"C:\files", "C: iles"),
    ],
)
def test_escapes_are_undone(written: str, meant: str) -> None:
    assert unescaped(written.encode()).decode() == meant


@pytest.mark.parametrize("text", [b"plain", b"a 'quote' and a \"quote\"", b"100 % {}"])
def test_what_has_no_escapes_is_not_copied(text: bytes) -> None:
    assert unescaped(text) is text


def test_bytes_in_hex_are_taken_out_with_their_cells() -> None:
    text = b'x\x1f\\x48656c6c6f\x1f{"\\\\x776f726c64"}\x1fno \\x12'
    left, found = without_bytes(text)
    assert left == b'x\x1f\x1f{"\\"}\x1fno \\x12'
    assert found == [(1, True, b"Hello"), (2, False, b"world")]
    assert without_bytes(b"\\ no hex") == (b"\\ no hex", [])
