"""What cannot come along from a source to a target, said before anything starts, and left out exactly so."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from app.databases.postgresql.connections import Session
from app.databases.postgresql.dependents import Dependent, Identified, dependents
from app.databases.postgresql.newer_features import newer_features
from app.databases.postgresql.obstacles import Abilities, Obstacle, abilities_of, obstacles
from app.databases.postgresql.shapes import Shapes
from app.domain.findings import Finding, error, note, warning

_SHOWN: Final = 5
"""Names in a message; of more, their number is told."""
_ADVICE: Final = "Use a target of version {} or newer."


@dataclass(frozen=True, slots=True)
class Portability:
    """`left_out` and `compression` are for `Archive.read`: what the findings say does not come along."""

    findings: tuple[Finding, ...]
    left_out: frozenset[Identified]
    compression: bool


def portability_findings(source: Session, target: Session, shapes: Shapes) -> tuple[Finding, ...]:
    """Errors for what the copy would fail at, warnings for what would be missing, notes for what is good to know.

    `target` is a session on the maintenance database, of the role that makes the copies.
    """
    return assess(source, target, shapes).findings


def assess(source: Session, target: Session, shapes: Shapes) -> Portability:
    """The findings, and what they say is left out. Nothing is created on either side to find out."""
    able = abilities_of(target)
    found: list[Finding] = [*_server(source, able, shapes), *_versions(source, able)]
    left_out: set[Identified] = set()
    for obstacle in obstacles(source, able):
        gone, named = dependents(source, [obstacle.identity])
        left_out |= gone
        found.append(_finding(obstacle, named))
    found += _contents(source, able, shapes, left_out)
    packed = source.execute("SELECT FROM pg_attribute WHERE attcompression = 'l' LIMIT 1").fetchone() is not None
    compression = able.lz4 or not packed
    if not compression:
        found.append(
            note(
                "compression-absent",
                "Columns that the source packs with lz4 are packed in the usual way: the target's server has no lz4.",
                shapes.database,
            )
        )
    return Portability(tuple(found), frozenset(left_out), compression)


def _finding(obstacle: Obstacle, named: Sequence[Dependent]) -> Finding:
    tables = [one.name for one in named if one.rows]
    if tables:
        return error(
            obstacle.code,
            f"The {obstacle.title} cannot be made: {obstacle.why}. Tables need it: {_some(tables)}.",
            obstacle.title,
            obstacle.hint,
        )
    along = f" With it are left out: {_some([one.title for one in named])}." if named else ""
    return warning(
        obstacle.code,
        f"The {obstacle.title} does not come along: {obstacle.why}.{along}",
        obstacle.title,
        obstacle.hint,
    )


def _server(source: Session, able: Abilities, shapes: Shapes) -> Iterator[Finding]:
    missing = {
        "i": not able.icu,
        "b": able.major < 17,
        "c": not (able.has_locale(shapes.collate) and able.has_locale(shapes.ctype)),
    }.get(shapes.locale_provider, False)
    if missing and shapes.locale_provider == "c":
        yield warning(
            "locale-absent",
            f"The target's server shows no locale {shapes.collate}, which the source sorts by; perhaps it has it.",
            shapes.database,
            "Have the locale installed on the target's server; if it is there, acknowledge this.",
        )
    elif missing:
        provider = "ICU" if shapes.locale_provider == "i" else "PostgreSQL's own locales (version 17)"
        yield error(
            "locale-absent",
            f"The source sorts by {provider}, and the target's server does not have it.",
            shapes.database,
            "Use a server of the same build as target.",
        )
    ((standby,),) = source.execute("SELECT pg_is_in_recovery()").fetchall()
    unlogged = [table.policy_name for table in shapes.stored if table.unlogged]
    if standby and unlogged:
        yield error(
            "unlogged-on-standby",
            f"The source is a standby, where unlogged tables have no rows to read: {_some(unlogged)}.",
            shapes.database,
            "Copy from the primary server.",
        )


def _versions(source: Session, able: Abilities) -> Iterator[Finding]:
    major = source.info.server_version // 10000
    if able.major < major:
        yield warning(
            "target-older",
            f"The target's server is of version {able.major}, the source's of {major}. Functions and views that use "
            "something newer would stop the copy while its objects are made.",
            "",
            _ADVICE.format(major),
        )
    for feature in newer_features(source, able.major):
        yield error(
            "needs-newer-server",
            f"The target's server is of version {able.major} and knows no {feature.title}: {_some(feature.found)}.",
            feature.title,
            _ADVICE.format(feature.since),
        )


def _contents(source: Session, able: Abilities, shapes: Shapes, left_out: Collection[Identified]) -> Iterator[Finding]:
    for name, version in source.execute(
        "SELECT extname, extversion FROM pg_extension WHERE oid >= 16384 ORDER BY 1"
    ).fetchall():
        there = able.extensions.get(name)
        if there is not None and there[1] and there[0] != version:
            yield note(
                "extension-version",
                f"The extension {name} is of version {version} in the source and becomes {there[0]} in the copy.",
                name,
            )
    for code, query, message, hint in _NOTES:
        found = [str(name) for name, *where in source.execute(query).fetchall() if tuple(where) not in left_out]
        if found:
            yield note(code, message.format(_some(found)), shapes.database, hint)


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_SHOWN])
    return shown if len(names) <= _SHOWN else f"{shown} and {len(names) - _SHOWN} more"


_NOTES: Final = (
    (
        "subscriptions",
        "SELECT subname FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = "
        "current_database()) ORDER BY 1",
        "Subscriptions never come along: {}.",
        "",
    ),
    (
        "foreign-credentials",
        "SELECT DISTINCT srvname, 'pg_foreign_server'::regclass::oid::bigint, srvid::bigint "
        "FROM pg_user_mappings ORDER BY 1",
        "Foreign servers come along without the logins for them: {}. Their tables cannot be read in the copy.",
        "Whoever owns the copy can give it logins of its own: CREATE USER MAPPING.",
    ),
    (
        "tablespaces",
        "SELECT spcname FROM pg_tablespace t WHERE EXISTS (SELECT FROM pg_class c WHERE c.reltablespace = t.oid "
        "AND t.spcname <> 'pg_global') ORDER BY 1",
        "What stands in tablespaces of its own in the source stands in the target's default one: {}.",
        "",
    ),
    (
        "security-labels",
        "SELECT DISTINCT provider FROM pg_seclabel ORDER BY 1",
        "Security labels do not come along; those of {}.",
        "",
    ),
    (
        "database-settings",
        "SELECT DISTINCT split_part(o.setting, '=', 1) FROM pg_db_role_setting s CROSS JOIN unnest(s.setconfig) "
        "AS o (setting) WHERE s.setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database()) "
        "ORDER BY 1",
        "Settings made by ALTER DATABASE or ALTER ROLE ... IN DATABASE do not come along: {}.",
        "Whoever owns the copy can set them again: ALTER DATABASE ... SET ...",
    ),
)
