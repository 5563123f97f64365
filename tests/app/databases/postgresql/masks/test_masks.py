"""Masks composed into the query of a table: each row in one of two streams, on every version, in every encoding."""

from collections.abc import Iterator

import pytest

from app.databases.postgresql.catalogue import read_shapes
from app.databases.postgresql.connections import Session
from app.databases.postgresql.masks import BUILDERS, Keys, compose, sql_mask
from app.databases.postgresql.masks.reference import text_mask
from app.policy.masks import MASKS
from tests.app.databases.postgresql.masks.equality import NASTY, compare, masked_by_sql, session_on, shape
from tests.app.databases.postgresql.servers import Server
from tests.app.policy.masks.columns import KEY, column

TEXT_MASKS = ["token", "email", "email_alias", "first_name", "last_name", "full_name", "company", "street", "city"]
VALUES = [*NASTY, "Anna Hansen", "anna@harbor.example", "Per-Åge", "12 Main Street", "Acme Inc", "Oslo", None]
TABLE = """
    CREATE SCHEMA "Odd ""one"; CREATE DOMAIN "Odd ""one".mail AS varchar(60) CHECK (VALUE <> 'never');
    CREATE TABLE "Odd ""one"."people" (
        id int PRIMARY KEY, "m1" text, "v" varchar(12), "E-mail" "Odd ""one".mail, "fix ""ed" char(24), big int8,
        city text
    );
    INSERT INTO "Odd ""one"."people" SELECT i, 'Anna' || i % 3, CASE i % 4 WHEN 0 THEN 'Åse' ELSE 'Hansen' END,
        CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN 'a@b; c@d' ELSE 'A' || i || '@b.example' END, 'Anna Lee', i, 'Oslo'
        FROM generate_series(1, 400) AS i;
    ANALYZE;
"""


@pytest.fixture(scope="module")
def people(server18: Server) -> Iterator[Session]:
    name = server18.create_database(sql=TABLE)
    with session_on(server18, name) as session:
        yield session
    server18.drop_database(name)


def _told(session: Session, keys: Keys) -> None:
    for name, value in keys.settings.items():
        session.execute("SELECT set_config(%s, %s, false)", (name, value))


def test_a_table_whose_masks_are_sql_goes_in_two_streams(people: Session) -> None:
    (table,) = read_shapes(people).tables
    masks = {
        "m1": "first_name",
        "v": "last_name",
        "E-mail": "email",
        'fix "ed': "full_name",
        "big": "token",
        "city": "city",
    }
    plans = {c.name: column(masks[c.name], length=c.length, family=c.family) for c in table.columns if c.name in masks}
    keys, columns = Keys(KEY), []
    for c in table.columns:
        name = 't."' + c.name.replace('"', '""') + '"'
        plan = plans.get(c.name)
        columns.append((name, None if plan is None else sql_mask(plan, c, name, keys)))
    _told(people, keys)
    made = compose(table.sql, columns)
    plain = compose(table.sql, [(name, None) for name, _ in columns])
    fast = people.execute(f"SELECT {made.select} FROM {made.source} WHERE {made.fits} AND t.ctid >= '(0,0)'").fetchall()
    slow = people.execute(f"SELECT {plain.select} FROM {plain.source} WHERE NOT ({made.fits})").fetchall()
    originals = {row[0]: row for row in people.execute(f"SELECT {plain.select} FROM {plain.source}").fetchall()}
    assert sorted(row[0] for row in (*fast, *slow)) == sorted(originals)
    assert 0 < len(slow) < len(fast)
    reference = [None if c.name not in plans else text_mask(plans[c.name], c, KEY) for c in table.columns]
    for row in fast:
        for change, masked, original in zip(reference, row, originals[row[0]], strict=True):
            wanted = original if change is None or original is None else change(str(original))
            assert (None if masked is None else str(masked)) == (None if wanted is None else str(wanted))


def test_only_rows_that_fit_are_masked_on_the_server(people: Session) -> None:
    """The condition stands in the scan, below all masks, and has none of them in it."""
    keys = Keys(KEY)
    made = compose('"Odd ""one"."people"', [('t."v"', sql_mask(column("first_name"), shape("text"), 't."v"', keys))])
    _told(people, keys)
    lines = [
        line
        for (line,) in people.execute(
            f"EXPLAIN (VERBOSE) SELECT {made.select} FROM {made.source} WHERE {made.fits}"
        ).fetchall()
    ]
    scan = next(n for n, line in enumerate(lines) if "Seq Scan on" in line)
    below = [line for line in lines[scan:] if line.strip().startswith("Filter:")]
    assert "~" in below[0]
    assert not any("sha256" in line for line in below)


def test_a_table_without_masks_is_just_read() -> None:
    made = compose('"a"."b"', [('t."c"', None), ('t."d"', None)])
    assert made == ('t."c", t."d"', 'ONLY "a"."b" AS t', "true")


@pytest.mark.parametrize("mask", TEXT_MASKS)
def test_older_servers_agree(server16: Server, mask: str) -> None:
    with session_on(server16, "postgres") as session:
        compare(session, column(mask), shape("text"), VALUES)


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1", "WIN1251", "EUC_JP"])
def test_databases_of_other_encodings_agree(server18: Server, encoding: str) -> None:
    name = server18.create_database(encoding=encoding, locale="C")
    try:
        with session_on(server18, name) as session:
            known = [value for value in VALUES if value is None or _can_say(value, encoding)]
            for mask in TEXT_MASKS:
                if mask.endswith("_name") and encoding in ("WIN1251", "EUC_JP"):
                    assert masked_by_sql(session, column(mask), shape("text"), known) is None, "no letters for the list"
                    continue
                compare(session, column(mask), shape("text"), known)
                compare(session, column(mask, length=30), shape("character(30)"), [v and v[:30] for v in known])
    finally:
        server18.drop_database(name)


def _can_say(value: str, encoding: str) -> bool:
    try:
        value.encode({"SQL_ASCII": "utf-8", "WIN1251": "cp1251"}.get(encoding, encoding))
    except UnicodeEncodeError:
        return False
    return True


def test_types_over_text_agree(server15: Server) -> None:
    """`citext`, which compares without case, in a schema that is not on the path; collations that are not bytewise."""
    name = server15.create_database(
        sql="""CREATE SCHEMA ext; CREATE EXTENSION citext SCHEMA ext; CREATE SCHEMA d;
        CREATE COLLATION d.loose (provider = icu, locale = 'und-u-ks-level1', deterministic = false);
        CREATE DOMAIN d.padded AS char(20); CREATE DOMAIN d.loose_text AS text COLLATE d.loose;""",
        encoding="UTF8",
    )
    try:
        with session_on(server15, name) as session:
            for mask in TEXT_MASKS:
                compare(session, column(mask), shape("ext.citext", base="citext"), VALUES)
                compare(session, column(mask), shape("d.loose_text", base="text"), VALUES)
                narrow = [value and value[:20] for value in VALUES]
                compare(session, column(mask, length=20), shape("d.padded", base="bpchar"), narrow)
                compare(session, column(mask, length=63), shape("name"), [v and v[:15] for v in VALUES])
    finally:
        server15.drop_database(name)


def test_what_no_module_does_is_left_to_the_reference() -> None:
    assert sql_mask(column("json"), shape("jsonb"), "t.c", Keys(KEY)) is None
    assert BUILDERS.keys() < MASKS.keys()
