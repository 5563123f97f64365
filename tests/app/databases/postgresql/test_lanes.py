from collections.abc import Iterator

import psycopg
import pytest

from app.databases.postgresql.lanes import Lanes, Work
from app.databases.postgresql.urls import Place
from app.errors import CancelledError, OutsideError
from tests.app.databases.postgresql.sandboxes import Context
from tests.app.databases.postgresql.servers import Server


@pytest.fixture(scope="module")
def place(server18: Server) -> Iterator[Place]:
    name = server18.create_database(sql="CREATE TABLE done (id int, at timestamptz DEFAULT clock_timestamp())")
    yield server18.admin(name)
    server18.drop_database(name)


@pytest.fixture(autouse=True)
def _empty(server18: Server, place: Place) -> None:
    server18.run("TRUNCATE done", place.database)


def _work(number: int, *more: str, **settings: object) -> Work:
    sql = (*more, f"INSERT INTO public.done VALUES ({number})")
    return Work(id=number, title=f"work {number}", sql=sql, **settings)  # type: ignore[arg-type]  # test data


def _done(server: Server, place: Place) -> list[int]:
    return [number for (number,) in server.run("SELECT id FROM done ORDER BY at", place.database)]


def test_work_waits_for_what_it_needs_and_the_longest_begins(server18: Server, place: Place) -> None:
    works = [_work(1, weight=1), _work(2, weight=5, needs=frozenset({3})), _work(3, weight=2, needs=frozenset({99}))]
    with Lanes(place, 1, works) as lanes:
        lanes.finish(Context())
    assert _done(server18, place) == [3, 2, 1]


def test_what_works_on_one_table_alone_meets_nobody_there(place: Place) -> None:
    # An advisory lock that does not wait shows whether two were there at once.
    lock = "DO $$ BEGIN IF NOT pg_try_advisory_lock(7) THEN RAISE 'somebody is here'; END IF; END $$"
    works = [
        _work(n, lock, "SELECT pg_sleep(0.05)", "SELECT pg_advisory_unlock(7)", alone=frozenset({7})) for n in range(6)
    ]
    with Lanes(place, 3, works) as lanes:
        lanes.finish(Context())


def test_what_shares_a_table_goes_side_by_side(place: Place) -> None:
    # Each waits for the other: alone, neither would end.
    meet = (
        "DO $$ BEGIN WHILE (SELECT count(*) FROM public.done WHERE id > 20) < 2 LOOP PERFORM pg_sleep(0.01); "
        "END LOOP; END $$"
    )
    works = [_work(n, f"INSERT INTO public.done VALUES ({n + 20})", meet, beside=frozenset({7})) for n in (1, 2)]
    with Lanes(place, 2, works) as lanes:
        lanes.finish(Context())


def test_held_tables_are_not_touched_before_they_are_released(server18: Server, place: Place) -> None:
    works = [_work(1, beside=frozenset({7}), weight=9), _work(2, beside=frozenset({8}))]
    with Lanes(place, 1, works, held=[7]) as lanes:
        with psycopg.connect(place.conninfo(), autocommit=True) as session:
            while not session.execute("SELECT FROM public.done").rowcount:
                pass
            assert session.execute("SELECT id FROM public.done").fetchall() == [(2,)]
        lanes.release([7])
        lanes.finish(Context())
    assert _done(server18, place) == [2, 1]


def test_the_first_failure_ends_all_the_others_and_is_told(place: Place) -> None:
    works = [_work(1, "SELECT 1 / 0"), _work(2, "SELECT pg_sleep(600)")]
    with (
        Lanes(place, 2, works) as lanes,
        pytest.raises(OutsideError, match="could not go on") as caught,
    ):
        lanes.finish(Context())
    assert "while the work 1 was made" in caught.value.detail
    with pytest.raises(OutsideError):
        lanes.release([1])


def test_what_may_do_later_is_put_aside(server18: Server, place: Place) -> None:
    later = frozenset({"42P01"})
    works = [_work(1, "SELECT FROM nowhere", later=later, weight=2), _work(2)]
    with Lanes(place, 1, works) as lanes:
        lanes.finish(Context())
    assert [work.id for work in lanes.postponed] == [1]
    assert _done(server18, place) == [2]


def test_stopping_cancels_what_runs(server18: Server, place: Place) -> None:
    asleep = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(601%' AND state = 'active'"

    class Stopping(Context):
        def should_stop(self) -> bool:
            self.cancelled = server18.run(asleep) == [(2,)]
            return self.cancelled

    works = [_work(n, f"SELECT pg_sleep(601{n})") for n in (1, 2)]
    with Lanes(place, 2, works) as lanes, pytest.raises(CancelledError):
        lanes.finish(Stopping())
    assert server18.run(asleep) == [(0,)]


def test_a_server_that_goes_away_is_told(server18: Server, place: Place) -> None:
    kill = "SELECT pg_terminate_backend(pg_backend_pid())"
    with Lanes(place, 2, [_work(1, kill)]) as lanes, pytest.raises(OutsideError, match="ended the session"):
        lanes.finish(Context())


def test_nothing_to_do_takes_no_session(place: Place) -> None:
    with Lanes(Place(database="nowhere"), 2, []) as lanes:
        lanes.finish(Context())
