"""The proof finds originals wherever they hide, and tells leaks from coincidences."""

from collections.abc import Callable

import pytest

from app.domain.operations import Proof, ProofState
from tests.app.databases.sqlite.line import Context, Line

Make = Callable[[str], Line]

PEOPLE = """
CREATE TABLE person (id INTEGER PRIMARY KEY, email TEXT, surname TEXT, phone TEXT, note TEXT, photo BLOB,
  number INTEGER);
INSERT INTO person VALUES (1, 'Zebulon.Q@Quack.Example', 'Quackenbush', '+47 913 55 071', 'ok', NULL, 73455501234),
  (2, 'wilhelmina@oddfellow.example', 'Öddfellow', '+47 913 55 072', 'fine', NULL, 73455501235);
CREATE TABLE other (id INTEGER PRIMARY KEY, word TEXT, raw BLOB, number INTEGER);
"""
MASKS = {"person.email": "email", "person.surname": "token", "person.phone": "token", "person.number": "token"}


def proven(line: Line, masks: dict[str, str] | None = None) -> Proof:
    return line.prepare(line.plan(masks or MASKS)).proof


def hits(proof: Proof) -> list[tuple[str, str, int]]:
    assert (proof.state is ProofState.HITS) == bool(proof.hits)
    return [(h.table, h.column, h.count) for h in proof.hits]


def test_a_scrubbed_copy_is_clean_and_says_how_much_was_searched(made: Make) -> None:
    proof = proven(made(PEOPLE))
    assert hits(proof) == []
    assert proof.originals == 8
    assert proof.values == 2 * 7 + 3, "every cell, and the statements of two tables and the mark"


@pytest.mark.parametrize(
    "leak",
    [
        "INSERT INTO other (word) VALUES ('write to ZEBULON.q@quack.example today')",
        "INSERT INTO other (raw) VALUES (CAST('xx zebulon.q@quack.example' AS BLOB))",
        "INSERT INTO other (word) VALUES ('call +47 913 55 071!')",
        "INSERT INTO other (number) VALUES (73455501234), (5)",
        "INSERT INTO other (word) VALUES ('nr. 73455501234.')",
    ],
)
def test_an_original_inside_another_value_is_a_hit(made: Make, leak: str) -> None:
    line = made(PEOPLE + leak)
    column = leak.split("(")[1].split(")")[0]
    found = hits(proven(line))
    if column == "number":
        assert found == [], "a kept number that equals an original is not counted as a leak"
    else:
        assert found == [("other", column, 1)]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "latin-1", "utf-8"])
def test_an_original_inside_a_blob_is_found_in_every_spelling(made: Make, encoding: str) -> None:
    raw = ("§ Wilhelmina@oddfellow.example").encode(encoding).hex()
    line = made(PEOPLE + f"INSERT INTO other (raw) VALUES (x'0001{raw}ff')")
    assert hits(proven(line)) == [("other", "raw", 1)]


def test_an_original_in_the_structure_is_a_hit(made: Make) -> None:
    line = made(
        PEOPLE + "CREATE TABLE setting (owner TEXT DEFAULT 'zebulon.q@quack.example');"
        "CREATE VIEW mine AS SELECT * FROM person WHERE email = 'wilhelmina@oddfellow.example';"
    )
    assert hits(proven(line)) == [("(structure)", "(structure)", 2)]


def test_an_original_that_an_action_or_a_reader_put_back_is_a_hit(made: Make) -> None:
    line = made(PEOPLE)
    with line.job(line.plan(MASKS)) as job:
        job.stage(Context())
        job.copy(Context())
        job._open().connection.execute(
            "UPDATE person SET surname = 'quackenbush', note = 'ask Quackenbush', phone = 'Mr. QUACKENBUSH & sons'"
        )
        proof = job.prove(Context())
    assert hits(proof) == [("person", "phone", 2), ("person", "surname", 2)]
    assert [(n.column, n.count) for n in proof.not_proven if "person.note" in n.why] == [("surname", 1)]


def test_a_value_kept_by_decision_excuses_the_original_and_is_told(made: Make) -> None:
    line = made(PEOPLE + "INSERT INTO other (word) VALUES ('zebulon.q@quack.example'), ('Öddfellow'), ('Oddly fellow')")
    proof = proven(line)
    assert hits(proof) == []
    told = {(n.column, n.count, n.why) for n in proof.not_proven}
    why = "also stand in other.word, which is kept by decision"
    assert told == {("email", 1, why), ("surname", 1, why)}


def test_a_single_word_inside_kept_text_is_told_and_no_hit(made: Make) -> None:
    line = made(PEOPLE + "INSERT INTO other (word) VALUES ('the Quackenbush quartet'), ('quackenbushes')")
    proof = proven(line)
    assert hits(proof) == []
    assert [(n.column, n.count) for n in proof.not_proven] == [("surname", 1)]
    assert "single words or numbers" in proof.not_proven[0].why


def test_what_is_short_common_or_made_by_the_mask_is_counted_and_not_searched(made: Make) -> None:
    line = made(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, short TEXT, common TEXT, first TEXT, raw BLOB);"
        "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 40)"
        "INSERT INTO t SELECT i, 'x' || i, 'everybody has this', 'Peter', x'010203' FROM n;"
    )
    proof = proven(line, {"t.short": "token", "t.common": "token", "t.first": "first_name", "t.raw": "null"})
    assert {(n.column, n.count) for n in proof.not_proven} == {("short", 40), ("common", 1), ("first", 1), ("raw", 1)}
    assert hits(proof) == []


def test_originals_are_searched_where_the_mask_is_a_plain_null(made: Make) -> None:
    line = made(PEOPLE + "INSERT INTO other (word) VALUES ('see zebulon.q@quack.example')")
    assert hits(proven(line, {"person.email": "null"})) == [("other", "word", 1)]


def test_the_words_of_an_index_that_was_copied_with_its_storage_would_be_found(made: Make) -> None:
    line = made(
        PEOPLE + "CREATE VIRTUAL TABLE idx USING fts5(body, tokenize = \"unicode61 tokenchars '@.'\");"
        "INSERT INTO idx VALUES ('zebulon.q@quack.example');"
    )
    with line.job(line.plan({**MASKS, "idx.body": "lorem"})) as job:
        job.stage(Context())
        job.copy(Context())
        connection = job._open().connection
        assert hits(job.prove(Context())) == []
        connection.execute("INSERT INTO idx (rowid, body) VALUES (9, 'zebulon.q@quack.example')")
        connection.execute("DELETE FROM idx_content WHERE id = 9")
        assert [(t, c) for t, c, _ in hits(job.prove(Context()))] == [("idx_data", "block")]


def test_large_values_and_many_pieces_are_all_read(made: Make) -> None:
    line = made(
        PEOPLE + "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 3000)"
        "INSERT INTO other (word) SELECT hex(randomblob(3000)) FROM n;"
        "UPDATE other SET word = word || ' +47 913 55 072' WHERE id IN (1, 1500, 3000);"
        "CREATE TABLE flat (a TEXT PRIMARY KEY, b TEXT) WITHOUT ROWID;"
        "INSERT INTO flat SELECT id, 'mail zebulon.q@quack.example ' || id FROM other WHERE id % 1000 = 0;"
    )
    assert hits(proven(line)) == [("flat", "b", 3), ("other", "word", 3)]


def test_a_table_of_two_thousand_columns_is_copied_and_searched(made: Make) -> None:
    names = ", ".join(f"c{n} TEXT" for n in range(1998))
    line = made(
        PEOPLE + f"CREATE TABLE wide (id INTEGER PRIMARY KEY, {names}, last BLOB);"
        "INSERT INTO wide (id, c0, c1000, last) VALUES (1, 'kept', 'see zebulon.q@quack.example',"
        " CAST('zebulon.q@quack.example!' AS BLOB));"
    )
    assert hits(proven(line, {**MASKS, "wide.c5": "token"})) == [("wide", "c1000", 1), ("wide", "last", 1)]


def test_numbers_that_a_mask_meets_by_chance_are_told_and_many_of_them_are_a_leak(made: Make) -> None:
    line = made(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, ssn TEXT, account TEXT);"
        "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 30000)"
        "INSERT INTO t SELECT i, 10000000000 + i * 2700001, 20000000000 + i * 2600003 FROM n;"
    )
    with line.job(line.plan({"t.ssn": "national_id", "t.account": "digits"})) as job:
        job.stage(Context())
        copied = job.copy(Context())
        assert copied[0].rows == 30_000
        connection = job._open().connection
        searched = [value for value, _ in zip(job._done().masked[0].originals, range(200), strict=False)]
        connection.executemany("UPDATE t SET account = ? WHERE id = ?", zip(searched[:2], (1, 2), strict=True))
        proof = job.prove(Context())
        assert hits(proof) == [], "two in thirty thousand: any key may do that"
        assert [(n.column, n.count) for n in proof.not_proven if "chance" in n.why] == [("ssn", 2)]
        connection.executemany("UPDATE t SET account = ? WHERE id = ?", zip(searched, range(1, 201), strict=True))
        assert hits(job.prove(Context())) == [("t", "account", 200)]


def test_a_computed_column_that_takes_kept_text_apart_excuses_nothing(made: Make) -> None:
    line = made(
        PEOPLE + "CREATE TABLE form (id INTEGER PRIMARY KEY, data TEXT, email TEXT AS (json_extract(data, '$.mail')));"
        'INSERT INTO form (data) VALUES (\'{"mail": "zebulon.q@quack.example"}\');'
    )
    assert hits(proven(line)) == [("form", "data", 1), ("form", "email", 1)]


def test_filler_words_in_a_masked_document_are_no_leak(made: Make) -> None:
    line = made(
        PEOPLE + "UPDATE person SET surname = 'Magna' WHERE id = 2;"
        "CREATE TABLE form (id INTEGER PRIMARY KEY, data TEXT);"
        "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 500)"
        'INSERT INTO form (data) SELECT \'{"note": "customer asked for another letter about the roof \' || i || \'",'
        ' "more": "she will be back in the office after the holidays, then call again"}\' FROM n;'
    )
    with line.job(line.plan({**MASKS, "form.data": "json"})) as job:
        job.stage(Context())
        job.copy(Context())
        assert job._open().connection.execute("SELECT count(*) FROM form WHERE data LIKE '%magna %'").fetchone()[0]
        assert hits(job.prove(Context())) == []
