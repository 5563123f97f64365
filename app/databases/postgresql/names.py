"""Names of what Sandkeeper makes on a server. A database with any other name is not ours and is never touched.

`sandkeeper_<environment>_<kind>_<operation>_<attempt>`; the baseline in place has neither operation nor attempt. All
are plain ASCII and stay within the 63 bytes that the server keeps of a name. A name proves nothing by itself: before
anything is dropped, its mark is read too (`owned`).
"""

import hashlib
import re
from enum import StrEnum
from typing import Final

from app.databases.postgresql.connections import MAINTENANCE
from app.databases.postgresql.urls import LONGEST_NAME
from app.domain.ids import EnvironmentId, OperationId

PREFIX: Final = "sandkeeper_"
_RESERVED: Final = frozenset({*MAINTENANCE, "template0"})
_PLAIN = re.compile(r"[0-9a-z]{1,16}")


class Kind(StrEnum):
    """What a database beside an environment is for."""

    STAGING = "staging"  # what an operation builds; becomes the baseline, or the sandbox where none is kept
    READY = "ready"  # its twin with a clean sheet of statistics, to be published
    OLD = "old"  # what was replaced, until the operation is settled
    SPENT = "spent"  # the baseline of what was replaced
    BASELINE = "baseline"


PASSING: Final = frozenset({Kind.STAGING, Kind.READY, Kind.OLD, Kind.SPENT})
"""Kinds that belong to an operation and have no place after it."""


def baseline_name(environment: EnvironmentId) -> str:
    return f"{prefix_of(environment)}{Kind.BASELINE}"


def database_name(environment: EnvironmentId, kind: Kind, operation: OperationId, attempt: int = 0) -> str:
    """The database of that kind that one attempt at an operation makes."""
    return f"{prefix_of(environment)}{kind}_{_short(operation)}_{attempt % 10**9}"


def recognised(name: str, environment: EnvironmentId) -> Kind | None:
    """What kind of database of this environment has such a name; None when it is none of its own."""
    if not name.startswith(prefix_of(environment)):
        return None
    rest = name.removeprefix(prefix_of(environment))
    if rest == Kind.BASELINE:
        return Kind.BASELINE
    kinds = "|".join(sorted(PASSING))
    match = re.fullmatch(rf"({kinds})_[0-9a-z]{{1,16}}_[0-9]{{1,9}}", rest)
    return None if match is None else Kind(match.group(1))


def prefix_of(environment: EnvironmentId) -> str:
    """How the name of every database beside an environment begins."""
    return f"{PREFIX}{_short(environment)}_"


def login_name(database: str, environment: EnvironmentId) -> str:
    """The sandbox's own login: tells its database, and is one environment's alone."""
    told = re.sub(r"[^0-9a-z_]+", "_", database.casefold()).strip("_")
    end = f"_{_short(environment)}"
    return f"{PREFIX}{told[: LONGEST_NAME - len(PREFIX) - len(end)]}{end}"


def guest_name(environment: EnvironmentId) -> str:
    """The login of a command that a policy runs on the staged copy."""
    return f"{prefix_of(environment)}guest"


def reserved(name: str) -> bool:
    """Whether an environment cannot have that name: it is the server's own, or of the form that ours have."""
    return name in _RESERVED or name.startswith(PREFIX)


def _short(id_: str) -> str:
    """Ids are 13 such characters; anything else is told apart by its hash."""
    return id_ if _PLAIN.fullmatch(id_) else hashlib.sha256(id_.encode()).hexdigest()[:16]
