"""The copy that an environment has now, read for what is to survive the next one.

Its people own it and may have planted anything in it. So it is read as its own login wherever there is one, which can
do nothing to others, in one transaction that writes nothing, after identity and mark were read on the same session.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from app.databases.marks import fits
from app.databases.postgresql.catalogue import read_shapes
from app.databases.postgresql.conditions import where_constant
from app.databases.postgresql.connections import Session, connect, connect_maintenance
from app.databases.postgresql.failures import told
from app.databases.postgresql.looking import hurried
from app.databases.postgresql.names import login_name
from app.databases.postgresql.owned import find, not_ours
from app.databases.postgresql.urls import Place
from app.domain.environments import Environment, Target
from app.domain.policy import Preserve
from app.errors import OutsideError, UserError
from app.ports.context import PhaseContext
from app.ports.databases import Signer

DOING: Final = "while reading what survives in the sandbox"


@contextmanager
def former(
    place: Place,
    target: Target,
    password: str | None,
    *,
    signer: Signer | None = None,
    seconds: float = 0,
    ctx: PhaseContext | None = None,
) -> Iterator[Session]:
    """A session inside the environment's database, for reading; `password` is its login's, None where there is none,
    and `seconds` how long a statement may take, 0 for as long as it likes.

    Raises RefusedError when it is not the database the catalog recorded (its signature is looked at too where there is
    a `signer`), OutsideError when it cannot be entered.
    """
    environment = target.environment
    entered = _as_its_owner(hurried(place), target, password)
    more = {"idle_session_timeout": "0"}
    session = connect(entered, read_only=True, statement_seconds=seconds, more=more, doing=DOING)
    try:
        with told(place, DOING, ctx):
            session.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            _must_be_recorded(session, environment, signer)
            yield session
    finally:
        session.close()


def preserved(
    place: Place, target: Target, password: str | None, entries: Sequence[Preserve], seconds: float
) -> Mapping[str, int]:
    """How many rows there are of each entry, by its id; those whose table is not there are left out. Raises as
    `former` does, and OutsideError for a condition that does not fit the tables that are there."""
    if target.environment.identity is None or not entries or not there(place):
        return {}
    found: dict[str, int] = {}
    with former(place, target, password, seconds=seconds) as session:
        shapes = read_shapes(session)
        for entry in entries:
            table = shapes.topmost(entry.table)
            if table is None:
                continue
            try:
                condition = where_constant(entry.condition, table, shapes)
            except UserError as error:
                raise unlike(entry, error) from None
            query = f"SELECT count(*) FROM {shapes.reading(table)} WHERE {condition}"
            row = session.execute(query.encode()).fetchone()
            found[entry.id] = int(row[0]) if row is not None else 0
    return found


def there(place: Place) -> bool:
    """Whether there is a database of that name at all: people may have dropped the sandbox by hand."""
    with told(place, DOING), connect_maintenance(place) as session:
        return find(session, place.database) is not None


def unlike(entry: Preserve, error: UserError) -> OutsideError:
    """The error for an entry that does not fit the tables that the environment has now."""
    return OutsideError(
        f"What is preserved as {entry.title} cannot be found in the sandbox",
        f"{error.title}. The sandbox's {entry.table} is not as production's.",
        "Mend the sandbox's table, or take the entry out of the policy for this refresh.",
    )


def _as_its_owner(place: Place, target: Target, password: str | None) -> Place:
    """The way in as the sandbox's login, or as our own role where that made the copy for itself alone."""
    environment = target.environment
    with told(place, DOING), connect_maintenance(place) as session:
        found = find(session, place.database)
    if found is None or found.identity != environment.identity:
        raise not_ours(environment, "It is another database than the one the catalog recorded.")
    login = login_name(place.database, environment.id)
    if found.owner == login and password is not None:
        return replace(place, parameters={**place.parameters, "user": login}, password=password)
    if not found.mine:
        raise OutsideError(
            f"The sandbox of {environment.ref} cannot be read",
            f"It belongs to {found.owner}, and there is no password to enter it as that role.",
            "Give it back to its own login, or go ahead without the policy's `preserve`.",
        )
    return place


def _must_be_recorded(session: Session, environment: Environment, signer: Signer | None) -> None:
    found = find(session, session.info.dbname)
    if found is None or found.identity != environment.identity:
        raise not_ours(environment, "It is another database than the one the catalog recorded.")
    marked = found.marker is not None and found.marker.nonce == environment.marker_nonce
    if not marked or (signer is not None and not fits(found.marker, found.identity, environment, signer)):
        raise not_ours(environment, "The mark in its comment is missing, or is not the one the catalog recorded.")
