"""A policy over time: its versions in one environment, what differs between two of them, and who uses which."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.ids import PolicyVersionId


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionEntry:
    """One time an environment was given a version. `number` counts them from 1; a version given again gets another.

    `author` wrote the text, `by` gave it to the environment `at` that moment; both are empty where that was not kept.
    `current` is the one in force, `of_copy` the one that the copy there now was made with.
    """

    version: PolicyVersionId
    number: int
    name: str
    hash: str
    origin: str
    author: str
    by: str
    at: datetime
    current: bool = False
    of_copy: bool = False


class ChangeKind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyChange:
    """One thing that differs. `part` is the file's part it stands in (`columns` of `tables` have one of their own),
    `name` what it is called there, `before` and `after` what is said of it; only what differs of a changed one."""

    part: str
    name: str
    kind: ChangeKind
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyDiff:
    """From version number `old` to `new` of one environment. `text` is the unified difference of the two files; it
    shows what means nothing too, such as comments."""

    old: int
    new: int
    changes: tuple[PolicyChange, ...]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyEntry:
    """A pack, or all versions of a policy of one's own that go by one name, as the newest of them has it.

    `versions` is how many the catalog holds. `environments` have a version of it in force; of these, `outdated` hold a
    copy made with another one. `problem` says why the newest cannot be read, empty as a rule.
    """

    name: str
    title: str
    pack: bool
    version: int
    tables: int
    newest: PolicyVersionId | None = None
    versions: int = 0
    changed_at: datetime | None = None
    author: str = ""
    environments: tuple[str, ...] = ()
    outdated: tuple[str, ...] = ()
    problem: str = ""
