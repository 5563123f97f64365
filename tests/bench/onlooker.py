"""Somebody who works in production while it is copied: how long their queries take."""

import random
import statistics
import threading
import time
from dataclasses import dataclass, field

import psycopg

from tests.app.databases.postgresql.servers import Server

_READ = """
SELECT c.first_name, c.last_name, p.number, p.premium FROM customer AS c LEFT JOIN policy AS p ON p.customer = c.id
 WHERE c.id = %s
"""
_WRITE = "UPDATE customer SET standing = 'customer' WHERE id = %s"


@dataclass
class Latencies:
    """Milliseconds."""

    reads: list[float] = field(default_factory=list)
    writes: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        return "   ".join(
            f"{name} {statistics.median(taken):5.2f} ms, 1 of 100 over {_of_a_hundred(taken):.2f} ms"
            for name, taken in (("read", self.reads), ("write", self.writes))
            if taken
        )


def _of_a_hundred(taken: list[float]) -> float:
    return sorted(taken)[min(len(taken) - 1, int(len(taken) * 0.99))]


class Onlooker:
    """Reads a customer and changes one, a hundred times a second at most, for the time of a `with` block."""

    def __init__(self, server: Server, database: str, customers: int) -> None:
        self.seen = Latencies()
        self._conninfo = server.admin(database).conninfo()
        self._customers = customers
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._work)

    def __enter__(self) -> "Onlooker":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _work(self) -> None:
        chance = random.Random(1)
        with psycopg.connect(self._conninfo, autocommit=True) as session:
            while not self._end.wait(0.01):
                number = chance.randint(1, self._customers)
                self.seen.reads.append(_taken(session, _READ, number))
                self.seen.writes.append(_taken(session, _WRITE, number))


def _taken(session: psycopg.Connection[tuple[object, ...]], sql: str, number: int) -> float:
    begin = time.perf_counter()
    session.execute(sql, (number,))
    return (time.perf_counter() - begin) * 1000
