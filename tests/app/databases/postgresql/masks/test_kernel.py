"""What masks as SQL are made of: digests, numbers and tokens as the reference draws them, and keys that stay secret."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.databases.postgresql.connections import Session
from app.databases.postgresql.masks.kernel import Keys, KeysRefused, hashed, remainder, staged, text_in, token
from app.policy.masks.keyed import Subkeys, token_of
from tests.app.databases.postgresql.masks.equality import session_on, shape
from tests.app.databases.postgresql.masks.typed import FEW, texts
from tests.app.databases.postgresql.servers import Server
from tests.app.policy.masks.columns import KEY, OTHER_KEY

MODULI = [(2, 1), (22, 1), (732, 1), (0xFFFE, 1), (199, 400), (78, 174), (999_999, 1), (1000, 1 << 20)]


@pytest.fixture(scope="module")
def session(server18: Server) -> Iterator[Session]:
    with session_on(server18, "postgres") as session:
        yield session


def _told(session: Session, keys: Keys) -> None:
    for name, value in keys.settings.items():
        session.execute("SELECT set_config(%s, %s, false)", (name, value))


@FEW
@given(values=st.lists(texts("aAbB é"), min_size=1, max_size=50))
def test_digests_numbers_and_tokens(session: Session, values: list[str]) -> None:
    keys, subkeys = Keys(KEY), Subkeys(KEY)
    value = '(u.v COLLATE "C")'
    digest = hashed(keys, "letters", value, ascii_only=False)
    drawn = ", ".join(remainder("x.h", modulus, divisor) for modulus, divisor in MODULI)
    numbers_drawn = staged(f"ARRAY[{drawn}]", {"h": digest})
    query = (
        f"SELECT {digest}, {numbers_drawn}, "
        f"{token(keys, 'letters', value, ascii_only=False)}, {token(keys, 'letters', value, 5, ascii_only=False)} "
        "FROM unnest($1::text[]) WITH ORDINALITY AS u(v, n) ORDER BY n"
    )
    _told(session, keys)
    rows = session.execute(query.replace("%", "%%").replace("$1", "%s"), (values,)).fetchall()
    number, make = subkeys.number("letters"), token_of(subkeys.state("letters"))
    for text, (hash_, numbers, whole, short) in zip(values, rows, strict=True):
        state = subkeys.state("letters")
        state.update(text.encode())
        assert hash_ == state.digest()
        assert numbers == [number(text.encode()) // divisor % modulus for modulus, divisor in MODULI]
        assert (whole, short) == (make(text), make(text)[:5])


def test_no_key_shows(session: Session) -> None:
    keys = Keys(KEY)
    made = hashed(keys, "a", "t.c") + hashed(keys, "b", "t.c") + hashed(keys, "a", "t.d")
    blocks = {Subkeys(KEY).block(domain).hex() for domain in "ab"}
    assert set(keys.settings.values()) == blocks
    assert not any(block in made or block in repr(keys) for block in blocks)
    assert not blocks & set(_of_another_key("ab").settings.values())


def _of_another_key(domains: str) -> Keys:
    keys = Keys(OTHER_KEY)
    for domain in domains:
        keys.block(domain)
    return keys


def test_a_session_that_may_not_know_a_key_is_told_none() -> None:
    keys = Keys(KEY, allowed=False)
    with pytest.raises(KeysRefused):
        keys.block("a")
    assert keys.settings == {}


def test_lists_count_from_zero_and_keep_what_stands_in_them(session: Session) -> None:
    keys = Keys(KEY)
    table = keys.array("some", "name", [["Næss", "O'Neil"], ["a,b", "x y"]])
    _told(session, keys)
    row = session.execute(f"SELECT ({table})[0][0], ({table})[0][1], ({table})[1][0], ({table})[1][1]").fetchone()
    assert row == ("Næss", "O'Neil", "a,b", "x y")


def test_a_hash_is_computed_once_however_often_it_is_used(session: Session) -> None:
    plan = "\n".join(
        line
        for (line,) in session.execute(
            "EXPLAIN (VERBOSE) SELECT "
            + staged(remainder("x.h", 732), {"h": "sha256(textsend(relname))"})
            + " FROM pg_class"
        ).fetchall()
    )
    assert plan.count("sha256(") == 1


def test_only_single_texts_are_texts() -> None:
    assert text_in("t.c", shape("text")) == '(t.c::text COLLATE "C")'
    assert text_in("t.c", shape("text", array=True)) is None
    assert text_in("t.c", shape("jsonb")) is None
