"""What a column's type is underneath: domains over domains, arrays, enums, composites, ranges, types of extensions."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from app.databases.postgresql.connections import Session
from app.databases.postgresql.shapes import FieldShape
from app.domain.schema import TypeFamily

USER_SCHEMA: Final = r"(n.nspname <> 'information_schema' AND n.nspname !~ '^pg_')"
"""Whether a namespace `n` is people's own. The server reserves names that begin with pg_."""

_FAMILIES: Final[Mapping[str, TypeFamily]] = {
    **dict.fromkeys(("int2", "int4", "int8", "oid"), TypeFamily.INTEGER),
    **dict.fromkeys(("float4", "float8", "numeric", "money"), TypeFamily.NUMBER),
    **dict.fromkeys(("text", "varchar", "bpchar", "name", "char", "xml", "uuid"), TypeFamily.TEXT),
    **dict.fromkeys(("inet", "cidr", "macaddr", "macaddr8", "time", "timetz"), TypeFamily.TEXT),
    **dict.fromkeys(("json", "jsonb"), TypeFamily.JSON),
    **dict.fromkeys(("timestamp", "timestamptz"), TypeFamily.TIMESTAMP),
    "bool": TypeFamily.BOOLEAN,
    "bytea": TypeFamily.BINARY,
    "date": TypeFamily.DATE,
}

_BY_NAME: Final = frozenset(
    {"regproc", "regprocedure", "regoper", "regoperator", "regclass", "regtype", "regrole", "regnamespace"}
    | {"regconfig", "regdictionary", "regcollation", "regdatabase"}
)
"""Their binary form is a number that means something else, or nothing, in another database."""

_HEADER: Final = 4  # bytes a type modifier counts beside the length


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeShape:
    """A type as a column has it; the fields mean what those of `ColumnShape` do."""

    base: str
    family: TypeFamily
    array: bool = False
    domain: bool = False
    nullable: bool = True
    length: int | None = None
    scale: int | None = None
    portable: bool = True
    fields: tuple[FieldShape, ...] = ()
    domains: tuple[int, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of pg_type. `under` is the base type of a domain, the element of an array, the subtype of a range."""

    name: str
    schema: str
    kind: str  # typtype, or A for an array
    category: str
    under: int
    modifier: int
    not_null: bool
    binary: bool
    extension: str | None
    fields: tuple[tuple[str, int, int, str], ...] = ()
    labels: tuple[str, ...] = ()


class Types:
    """Every type that a column of the database has, and those underneath."""

    def __init__(self, rows: Mapping[int, _Row]) -> None:
        self._rows = rows
        self._known: dict[tuple[int, int], TypeShape] = {}

    def of(self, oid: int, modifier: int = -1) -> TypeShape:
        """The type with a column's modifier (`atttypmod`)."""
        at = (oid, modifier)
        if at not in self._known:
            self._known[at] = self._read(oid, modifier)
        return self._known[at]

    def _read(self, oid: int, modifier: int) -> TypeShape:
        row = self._rows.get(oid)
        if row is None:  # dropped while we looked; the copy's own reading says so
            return TypeShape(base="unknown", family=TypeFamily.ANY, portable=False)
        if row.kind == "d":
            under = self.of(row.under, row.modifier)
            return replace(
                under, domain=True, nullable=under.nullable and not row.not_null, domains=(oid, *under.domains)
            )
        if row.kind == "A":
            element = self.of(row.under, modifier)
            if element.array:  # an array of a domain over an array: no list of single values
                return TypeShape(base="nested", family=TypeFamily.ANY, portable=element.portable)
            return replace(element, array=True, nullable=True)
        if row.kind in "rm":
            return TypeShape(
                base="range" if row.kind == "r" else "multirange",
                family=TypeFamily.ANY,
                portable=self.of(row.under).portable,
            )
        if row.kind == "c":
            return self._composite(row)
        if row.kind == "e":
            return TypeShape(base="enum", family=TypeFamily.TEXT, labels=row.labels)
        return _base(row, modifier)

    def _composite(self, row: _Row) -> TypeShape:
        inside = [(name, type_, self.of(oid, modifier)) for name, oid, modifier, type_ in row.fields]
        return TypeShape(
            base="composite",
            family=TypeFamily.ANY,
            portable=all(shape.portable for _, _, shape in inside),
            fields=tuple(
                FieldShape(name=name, type=type_, base=shape.base, family=shape.family, array=shape.array)
                for name, type_, shape in inside
            ),
        )


def _base(row: _Row, modifier: int) -> TypeShape:
    own = row.schema == "pg_catalog"
    name = row.name if own or row.extension else f"{row.schema}.{row.name}"
    family = _FAMILIES.get(row.name) if own else None
    if family is None:
        family = TypeFamily.TEXT if row.category == "S" and not own else TypeFamily.ANY
    length = scale = None
    if own and modifier >= _HEADER:
        if row.name in ("varchar", "bpchar"):
            length = modifier - _HEADER
        elif row.name == "numeric":
            scale = (((modifier - _HEADER) & 0x7FF) ^ 1024) - 1024  # eleven bits with a sign, since 15
    return TypeShape(
        base=name,
        family=family,
        length=length,
        scale=scale,
        portable=row.binary and not (own and row.name in _BY_NAME),
    )


def read_types(session: Session) -> Types:
    """The types of all columns of people's relations, with everything underneath them."""
    rows = session.execute(
        f"""
        WITH RECURSIVE used (oid) AS (
            SELECT DISTINCT a.atttypid FROM pg_attribute a
            JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p', 'f', 'm', 'v') AND a.attnum > 0 AND NOT a.attisdropped AND {USER_SCHEMA}
          UNION
            SELECT next.oid FROM used JOIN pg_type t ON t.oid = used.oid CROSS JOIN LATERAL (
                SELECT t.typbasetype WHERE t.typtype = 'd'
                UNION ALL SELECT t.typelem WHERE t.typsubscript = 'array_subscript_handler'::regproc
                UNION ALL SELECT r.rngsubtype FROM pg_range r WHERE t.oid IN (r.rngtypid, r.rngmultitypid)
                UNION ALL SELECT a.atttypid FROM pg_attribute a
                    WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
            ) AS next (oid)
        )
        SELECT t.oid, t.typname, n.nspname,
            CASE WHEN t.typsubscript = 'array_subscript_handler'::regproc THEN 'A' ELSE t.typtype::text END,
            t.typcategory::text,
            CASE WHEN t.typtype = 'd' THEN t.typbasetype WHEN t.typtype IN ('r', 'm') THEN r.rngsubtype
                 ELSE t.typelem END,
            t.typtypmod, t.typnotnull, t.typsend <> 0 AND t.typreceive <> 0, e.extname
        FROM used JOIN pg_type t ON t.oid = used.oid JOIN pg_namespace n ON n.oid = t.typnamespace
        LEFT JOIN pg_range r ON t.oid IN (r.rngtypid, r.rngmultitypid)
        LEFT JOIN pg_depend d ON d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.objsubid = 0
            AND d.deptype = 'e' AND d.refclassid = 'pg_extension'::regclass
        LEFT JOIN pg_extension e ON e.oid = d.refobjid
        """
    ).fetchall()
    fields = _fields(session, [row[0] for row in rows if row[3] == "c"])
    labels: dict[int, tuple[str, ...]] = {}
    for oid, label in session.execute("SELECT enumtypid, enumlabel FROM pg_enum ORDER BY enumtypid, enumsortorder"):
        labels[oid] = (*labels.get(oid, ()), label)
    return Types(
        {row[0]: replace(_Row(*row[1:]), fields=fields.get(row[0], ()), labels=labels.get(row[0], ())) for row in rows}
    )


def _fields(session: Session, composites: list[int]) -> Mapping[int, tuple[tuple[str, int, int, str], ...]]:
    found: dict[int, tuple[tuple[str, int, int, str], ...]] = {}
    for oid, *field in session.execute(
        "SELECT t.oid, a.attname, a.atttypid, a.atttypmod, format_type(a.atttypid, a.atttypmod) FROM pg_type t "
        "JOIN pg_attribute a ON a.attrelid = t.typrelid WHERE t.oid = ANY (%s) AND a.attnum > 0 "
        "AND NOT a.attisdropped ORDER BY t.oid, a.attnum",
        (composites,),
    ):
        name, type_oid, modifier, text = field
        found[oid] = (*found.get(oid, ()), (name, type_oid, modifier, text))
    return found
