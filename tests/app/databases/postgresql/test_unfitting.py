"""Lines of COPY's text format whose masked fields are made in memory."""

import pytest

from app.databases.postgresql.masks.reference import text_mask
from app.databases.postgresql.shapes import ColumnShape
from app.databases.postgresql.streams import HUGE
from app.databases.postgresql.unfitting import MaskedField, MaskedLines
from app.domain.plan import ColumnPlan
from app.domain.policy import Treatment
from app.domain.schema import TypeFamily
from app.errors import OutsideError
from app.ports.secrets import MaskKey

KEY = MaskKey(b"k" * 32, stable=True)


def field(position: int, mask: str, **parameters: str) -> MaskedField:
    shape = ColumnShape(number=1, name="c", type="text", base="text", family=TypeFamily.TEXT)
    plan = ColumnPlan(
        column="c", type="text", family="text", treatment=Treatment.MASK, mask=mask, parameters=parameters
    )
    return MaskedField(position, plan, shape)


def masked(*lines: bytes, fields: list[MaskedField], codec: str = "utf-8") -> bytes:
    return b"".join(MaskedLines("t", fields, KEY, codec)([memoryview(line) for line in lines]))


def reference(mask: str, text: str) -> bytes:
    one = field(0, mask)
    return str(text_mask(one.plan, one.shape, KEY)(text)).encode()


def test_only_masked_fields_are_touched() -> None:
    name = reference("full_name", "Jürgen Müller")
    line = "a\\tb\t\\N\t\\N\t\\\\N\tJürgen Müller\n".encode()
    assert masked(line, fields=[field(1, "full_name")]) == b"a\\tb\t" + name + b"\t\\N\t\\\\N\n"


def test_a_value_that_sql_masked_stays() -> None:
    fields = [field(0, "full_name"), field(1, "token")]
    assert masked(b"done\tdone\t\\N\tx y\n", fields=fields) == b"done\t" + reference("token", "x y") + b"\n"


def test_null_stays_and_a_text_that_looks_like_it_does_not() -> None:
    assert masked(b"\\N\t\\N\n", fields=[field(0, "token")]) == b"\\N\n"
    assert masked(b"\\N\t\\\\N\n", fields=[field(0, "token")]) == reference("token", "\\N") + b"\n"


def test_escapes_are_read_and_written() -> None:
    assert masked(b"\\N\ta\\tb\\\\c\\nd\n", fields=[field(0, "token")]) == reference("token", "a\tb\\c\nd") + b"\n"
    written = masked(b"\\N\tx\n", fields=[field(0, "fixed", value="a\tb\\c\nd\re")])
    assert written == b"a\\tb\\\\c\\nd\\re\n"


def test_a_mask_that_gives_nothing_writes_null() -> None:
    assert masked(b"a\t\\N\tb\n", b"c\t\\N\td\n", fields=[field(1, "null")]) == b"a\t\\N\nc\t\\N\n"


def test_bytes_that_are_no_text_are_masked_as_letters() -> None:
    for raw in (b"\xed\xf5\xf2", b"J\xfcrgen", b"\x80\x9f"):
        out = masked(b"\\N\t" + raw + b"\n", fields=[field(0, "full_name")])
        assert not any(byte > 127 and bytes([byte]) in raw for byte in out)
        assert out != masked(b"\\N\t\xc0" + raw + b"\n", fields=[field(0, "full_name")])


def test_a_huge_line_is_the_same_in_pieces() -> None:
    huge, name = b"x" * (HUGE + 1), reference("full_name", "Ann Example")
    line = b"\\N\t" + huge + b"\t\t\\N\tAnn Example\t\\N\n"
    fields = [field(0, "full_name"), field(3, "token")]
    assert masked(b"\\N\ta\tb\tc\tAnn Example\t\\N\n", line, fields=fields) == (
        name + b"\ta\tb\tc\n" + name + b"\t" + huge + b"\t\t\\N\n"
    )


def test_what_comes_out_unchanged_is_counted() -> None:
    lines = MaskedLines("t", [field(0, "fixed", value="Ann Example")], KEY, "utf-8")
    lines([memoryview(b"\\N\tAnn Example\n")])
    assert lines.unchanged == [0], "the mask writes it by itself"
    tokens = MaskedLines("t", [field(0, "token")], KEY, "utf-8")
    tokens([memoryview(b"\\N\tAnn Example\n"), memoryview(b"\\N\t\n")])
    assert tokens.unchanged == [0]


def test_an_encoding_without_the_masks_letters_is_told() -> None:
    with pytest.raises(OutsideError, match="does not have"):
        masked(b"\\N\tx\n", fields=[field(0, "fixed", value="Łódź")], codec="iso8859-1")
