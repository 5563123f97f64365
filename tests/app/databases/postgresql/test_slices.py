"""How tables are dealt out."""

from app.databases.postgresql.shapes import TableShape
from app.databases.postgresql.slices import Slice, divide, weight


def table(name: str, pages: int, rows: int | None = None) -> TableShape:
    return TableShape(
        oid=hash(name), schema="public", name=name, kind="r", policy_name=name, columns=(), rows=rows, pages=pages,
        size_bytes=pages * 8192,
    )  # fmt: skip


def dealt(*tables: TableShape, lanes: int) -> list[tuple[str, Slice]]:
    return [(t.name, piece) for t, piece in divide([(t, weight(t, 0)) for t in tables], lanes)]


def test_tables_of_a_size_are_read_whole_the_heaviest_first() -> None:
    names = [name for name, piece in dealt(*(table(f"t{n}", 20_000 + n) for n in range(8)), lanes=2) if piece.whole]
    assert names == [f"t{n}" for n in reversed(range(8))]


def test_one_that_is_too_large_for_a_lane_is_cut_into_pieces_without_gap_or_overlap() -> None:
    pieces = [p for name, p in dealt(table("large", 100_001), table("small", 10), lanes=2) if name == "large"]
    assert len(pieces) > 4
    assert pieces[0].first == 0
    assert [p.first for p in pieces[1:]] == [p.end for p in pieces[:-1]]
    assert pieces[-1].end is None, "what was added at the file's end meanwhile is looked at too"


def test_one_lane_reads_everything_whole() -> None:
    assert dealt(table("large", 1_000_000), lanes=1) == [("large", Slice())]


def test_a_small_table_is_never_cut() -> None:
    assert dealt(table("only", 100), lanes=8) == [("only", Slice())]


def test_nothing_is_known_of_empty_tables() -> None:
    assert dealt(table("one", 0), table("two", 0), lanes=3) == [("one", Slice()), ("two", Slice())]


def test_masked_values_weigh() -> None:
    assert weight(table("t", 100, rows=10_000), 3) > 3 * weight(table("t", 100, rows=10_000), 0)


def test_pieces_as_conditions() -> None:
    assert Slice().sql("t") == "true"
    assert Slice(0, 5).sql("t") == "t.ctid < '(5,0)'::tid"
    assert Slice(5, None).sql("t") == "t.ctid >= '(5,0)'::tid"
    assert Slice(5, 9).sql("t") == "t.ctid >= '(5,0)'::tid AND t.ctid < '(9,0)'::tid"
