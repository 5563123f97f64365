"""Whether two databases are made of the same objects, as pg_dump sees them."""

import difflib
import os
import subprocess

from app.databases.postgresql.tools import tools_for
from app.databases.postgresql.urls import Place
from tests.app.databases.postgresql.servers import Server


def structure_of(server: Server, database: str, *, reader: int = 18) -> list[str]:
    """What `pg_dump --schema-only` says of it, object by object, without owners, rights and security labels.

    `reader` is the major version of pg_dump: the same one for both sides of a comparison.
    """
    place: Place = server.admin(database)
    tools = tools_for(reader * 10000, reader * 10000)
    done = subprocess.run(
        [
            tools.pg_dump, "--schema-only", "--no-owner", "--no-privileges", "--no-tablespaces", "--no-security-labels",
            "--no-subscriptions", "--encoding=UTF8", f"--dbname={server.url(database, place.parameters['user'])}",
        ],
        env={**os.environ, "PGPASSWORD": place.password or ""}, capture_output=True, check=False, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    noise = ("-- Dumped", "-- PostgreSQL database dump", "\\restrict", "\\unrestrict", "SET ")
    return [line for line in lines if not line.startswith(noise)]


def difference(
    source: tuple[Server, str], copy: tuple[Server, str], *, reader: int = 18, but_for: tuple[str, ...] = ()
) -> str:
    """A unified diff of the two structures, empty when they agree. Statements that hold one of the texts in `but_for`
    are left out on both sides: what a finding said does not come along."""
    one, other = (_statements(structure_of(*side, reader=reader), but_for) for side in (source, copy))
    return "\n".join(difflib.unified_diff(one, other, "source", "copy", lineterm="", n=2))


def _statements(lines: list[str], but_for: tuple[str, ...]) -> list[str]:
    """The lines of the objects that count. pg_dump heads each object by a comment, `-- Name: ...`."""
    objects: list[list[str]] = [[]]
    for line in lines:
        if line.startswith("-- Name: "):
            objects.append([])
        if line not in ("", "--"):
            objects[-1].append(line)
    return [line for part in objects if not any(text in "\n".join(part) for text in but_for) for line in part]
