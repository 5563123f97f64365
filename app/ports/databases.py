"""One adapter per kind of database, behind one Protocol."""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeAlias

from app.domain.environments import Access, Environment, Identity, Marker, MarkerState, Source, Target
from app.domain.findings import Finding
from app.domain.ids import OperationId
from app.domain.inspection import TableFacts
from app.domain.operations import ChecklistItem, Proof, TableRun
from app.domain.plan import Impact, Plan
from app.domain.policy import Condition, Preserve
from app.domain.schema import Schema
from app.ports.context import PhaseContext
from app.ports.secrets import MaskKey

RowValue: TypeAlias = int | float | str | bytes | None
"""A value as it stands in a row; adapters hand over nothing else."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A database URL without a password, and the password that stood in it. The latter shows in no `repr`."""

    url: str
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one look at a database says, without reading any row of a user's table.

    `identity` is None when there is no database there; `problem` says in words why it could not be opened.
    `marker` is the mark found inside, verified or not.
    """

    exists: bool
    identity: Identity | None = None
    marker: Marker | None = None
    size_bytes: int | None = None
    engine: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """A finished database aside, waiting to be published. Travels as JSON through the durable steps.

    `place` is where it stands (a path, a database name) and `baseline` where its untouched twin stands, if one is
    kept. `rows` are the copied rows by table. `modified` tells, at publish, that nothing was written to it since it was
    finished (SQLite: the file's time of last change, in nanoseconds); None where the engine has no such sign.
    """

    place: str
    identity: Identity
    nonce: str
    size_bytes: int
    baseline: str | None = None
    rows: Mapping[str, int] | None = None
    modified: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Signs and verifies markers with this installation's marker key."""

    sign: Callable[[bytes], str]
    verify: Callable[[bytes, str], bool]

    @staticmethod
    def of(key: bytes) -> "Signer":
        """A signer with that key: HMAC-SHA256, as hexadecimal text."""

        def sign(text: bytes) -> str:
            return hmac.new(key, text, hashlib.sha256).hexdigest()

        def verify(text: bytes, signature: str) -> bool:
            # As bytes: a forged signature may hold any character, and must be an answer, not an exception.
            return hmac.compare_digest(sign(text).encode(), signature.encode(errors="replace"))

        return Signer(sign=sign, verify=verify)


class SourceDatabase(Protocol):
    """A read-only session on a production database, one consistent snapshot while it is open (invariant 1)."""

    @property
    def identity(self) -> Identity: ...

    def schema(self) -> Schema: ...

    def findings(self) -> tuple[Finding, ...]:
        """What this database has that a copy must know: locks it would take, objects that cannot come along,
        collations or functions the application registers itself."""
        ...

    def plan_findings(self, plan: Plan) -> tuple[Finding, ...]:
        """What of a plan cannot be done on this very database: a mask on a type that cannot hold what it makes."""
        ...

    def sample(self, table: str, columns: Sequence[str], limit: int) -> list[tuple[RowValue, ...]]:
        """Up to `limit` rows spread over the table, for suggesting and previewing. Never stored."""
        ...

    def count(self, table: str, condition: Condition = ()) -> int: ...

    def values(
        self, table: str, columns: Sequence[str], condition: Condition = (), limit: int = 1000
    ) -> list[tuple[RowValue, ...]]:
        """The values of these columns in up to `limit` rows for which the condition holds, ordered by them: what can
        be chosen for an option. Never stored."""
        ...

    def size_bytes(self) -> int: ...


class CopyJob(Protocol):
    """One attempt at preparing a copy. The phases are called in this order, each once; leaving the context without
    `seal` removes everything the job made."""

    def stage(self, ctx: PhaseContext) -> None:
        """An empty database aside, marked, closed to others (invariant 9)."""
        ...

    def copy(self, ctx: PhaseContext) -> tuple[TableRun, ...]:
        """All rows from one snapshot, masked inside the reading queries (invariant 2). Also takes from that snapshot
        what `check` and `prove` compare with. Raises OutsideError when the source's structure is no longer the
        planned one."""
        ...

    def build(self, ctx: PhaseContext) -> None: ...

    def neutralise(self, ctx: PhaseContext) -> tuple[str, ...]:
        """Run the policy's actions, then take over what is preserved of the old sandbox; one line of words for each.
        What is reconciled is compared before anything is changed."""
        ...

    def finish(self, ctx: PhaseContext) -> None:
        """Foreign keys, triggers, views, full-text indexes, sequences. Then what only holds of the rows as they were
        copied is looked at (their numbers, the structure), for `check` to tell."""
        ...

    def run(self, ctx: PhaseContext) -> None:
        """What the policy runs on the finished copy, in its order: SQL in a session of its own, one transaction for
        each entry, and commands with nothing in their environment but the staging connection. What they say goes to
        the log. Raises OutsideError when one fails or takes longer than it may; they can be stopped."""
        ...

    def check(self, ctx: PhaseContext) -> tuple[ChecklistItem, ...]:
        """The built-in items and every check of the plan, with evidence: row counts, masks, references (those the
        policy declares too), integrity, the copy's own login, what was preserved and reconciled."""
        ...

    def prove(self, ctx: PhaseContext) -> Proof:
        """Search the originals in every value of the copy."""
        ...

    def seal(self, ctx: PhaseContext) -> Staged:
        """Everything on disk; keeps the twin for the baseline where the plan says so."""
        ...


class Adapter(Protocol):
    """A kind of database. Stateless: everything it needs comes with the call, so that it works after a restart.

    Everything that drops or replaces checks identity and marker of the database on the very connection that does it,
    against `target.environment.identity` and `marker_nonce` (invariant 5), and raises RefusedError on a mismatch.
    """

    @property
    def scheme(self) -> str:
        """The URL scheme it answers to: `sqlite`, `postgresql`."""
        ...

    def normalise(self, url: str, base: Path) -> str:
        """The URL in one spelling, relative paths resolved against `base`. Raises UserError for a malformed one."""
        ...

    def look(self, environment: Environment) -> Look:
        """What stands there now. Never raises for an absent or unreachable database."""
        ...

    def marker_state(self, target: Target, look: Look, signer: Signer) -> MarkerState:
        """What the marker in `look` is worth for this environment."""
        ...

    def open_source(self, source: Source) -> AbstractContextManager[SourceDatabase]:
        """Raises OutsideError (missing, locked, not a database, encrypted, corrupt) with what to do."""
        ...

    def target_findings(
        self, target: Target, source: Source | None, productions: Iterable[Identity], signer: Signer, needed_bytes: int
    ) -> tuple[Finding, ...]:
        """What stands against replacing the target: exists without our marker, a copied marker, is the source or a
        link to it, is a production of any tenant (`productions`), cannot be written, too little room."""
        ...

    def impact(self, target: Target) -> Impact:
        """What the environment has that its copy had not, and who is connected."""
        ...

    def table_facts(self, environment: Environment) -> tuple[TableFacts, ...]:
        """Tables and their row counts (exact where cheap), without any value."""
        ...

    def preserved(self, target: Target, entries: Sequence[Preserve]) -> Mapping[str, int]:
        """How many rows the environment holds of each entry, by its id; those whose table is not there are left out.
        Raises OutsideError where they cannot be counted."""
        ...

    def access(self, target: Target) -> Access:
        """How people reach the copy that is there now. Raises OutsideError where that cannot be known."""
        ...

    def prepare(
        self,
        *,
        source: Source,
        target: Target,
        plan: Plan,
        key: MaskKey,
        signer: Signer,
        operation: OperationId,
        attempt: int,
    ) -> AbstractContextManager[CopyJob]: ...

    def prepare_reset(
        self, *, target: Target, signer: Signer, operation: OperationId, attempt: int, ctx: PhaseContext
    ) -> Staged:
        """A staged copy of the baseline. Raises RefusedError where there is none."""
        ...

    def has_baseline(self, target: Target) -> bool: ...

    def publish(
        self, *, target: Target, staged: Staged, signer: Signer, operation: OperationId, ctx: PhaseContext
    ) -> None:
        """Swap it in, in one act; calls `ctx.assert_current` right before. Safe to call again: when the target is the
        staged database already, there is nothing to do. Keeps the old copy aside until `settle`."""
        ...

    def settle(self, *, target: Target, staged: Staged, signer: Signer, ctx: PhaseContext) -> None:
        """Drop the old copy, put the baseline in its place. Can be repeated. `target` carries the new identity."""
        ...

    def sweep(self, target: Target, signer: Signer, *, keep: Staged | None = None) -> tuple[str, ...]:
        """Remove what earlier attempts left aside (never the environment, its baseline or `keep`); says what."""
        ...

    def wipe(self, *, target: Target, signer: Signer, ctx: PhaseContext) -> tuple[str, ...]:
        """Drop everything the environment owns and make sure it is gone; says what was removed. Can be repeated."""
        ...
