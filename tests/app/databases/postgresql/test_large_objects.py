import tracemalloc

import pytest

from app.databases.postgresql import large_objects
from app.databases.postgresql.connections import connect
from app.errors import CancelledError
from tests.app.databases.postgresql.sandboxes import Context
from tests.app.databases.postgresql.servers import Server, create_source

CONTENTS = "SELECT oid::bigint, md5(lo_get(oid)), length(lo_get(oid)) FROM pg_largeobject_metadata ORDER BY 1"


@pytest.fixture
def pair(server18: Server) -> tuple[str, str]:
    return create_source(server18), server18.create_database()


def test_all_come_along_under_their_numbers_whatever_their_size(server18: Server, pair: tuple[str, str]) -> None:
    source, target = pair
    sizes = (0, 1, 262143, 262144, 262145, 524288, 800000)
    for number, size in enumerate(sizes, 5000):
        server18.run(f"SELECT lo_from_bytea({number}, convert_to(repeat('ab', {size // 2 + 1}), 'UTF8'))", source)
        server18.run(
            f"DO $$ DECLARE fd int; BEGIN fd := lo_open({number}, 131072); PERFORM lo_truncate64(fd, {size}); END $$",
            source,
        )
    server18.run("SELECT lo_create(6000 + n) FROM generate_series(1, 100) n", source)
    server18.run("COMMENT ON LARGE OBJECT 5001 IS 'a scan'; SELECT lo_create(4000000001)", source)
    with (
        connect(server18.admin(source), read_only=True) as reading,
        connect(server18.admin(target), read_only=False) as writing,
    ):
        assert large_objects.copy(reading, writing, Context()) == len(sizes) + 101
    assert server18.run(CONTENTS, target) == server18.run(CONTENTS, source)
    assert [size for _, _, size in server18.run(CONTENTS, target)][: len(sizes)] == list(sizes)
    assert server18.run("SELECT obj_description(5001, 'pg_largeobject')", target) == [("a scan",)]


def test_holes_stay_holes_and_memory_flat(server18: Server, pair: tuple[str, str]) -> None:
    source, target = pair
    server18.run("SELECT lo_from_bytea(5000, 'x'); SELECT lo_put(5000, 60000000, 'y')", source)
    with (
        connect(server18.admin(source), read_only=True) as reading,
        connect(server18.admin(target), read_only=False) as writing,
    ):
        tracemalloc.start()
        large_objects.copy(reading, writing, Context())
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 8_000_000
    assert server18.run(CONTENTS, target) == server18.run(CONTENTS, source)
    assert server18.run("SELECT count(*) FROM pg_largeobject", target) < [(1000,)]  # of 29,297


def test_stopping_comes_between_two_parts(server18: Server, pair: tuple[str, str]) -> None:
    source, target = pair
    server18.run("SELECT lo_from_bytea(5000, convert_to(repeat('x', 2000000), 'UTF8'))", source)

    class Stopping(Context):
        calls = 0

        def checkpoint(self, table: str = "", done: int = 0, of: int | None = None, bytes_: int = 0) -> None:
            self.calls += 1
            self.cancelled = self.calls > 3
            super().checkpoint(table, done, of, bytes_)

    with (
        connect(server18.admin(source), read_only=True) as reading,
        connect(server18.admin(target), read_only=False) as writing,
        pytest.raises(CancelledError),
    ):
        large_objects.copy(reading, writing, Stopping())
