"""A source's structure made anew in another database, all steps of it, for tests of any one of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.databases.postgresql import finish, large_objects
from app.databases.postgresql.archive import Archive
from app.databases.postgresql.build import build
from app.databases.postgresql.catalogue import read_shapes
from app.databases.postgresql.connections import connect, quoted
from app.databases.postgresql.portability import Portability, assess
from app.databases.postgresql.restoring import restore_pre_data
from app.databases.postgresql.sequences import SequenceValue, read_sequences
from app.databases.postgresql.shapes import Shapes
from app.databases.postgresql.snapshot import Snapshot
from app.databases.postgresql.tools import tools_for
from app.databases.postgresql.urls import Place
from app.domain.findings import Finding
from tests.app.databases.postgresql.servers import READER, WORKER, Server, create_source
from tests.app.databases.sqlite.line import Context

FEATURES = Path(__file__).with_name("features.sql")
CONTRIB = Path(__file__).with_name("features_contrib.sql")


@dataclass
class Making:
    """What was read from a source, and an empty database for it that belongs to the role that makes it."""

    server: Server
    source: str
    other: Server
    target: str
    place: Place
    shapes: Shapes
    portability: Portability
    archive: Archive
    sequences: list[SequenceValue] = field(default_factory=list)
    ctx: Context = field(default_factory=Context)

    @property
    def findings(self) -> dict[str, list[Finding]]:
        found: dict[str, list[Finding]] = {}
        for one in self.portability.findings:
            found.setdefault(one.code, []).append(one)
        return found

    def restore(self) -> None:
        with connect(self.place, read_only=False) as session:
            restore_pre_data(session, self.archive, self.ctx)

    def fill(self) -> None:
        """The rows as they are, and large objects."""
        with (
            connect(self.server.admin(self.source), read_only=True) as source,
            connect(self.place, read_only=False) as target,
        ):
            made = {name for (name,) in target.execute("SELECT oid::regclass::text FROM pg_class").fetchall()}
            for table in self.shapes.stored:
                if table.sql not in made and f"{table.schema}.{table.name}" not in made and "Odd" not in table.schema:
                    continue
                columns = ", ".join(quoted(c.name) for c in table.columns if c.copied)
                what = f"{table.sql} ({columns})" if columns else table.sql
                with (
                    source.cursor().copy(f"COPY {what} TO STDOUT") as rows,
                    target.cursor().copy(f"COPY {what} FROM STDIN") as copy,
                ):
                    for part in rows:
                        copy.write(part)
            large_objects.copy(source, target, self.ctx)

    def build(self, lanes: int = 2) -> None:
        build(self.place, self.archive, self.shapes, lanes, self.ctx)

    def finish(self, lanes: int = 2) -> None:
        finish.finish(self.place, self.archive, self.shapes, self.sequences, lanes, self.ctx)

    def complete(self) -> None:
        with connect(self.place, read_only=False) as session:
            finish.complete(session, self.archive)

    def everything(self) -> None:
        self.restore()
        self.fill()
        self.build()
        self.finish()
        self.complete()

    def found(self, sql: str) -> list[tuple[Any, ...]]:
        """In the copy, as superuser."""
        return self.other.run(sql, self.target)

    def read(self, sql: str) -> list[tuple[Any, ...]]:
        """In the source, as superuser."""
        return self.server.run(sql, self.source)


@contextmanager
def making(
    server: Server,
    sql: str = "",
    *files: Path,
    other: Server | None = None,
    worker: tuple[str, str] | None = WORKER,
) -> Iterator[Making]:
    """A source of `sql` and scripts, its structure read by the role that can only read. `worker` None makes the copy as
    superuser."""
    other = other or server
    source = create_source(server, sql, sql_file=files)
    target = other.create_database(owner=worker[0] if worker else None)
    try:
        place = other.place(target, *worker) if worker else other.admin(target)
        with (
            Snapshot(server.place(source, *READER)) as snapshot,
            connect(place.at("postgres"), read_only=True) as beside,
        ):
            shapes = read_shapes(snapshot.main)
            assessed = assess(snapshot.main, beside, shapes)
            tools = tools_for(server.version * 10000, other.version * 10000)
            archive = Archive.read(
                snapshot, tools, Context(), left_out=assessed.left_out, compression=assessed.compression
            )
            sequences = read_sequences(snapshot.main)
        yield Making(server, source, other, target, place, shapes, assessed, archive, sequences)
    finally:
        server.drop_database(source)
        other.drop_database(target)
