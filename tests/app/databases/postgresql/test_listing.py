"""Names in a sentence."""

from app.databases.postgresql.listing import listed, number, some
from tests.app.databases.postgresql.reading import reading, source
from tests.app.databases.postgresql.servers import Server


def test_the_first_few_are_named_and_the_others_counted() -> None:
    assert some(["a"]) == "a"
    assert some(["a", "b", "c"]) == "a, b, c"
    assert some(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"


def test_things_are_counted_in_words() -> None:
    assert [number(range(n), "view") for n in (0, 1, 2)] == ["0 views", "1 view", "2 views"]
    assert number(range(2), "policy") == "2 policies"


def test_names_come_in_order(server: Server) -> None:
    with source(server) as name, reading(server, name) as session:
        assert listed(session, "VALUES ('b'), ('a')") == ["a", "b"]
