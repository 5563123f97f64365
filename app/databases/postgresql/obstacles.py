"""Objects of the source that the target's server, or the role that makes copies there, cannot make."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from app.databases.postgresql.connections import Session
from app.databases.postgresql.dependents import Identified

_BUILT_IN: Final = 16384
"""Oids below are of objects that every server is made with."""
_MANAGED: Final = ("rds_superuser", "cloudsqlsuperuser", "azure_pg_admin", "alloydbsuperuser")
"""Roles of managed services, whose members may create extensions that are not trusted elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """One such object. `why` follows on a colon; `hint` says what would let it come along."""

    code: str
    identity: Identified
    title: str
    why: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """What the target is and may."""

    version: int
    superuser: bool
    managed: bool
    icu: bool
    locales: frozenset[str]
    collations: frozenset[str]
    roles: frozenset[str]
    lz4: bool
    extensions: dict[str, tuple[str, bool]]
    """By name: the version it would have, and whether the role may create it."""
    guarded_settings: frozenset[str]
    """Settings that only a superuser changes."""

    @property
    def major(self) -> int:
        return self.version // 10000

    def has_locale(self, name: str) -> bool:
        return folded_locale(name) in self.locales


def abilities_of(target: Session) -> Abilities:
    """Read on the target's maintenance database."""
    version = target.info.server_version
    superuser, managed = target.execute(
        "SELECT rolsuper, EXISTS (SELECT FROM pg_roles m WHERE m.rolname = ANY(%s) AND pg_has_role(m.oid, 'MEMBER')) "
        "FROM pg_roles WHERE rolname = current_user",
        (list(_MANAGED),),
    ).fetchall()[0]
    extensions = target.execute(
        "SELECT e.name, e.default_version, v.trusted OR NOT v.superuser FROM pg_available_extensions e "
        "JOIN pg_available_extension_versions v ON v.name = e.name AND v.version = e.default_version"
    ).fetchall()
    locales = target.execute(
        "SELECT collcollate FROM pg_collation WHERE collprovider = 'c' UNION SELECT datcollate FROM pg_database"
    ).fetchall()
    collations = target.execute(
        "SELECT collname FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace "
        "WHERE n.nspname = 'pg_catalog'"
    ).fetchall()
    compressions = target.execute(
        "SELECT enumvals FROM pg_settings WHERE name = 'default_toast_compression'"
    ).fetchall()
    guarded = target.execute("SELECT name FROM pg_settings WHERE context <> 'user'").fetchall()
    names = frozenset(name for (name,) in collations)
    return Abilities(
        version=version,
        superuser=superuser,
        managed=managed,
        icu="und-x-icu" in names,
        locales=frozenset(folded_locale(name) for (name,) in locales if name) | {"c", "posix"},
        collations=names,
        roles=frozenset(name for (name,) in target.execute("SELECT rolname FROM pg_roles").fetchall()) | {"public"},
        lz4=any("lz4" in (values or ()) for (values,) in compressions),
        extensions={name: (default, superuser or managed or may) for name, default, may in extensions},
        guarded_settings=frozenset() if superuser else frozenset(name for (name,) in guarded),
    )


def folded_locale(name: str) -> str:
    """`en_US.UTF-8` and `en_US.utf8` are one."""
    return name.casefold().replace("-", "")


def obstacles(source: Session, able: Abilities) -> Iterator[Obstacle]:
    yield from _extensions(source, able)
    yield from _collations(source, able)
    yield from _policies(source, able)
    if not able.superuser:
        yield from _superusers(source, able)


def _extensions(source: Session, able: Abilities) -> Iterator[Obstacle]:
    for catalog, oid, name in source.execute(
        "SELECT 'pg_extension'::regclass::oid::bigint, oid::bigint, extname FROM pg_extension WHERE oid >= %s "
        "ORDER BY 3",
        (_BUILT_IN,),
    ).fetchall():
        there = able.extensions.get(name)
        if there is None:
            yield Obstacle(
                code="extension-absent",
                identity=(catalog, oid),
                title=f"extension {name}",
                why="the target's server does not have it",
                hint=f"Have the package with {name} installed on the target's server.",
            )
        elif not there[1]:
            yield Obstacle(
                code="extension-not-trusted",
                identity=(catalog, oid),
                title=f"extension {name}",
                why="on the target's server only a superuser may create it",
                hint="Give the sandbox's database with a superuser's login, or have the server's administrator mark "
                f"the extension as trusted (trusted = true in {name}.control).",
            )


def _collations(source: Session, able: Abilities) -> Iterator[Obstacle]:
    """Collations that people made or use, and the target has no rules for."""
    columns = "c.collcollate" if source.info.server_version < 150000 else "coalesce(c.collcollate, '')"
    for catalog, oid, name, schema, provider, locale in source.execute(
        "SELECT 'pg_collation'::regclass::oid::bigint, c.oid::bigint, c.collname, n.nspname, c.collprovider, "
        f"{columns} FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace WHERE n.nspname <> 'pg_catalog' "
        "OR EXISTS (SELECT FROM pg_depend d WHERE d.refclassid = 'pg_collation'::regclass AND d.refobjid = c.oid) "
        "ORDER BY 3"
    ).fetchall():
        if schema == "pg_catalog":
            missing = name not in able.collations
        elif provider == "i":
            missing = not able.icu
        elif provider == "b":
            missing = able.major < 17
        else:
            missing = not able.has_locale(locale)
        if missing:
            yield Obstacle(
                code="collation-absent",
                identity=(catalog, oid),
                title=f"collation {name}",
                why="the target's server does not know its rules",
                hint="Use a server of the same build; or have the locale installed there and then run "
                "SELECT pg_import_system_collations('pg_catalog').",
            )


def _policies(source: Session, able: Abilities) -> Iterator[Obstacle]:
    for catalog, oid, name, table, roles in source.execute(
        "SELECT 'pg_policy'::regclass::oid::bigint, p.oid::bigint, p.polname, p.polrelid::regclass::text, "
        "array(SELECT coalesce(r.rolname, 'public') FROM unnest(p.polroles) AS u (id) LEFT JOIN pg_roles r "
        "ON r.oid = u.id)::text[] FROM pg_policy p ORDER BY 4, 3"
    ).fetchall():
        absent = sorted(set(roles) - able.roles)
        if absent:
            yield Obstacle(
                code="policy-role-absent",
                identity=(catalog, oid),
                title=f"row-security policy {name} on {table}",
                why=f"it is for {', '.join(absent)}, and the target's server has no such role",
                hint="; ".join(f'CREATE ROLE "{role}"' for role in absent) + " on the target's server.",
            )


def _superusers(source: Session, able: Abilities) -> Iterator[Obstacle]:
    """What only a superuser may make."""
    for code, words, catalog, query in _GUARDED:
        if "pg_publication_namespace" in query and source.info.server_version < 150000:
            query = query.partition(" OR EXISTS")[0]
        for oid, name in source.execute(f"SELECT * FROM ({query}) AS o (oid, name) ORDER BY 2").fetchall():
            yield _guarded(source, code, words, catalog, oid, name)
    for oid, name, settings in source.execute(
        "SELECT o.oid::bigint, o.oid::regprocedure::text, array(SELECT split_part(s, '=', 1) FROM unnest(o.proconfig) "
        f"AS u (s)) FROM pg_proc o WHERE o.proconfig IS NOT NULL AND {_FREE.format('pg_proc')}"
    ).fetchall():
        if able.guarded_settings & set(settings):
            yield _guarded(source, "needs-superuser", "function", "pg_proc", oid, name)


def _guarded(source: Session, code: str, words: str, catalog: str, oid: int, name: str) -> Obstacle:
    ((catalog_oid,),) = source.execute("SELECT %s::regclass::oid::bigint", (catalog,)).fetchall()
    return Obstacle(
        code=code,
        identity=(catalog_oid, oid),
        title=f"{words} {name}",
        why="on the target's server only a superuser may make it",
        hint="Give the sandbox's database with a superuser's login, if the copy needs it.",
    )


_FREE: Final = (
    "o.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = '{0}'::regclass AND e.objid = o.oid "
    "AND e.deptype IN ('e', 'i'))"
)
"""Made by people: not by an extension, and not by the server together with another object."""


_OWN_TYPE: Final = (
    "EXISTS (SELECT FROM pg_type t WHERE t.oid = o.{0} AND t.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend e "
    "WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e'))"
)
"""A type of people's own: what is added to one of the server's is a superuser's to add."""


def _named(catalog: str, column: str, condition: str = "true") -> str:
    return f"SELECT o.oid::bigint, o.{column}::text FROM {catalog} o WHERE {_FREE.format(catalog)} AND ({condition})"


_GUARDED: Final = (
    ("event-trigger", "event trigger", "pg_event_trigger", _named("pg_event_trigger", "evtname")),
    (
        "publication",
        "publication",
        "pg_publication",
        _named(
            "pg_publication",
            "pubname",
            "o.puballtables OR EXISTS (SELECT FROM pg_publication_namespace n WHERE n.pnpubid = o.oid)",
        ),
    ),
    (
        "needs-superuser",
        "foreign-data wrapper",
        "pg_foreign_data_wrapper",
        _named("pg_foreign_data_wrapper", "fdwname"),
    ),
    ("needs-superuser", "language", "pg_language", _named("pg_language", "lanname")),
    (
        "needs-superuser",
        "function",
        "pg_proc",
        _named(
            "pg_proc",
            "oid::regprocedure",
            "o.proleakproof OR o.prosupport <> 0 OR EXISTS (SELECT FROM pg_language l WHERE l.oid = o.prolang "
            "AND NOT l.lanpltrusted AND o.prokind <> 'a') OR EXISTS (SELECT FROM pg_aggregate a WHERE a.aggfnoid = "
            "o.oid AND 'internal'::regtype IN (a.aggtranstype, a.aggmtranstype))",
        ),
    ),
    (
        "needs-superuser",
        "type",
        "pg_type",
        _named(
            "pg_type",
            "oid::regtype",
            "o.typtype = 'b' AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = o.oid)",
        ),
    ),
    ("needs-superuser", "operator class", "pg_opclass", _named("pg_opclass", "opcname")),
    ("needs-superuser", "operator family", "pg_opfamily", _named("pg_opfamily", "opfname")),
    ("needs-superuser", "access method", "pg_am", _named("pg_am", "amname")),
    ("needs-superuser", "text search parser", "pg_ts_parser", _named("pg_ts_parser", "prsname")),
    ("needs-superuser", "text search template", "pg_ts_template", _named("pg_ts_template", "tmplname")),
    (
        "needs-superuser",
        "transform",
        "pg_transform",
        _named("pg_transform", "trftype::regtype", "NOT " + _OWN_TYPE.format("trftype")),
    ),
    (
        "needs-superuser",
        "cast",
        "pg_cast",
        _named(
            "pg_cast",
            "castsource::regtype::text || ' AS ' || o.casttarget::regtype",
            f"o.castmethod = 'b' OR NOT ({_OWN_TYPE.format('castsource')} OR {_OWN_TYPE.format('casttarget')})",
        ),
    ),
)
