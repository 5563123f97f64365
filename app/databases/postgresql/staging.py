"""The database an operation builds aside, closed to everyone but the worker until it is published (invariant 9)."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from app.databases.postgresql.connected import end_sessions
from app.databases.postgresql.connections import Session, connect, literal, quoted
from app.databases.postgresql.failures import told
from app.databases.postgresql.locks import Hold, take
from app.databases.postgresql.marker import genuine
from app.databases.postgresql.names import Kind, database_name
from app.databases.postgresql.owned import Database, drop, find, mark, must_be_made_here, must_be_ours
from app.databases.postgresql.shapes import Shapes
from app.databases.postgresql.stoppable import run
from app.databases.postgresql.twin import make_twin, size_of
from app.databases.postgresql.urls import Place
from app.domain.environments import Environment, Identity, Target
from app.domain.ids import OperationId
from app.errors import OutsideError, SandkeeperError
from app.ports.context import PhaseContext
from app.ports.databases import Signer, Staged

_RIGHTS_OF_OTHERS: Final = """
SELECT DISTINCT CASE WHEN a.grantee = 0 THEN 'everybody' ELSE pg_get_userbyid(a.grantee)::text END
FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
WHERE d.oid = %s::oid AND a.grantee <> d.datdba
"""
_PROVIDERS_SINCE = {"c": 150000, "i": 150000, "b": 170000}


class Staging:
    """One attempt's database. Holds the environment's lock until `seal`, `drop` or `close`.

    `place` leads into it as the worker's role, `name` is its name, `identity` and `nonce` are those of its mark.
    """

    def __init__(self, hold: Hold, made: Database, signer: Signer, operation: OperationId, attempt: int) -> None:
        self._hold = hold
        self._signer = signer
        self._operation = operation
        self._attempt = attempt
        self.environment: Environment = hold.environment
        self.place: Place = hold.place.at(made.name)
        self.name: str = made.name
        self.identity: Identity = made.identity
        self._marker = made.marker
        self.nonce: str = made.marker.nonce if made.marker is not None else ""

    @classmethod
    def create(
        cls,
        place: Place,
        target: Target,
        shapes: Shapes,
        signer: Signer,
        operation: OperationId,
        attempt: int,
        ctx: PhaseContext | None = None,
    ) -> "Staging":
        """An empty database with the source's encoding and locale, beside the target that `place` leads to.

        Raises RefusedError when what has the target's name is not ours, OutsideError when the server cannot make it.
        """
        environment = target.environment
        name = database_name(environment.id, Kind.STAGING, operation, attempt)
        hold = take(place, environment, ctx)
        try:
            with told(place, "while looking at the sandbox", ctx):
                present = find(hold.session, place.database)
            if present is not None:
                must_be_ours(present, environment, signer)
            _make(hold, name, shapes, ctx)
            with told(place.at(name), "while making the database of the copy", ctx):
                made = mark(hold.session, name, environment.id, operation, signer)
                hold.session.execute(f"ALTER DATABASE {quoted(name)} ALLOW_CONNECTIONS true")
        except BaseException:
            with suppress(SandkeeperError):
                _drop_those(hold, signer, operation, attempt)
            hold.close()
            raise
        return cls(hold, made, signer, operation, attempt)

    @property
    def session(self) -> Session:
        """The session on the maintenance database that works for this copy."""
        return self._hold.session

    def connect(self, **more: str) -> Session:
        """A session inside; `more` are settings."""
        settings = {"idle_session_timeout": "0", **more}
        return connect(self.place, read_only=False, more=settings, doing="while building the copy")

    def assert_untouched(self) -> None:
        """Raises OutsideError unless the database still carries its mark and lets nobody in but its owner: what a
        policy runs in it must not change that."""
        session = self._hold.session
        with told(self.place, "while making sure that the copy is closed"):
            found = find(session, self.name)
            rights = session.execute(_RIGHTS_OF_OTHERS, (self.identity.minor,)).fetchall()
        marked = found is not None and genuine(found.marker, found.identity, self.environment.id, self._signer)
        if found is None or found.identity != self.identity or not marked or found.marker != self._marker:
            raise OutsideError(
                "The staged copy lost its mark",
                "Something that ran in it changed the comment of its database. The environment is as it was.",
                "Leave the database's own comment alone in what the policy runs.",
            )
        if rights or not found.mine or found.template:
            named = ", ".join(str(role) for (role,) in rights) or f"its owner {found.owner}"
            raise OutsideError(
                "The staged copy was opened to others before it was proven",
                f"Something that ran in it gave rights on its database to {named}. The environment is as it was.",
                "Grant no rights on the database itself in what the policy runs.",
            )

    def seal(self, *, keep_baseline: bool, rows: Mapping[str, int], ctx: PhaseContext) -> Staged:
        """Close it for good and let go of the lock. Where a baseline is kept, a twin is made and that is published:
        this one becomes the baseline. Nobody may be connected any more."""
        session = self._hold.session
        self._hold.assert_held()
        with told(self.place, "while closing the finished copy", ctx):
            session.execute(f"ALTER DATABASE {quoted(self.name)} ALLOW_CONNECTIONS false")
            end_sessions(session, self.identity.minor)
            sealed = find(session, self.name)
            if sealed is None or sealed.identity != self.identity:
                raise OutsideError(f"{self.name} was replaced", "Another database has its name.", "Start again.")
            self.assert_untouched()
            if not keep_baseline:
                staged = _staged(sealed, size_of(session, sealed), None, rows)
        if keep_baseline:
            name = database_name(self.environment.id, Kind.READY, self._operation, self._attempt)
            ready = make_twin(self._hold, sealed, name, self._operation, self._signer, ctx)
            with told(self.place, "while measuring the finished copy", ctx):
                staged = _staged(ready, size_of(session, ready), self.name, rows)
        ctx.checkpoint()
        self.close()
        return staged

    def drop(self) -> None:
        """Remove everything this attempt made, and let go of the lock. Raises OutsideError when it cannot be."""
        try:
            _drop_those(self._hold, self._signer, self._operation, self._attempt)
        finally:
            self.close()

    def close(self) -> None:
        """Let go of the lock; the database stays."""
        self._hold.close()


def _make(hold: Hold, name: str, shapes: Shapes, ctx: PhaseContext | None) -> None:
    parts = [
        f"CREATE DATABASE {quoted(name)} TEMPLATE template0 ALLOW_CONNECTIONS false",
        f"ENCODING {literal(shapes.encoding)}",
        *_locale(shapes, hold.session.info.server_version),
    ]
    try:
        run(hold.session, " ".join(parts), hold.place.at(name), "while making the database of the copy", ctx)
    except OutsideError as error:
        if any(word in error.detail.casefold() for word in ("locale", "lc_c", "icu", "encoding")):
            raise OutsideError(
                f"{hold.place.server} cannot make a database that sorts as the source does",
                error.detail,
                f"The source has encoding {shapes.encoding} and locale {shapes.locale or shapes.collate}. Install that "
                "locale on the server, or make the copy on a server that has it.",
            ) from None
        raise


def _locale(shapes: Shapes, version: int) -> list[str]:
    """The source's collation in the target's words: what decides order and case of its text."""
    provider, collate, ctype = shapes.locale_provider, shapes.collate, shapes.ctype
    if provider == "b" and version < _PROVIDERS_SINCE["b"]:
        # The built-in locales sort by code point, as "C" does; its letters are those of the one named.
        provider, collate, ctype = "c", "C", "C" if shapes.locale == "C" else "C.UTF-8"
    if provider == "i" and version < _PROVIDERS_SINCE["i"]:
        raise OutsideError(
            "The target's server cannot sort a whole database as the source does",
            f"The source sorts by ICU's locale {shapes.locale}, which databases can have since PostgreSQL 15.",
            "Make the copy on a newer server.",
        )
    parts = [f"LC_COLLATE {literal(collate)} LC_CTYPE {literal(ctype)}"]
    if version >= _PROVIDERS_SINCE["c"]:
        parts.append(f"LOCALE_PROVIDER {({'c': 'libc', 'i': 'icu', 'b': 'builtin'})[provider]}")
    if provider == "i":
        parts.append(f"ICU_LOCALE {literal(shapes.locale or '')}")
        parts += [f"ICU_RULES {literal(shapes.locale_rules)}"] if shapes.locale_rules and version >= 160000 else []
    elif provider == "b":
        parts.append(f"BUILTIN_LOCALE {literal(shapes.locale or 'C')}")
    return parts


def _drop_those(hold: Hold, signer: Signer, operation: OperationId, attempt: int) -> None:
    """Whatever stage of being made they are in; each is verified like any other leftover."""
    for kind in (Kind.READY, Kind.STAGING):
        name = database_name(hold.environment.id, kind, operation, attempt)
        with told(hold.place.at(name), "while removing the unfinished copy"):
            found = find(hold.session, name)
            if found is not None:
                must_be_made_here(found, hold.environment, signer)
                drop(hold.session, hold.place, found)


def _staged(found: Database, size: int, baseline: str | None, rows: Mapping[str, int]) -> Staged:
    return Staged(
        place=found.name,
        identity=found.identity,
        nonce=found.marker.nonce if found.marker is not None else "",
        size_bytes=size,
        baseline=baseline,
        rows=dict(rows),
    )
