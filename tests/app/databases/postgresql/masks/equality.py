"""What every mask written as SQL must be: wherever it says that it fits, exactly the reference mask."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

from app.databases.postgresql.connections import Session, connect
from app.databases.postgresql.masks import Keys, compose, sql_mask
from app.databases.postgresql.masks.reference import text_mask
from app.databases.postgresql.shapes import ColumnShape
from app.domain.plan import ColumnPlan
from app.domain.schema import TypeFamily
from tests.app.databases.postgresql.servers import Server
from tests.app.policy.masks.columns import KEY

BASES = {"character varying": "varchar", "character": "bpchar", "bigint": "int8", "integer": "int4"}


def shape(type: str, family: TypeFamily = TypeFamily.TEXT, **more: object) -> ColumnShape:
    """A column's shape from its type as `format_type` writes it; `base` where the type is a domain."""
    name, _, rest = type.partition("(")
    base = str(more.pop("base", BASES.get(name, name)))
    length = int(rest.rstrip(")")) if rest and base in ("varchar", "bpchar") else None
    more |= {"base": base, "family": family, "length": length}
    return ColumnShape(number=1, name="c", type=type, **more)  # type: ignore[arg-type]  # test data


class Result(NamedTuple):
    """One value, whether the mask fits it, and what SQL made of it if so."""

    value: str | None
    fits: bool
    masked: str | None


@contextmanager
def session_on(server: Server, database: str) -> Iterator[Session]:
    """A session as the copy reads with: read only, its settings ours."""
    session = connect(server.admin(database), read_only=True)
    try:
        yield session
    finally:
        session.close()


def masked_by_sql(
    session: Session, plan: ColumnPlan, column: ColumnShape, values: Sequence[str | None]
) -> list[Result] | None:
    """Mask the values as the copy does, in one round trip; None where SQL does not do this column."""
    keys = Keys(KEY, encoding=session.info.parameter_status("server_encoding") or "")
    mask = sql_mask(plan, column, 't."c"', keys)
    if mask is None:
        return None
    for name, value in keys.settings.items():
        session.execute("SELECT set_config(%s, %s, false)", (name, value))
    made = compose('"public"."values"', [('t."n"', None), ('t."c"', mask)])
    source = made.source.replace(
        'ONLY "public"."values" AS t',
        f"(SELECT u.n, u.c::{column.type} AS c FROM unnest($1::text[]) WITH ORDINALITY AS u(c, n) OFFSET 0) AS t",
    )
    assert "$1" in source
    bound = (list(values),)
    query = (
        f"SELECT q.n, format('%s', q.v::{column.type}), q.v IS NULL "
        f"FROM (SELECT {made.select} FROM {source} WHERE {made.fits}) AS q(n, v)"
    )
    fast = {n: None if null else masked for n, masked, null in _rows(session, query, bound)}
    slow = {
        n
        for (n,) in _rows(
            session, f"SELECT t.n FROM {source.partition(' CROSS JOIN')[0]} WHERE NOT ({made.fits})", bound
        )
    }
    assert fast.keys().isdisjoint(slow), "a row travels twice"
    assert len(fast) + len(slow) == len(values), "a row is lost"
    return [Result(value, n in fast, fast.get(n)) for n, value in enumerate(values, 1)]


def _rows(session: Session, query: str, bound: tuple[object, ...]) -> list[tuple[Any, ...]]:
    """The query with `$1` bound; a percent sign in it means itself."""
    return session.execute(query.replace("%", "%%").replace("$1", "%s"), bound).fetchall()


def compare(session: Session, plan: ColumnPlan, column: ColumnShape, values: Iterable[str | None]) -> float:
    """Assert that SQL equals the reference wherever it fits; gives the share of values that did."""
    given = list(dict.fromkeys(values))
    results = masked_by_sql(session, plan, column, given)
    assert results is not None, "SQL does not do this column"
    reference = text_mask(plan, column, KEY)
    typed = _typed(session, column, given)
    for result, value in zip(results, typed, strict=True):
        if value is None:
            assert result.fits
            assert result.masked is None
        elif result.fits:
            wanted = _stored(column, reference(value))
            masked = _stored(column, result.masked)
            assert masked == wanted, f"{plan.mask} of {value!r}: {masked!r}, not {wanted!r}"
    return sum(result.fits for result in results) / len(results) if results else 1.0


def _typed(session: Session, column: ColumnShape, values: Sequence[str | None]) -> list[str | None]:
    """The values as the column holds them and the server writes them (cut, padded, folded to lower case)."""
    query = (
        f"SELECT format('%s', u.c::{column.type}), u.c IS NULL "
        "FROM unnest($1::text[]) WITH ORDINALITY AS u(c, n) ORDER BY u.n"
    )
    return [None if null else value for value, null in _rows(session, query, (list(values),))]


def _stored(column: ColumnShape, masked: str | None) -> str | None:
    """A result without what the column pads it with."""
    return masked.rstrip(" ") if masked is not None and column.base == "bpchar" else masked


NASTY: Final = (
    "", " ", "  ", "\t", "\n", "\r\n", "\x01", "\x1c", "\x1fA", "\x7f", "\x85", "\xa0", "\u2000", "\u3000x", "x\u2028",
    "0", "000", "-", "--", "'", "''", "\"", "\\", "\\x41", "%", "%s", "_", "$1", "{}", "{a,b}", "(a)", "NULL", "null",
    "a", "A", "Z", "é", "É", "ß", "\u1e9e", "ÿ", "µ", "\u0130", "\u0131", "\u017f", "\u212a", "\u212b", "A\u030a",
    "\u01c6", "\u01c5", "\ufb01", "\u03a3", "\u03c2", "\u0391\u03a3", "\u05d0\u05d1", "\u202eabc", "\u200b", "\ufeffx",
    "日本", "😀", "👩\u200d👩", "\u0661\u0662", "x" * 255, "X" * 3000, "a b", " a", "a ", "a  b", "A-B", "O'Brien",
    "d\u2019Arc", "'t Hooft", "van der Berg", "VAN DER BERG", "a@b", "A@B", "a@b;c@d", "a@b, c@d", "<a@b>", "N <a@b>",
    "a:b@c", "1", "12", "1a", "a1", "1 a", "a 1", "12 B", "J.", "j.", "J.R.", "Y", "y", "Mr", "Dr. X", "X Jr.", "X III",
    "Smith, John", "Smith,", ",", "x_y", "ab_", "ab-", "-ab", "a.b", ".a", "a.", "A. B", "A B. C", "van", "de la Cruz",
    "Søren", "ØYVIND", "Œuvre", "Françoise Müller", "José-María", "Straße", "STRAßE", "Ÿves", "e\u0301ric", "Łukasz",
)  # fmt: skip
"""Values that masks trip over."""
