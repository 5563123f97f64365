"""One text that changes when anything of a database's structure does."""

import hashlib
from typing import Final

from app.databases.postgresql.connections import Session
from app.databases.postgresql.types import USER_SCHEMA

_OWN: Final = (
    "NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = {0}::regclass AND e.objid = {1} AND e.deptype = 'e')"
)


def _of(catalogue: str, oid: str) -> str:
    """Whether an object is no extension's: what an extension holds, its name and version say."""
    return _OWN.format(f"'{catalogue}'", oid)


_RELATIONS: Final = f"c.relpersistence <> 't' AND {USER_SCHEMA} AND {_of('pg_class', 'c.oid')}"
_FROM_RELATION: Final = "JOIN pg_class c ON c.oid = {0} JOIN pg_namespace n ON n.oid = c.relnamespace WHERE "

_PARTS: Final = (
    # Schemas and extensions.
    f"SELECT n.nspname FROM pg_namespace n WHERE {USER_SCHEMA}",
    "SELECT concat_ws('|', e.extname, e.extversion, e.extnamespace::regnamespace) FROM pg_extension e",
    # Relations: kind, parents, bounds, options.
    "SELECT concat_ws('|', n.nspname, c.relname, c.relkind, c.relpersistence, c.relrowsecurity, c.relforcerowsecurity, "
    "c.relreplident, array_to_string(c.reloptions, ','), pg_get_expr(c.relpartbound, c.oid), "
    "CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END, "
    "(SELECT string_agg(i.inhparent::regclass::text, ',' ORDER BY i.inhseqno) FROM pg_inherits i "
    f"WHERE i.inhrelid = c.oid)) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {_RELATIONS} "
    "AND c.relkind <> 't'",
    # Columns, by their order and not by their number, which a dump does not keep.
    "SELECT concat_ws('|', n.nspname, c.relname, row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum), a.attname, "
    "format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated, a.attislocal, "
    "a.attcollation::regcollation, pg_get_expr(d.adbin, d.adrelid)) FROM pg_attribute a "
    "LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum "
    f"{_FROM_RELATION.format('a.attrelid')}{_RELATIONS} AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'c') "
    "AND a.attnum > 0 AND NOT a.attisdropped",
    # Constraints of tables and of domains.
    "SELECT concat_ws('|', k.conrelid::regclass, k.contypid::regtype, k.conname, pg_get_constraintdef(k.oid)) "
    f"FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace WHERE {USER_SCHEMA}",
    "SELECT concat_ws('|', pg_get_indexdef(i.indexrelid), i.indisvalid, i.indisclustered, i.indisreplident) "
    f"FROM pg_index i {_FROM_RELATION.format('i.indrelid')}{_RELATIONS} AND c.relkind <> 't'",
    f"SELECT concat_ws('|', pg_get_triggerdef(t.oid), t.tgenabled) FROM pg_trigger t "
    f"{_FROM_RELATION.format('t.tgrelid')}{_RELATIONS} AND NOT t.tgisinternal",
    # Rules; a view is one.
    f"SELECT concat_ws('|', pg_get_ruledef(r.oid), r.ev_enabled) FROM pg_rewrite r "
    f"{_FROM_RELATION.format('r.ev_class')}{_RELATIONS}",
    "SELECT concat_ws('|', p.polrelid::regclass, p.polname, p.polcmd, p.polpermissive, "
    "pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) FROM pg_policy p",
    # Types: labels of enums, what domains and ranges are made of.
    "SELECT concat_ws('|', t.oid::regtype, e.enumlabel, "
    "row_number() OVER (PARTITION BY t.oid ORDER BY e.enumsortorder)) FROM pg_enum e "
    "JOIN pg_type t ON t.oid = e.enumtypid",
    "SELECT concat_ws('|', t.oid::regtype, t.typtype, format_type(t.typbasetype, t.typtypmod), t.typnotnull, "
    "t.typdefault, t.typcollation::regcollation, "
    "(SELECT r.rngsubtype::regtype FROM pg_range r WHERE r.rngtypid = t.oid)) "
    "FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace "
    f"WHERE {USER_SCHEMA} AND t.typtype IN ('d', 'r', 'e') AND {_of('pg_type', 't.oid')}",
    # Functions; aggregates by what they are made of.
    "SELECT CASE WHEN p.prokind = 'a' THEN concat_ws('|', p.oid::regprocedure, g.aggtransfn::regprocedure, "
    "g.aggfinalfn, g.agginitval) ELSE pg_get_functiondef(p.oid) END FROM pg_proc p "
    "JOIN pg_namespace n ON n.oid = p.pronamespace LEFT JOIN pg_aggregate g ON g.aggfnoid = p.oid "
    f"WHERE {USER_SCHEMA} AND {_of('pg_proc', 'p.oid')}",
    "SELECT concat_ws('|', s.seqrelid::regclass, s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmax, s.seqmin, "
    "s.seqcache, s.seqcycle) FROM pg_sequence s",
    "SELECT pg_get_statisticsobjdef(s.oid) FROM pg_statistic_ext s",
    "SELECT concat_ws('|', v.evtname, v.evtevent, v.evtfoid::regprocedure, v.evtenabled, "
    "array_to_string(v.evttags, ',')) FROM pg_event_trigger v",
    "SELECT concat_ws('|', p.pubname, p.puballtables, p.pubinsert, p.pubupdate, p.pubdelete, p.pubtruncate, "
    "(SELECT string_agg(r.prrelid::regclass::text, ',' ORDER BY r.prrelid::regclass::text) FROM pg_publication_rel r "
    "WHERE r.prpubid = p.oid)) FROM pg_publication p",
    "SELECT concat_ws('|', s.srvname, w.fdwname, s.srvtype, s.srvversion) FROM pg_foreign_server s "
    "JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw",
    # The rest by name alone: what it is made of are functions, which are above.
    "SELECT concat_ws('|', i.type, i.identity) FROM ("
    + " UNION ALL ".join(
        f"SELECT '{catalogue}'::regclass::oid AS class, o.oid FROM {catalogue} o "
        f"JOIN pg_namespace n ON n.oid = o.{column} WHERE {USER_SCHEMA} AND {_of(catalogue, 'o.oid')}"
        for catalogue, column in (
            ("pg_operator", "oprnamespace"),
            ("pg_opclass", "opcnamespace"),
            ("pg_opfamily", "opfnamespace"),
            ("pg_collation", "collnamespace"),
            ("pg_conversion", "connamespace"),
            ("pg_ts_config", "cfgnamespace"),
            ("pg_ts_dict", "dictnamespace"),
            ("pg_ts_parser", "prsnamespace"),
            ("pg_ts_template", "tmplnamespace"),
        )
    )
    + ") o CROSS JOIN LATERAL pg_identify_object(o.class, o.oid, 0) AS i",
)


def fingerprint_of(session: Session) -> str:
    """SHA-256 over everything structural, the same after a dump and a restore. No rights, owners or comments."""
    digest = hashlib.sha256()
    for part in _PARTS:
        row = session.execute(
            # In the database's own encoding, for one that has none (SQL_ASCII) converts to no other.
            "SELECT encode(sha256(convert_to(coalesce(string_agg(line, E'\\n' ORDER BY line COLLATE \"C\"), ''), "
            f"getdatabaseencoding())), 'hex') FROM ({part}) AS lines (line)"
        ).fetchone()
        digest.update(str(row[0] if row else "").encode())
    return digest.hexdigest()
