"""What a policy says of a table beyond its columns: references that lead to other tables, and checksums over rows."""

from collections.abc import Mapping
from typing import Final

from app.domain.policy import Checksum, Gone, ReferencePolicy, Scalar, TablePolicy
from app.policy.positions import Node, shown
from app.policy.reading import Reader, near

_GONE: Final = tuple(str(gone) for gone in Gone)


def read_references(reader: Reader, node: Node, what: str) -> tuple[ReferencePolicy, ...]:
    """A mapping of columns to `follow` or `detach` (where the database declares the foreign key) or to
    `{to: TABLE.COLUMN, none: [VALUES], gone: stop|follow|detach}`."""
    fields = reader.fields(node, f"the references of {what}", of_database=True) or {}
    found = [_reference(reader, column, key, value) for column, (key, value) in fields.items()]
    return tuple(reference for reference in found if reference is not None)


def refuse_circles(reader: Reader, tables: Mapping[str, TablePolicy]) -> None:
    """Note each circle of tables that follow one another as far as the file itself says where references lead."""
    following = {
        name.casefold(): [
            (reference.table.casefold(), reference)
            for reference in table.references
            if reference.table is not None and reference.gone is Gone.FOLLOW
        ]
        for name, table in tables.items()
    }
    settled: set[str] = set()
    for start in following:
        _walk(reader, start, following, settled)


_Following = Mapping[str, list[tuple[str, ReferencePolicy]]]


def _walk(reader: Reader, start: str, following: _Following, settled: set[str]) -> None:
    path = [start]
    stack = [iter(following[start])] if start not in settled else []
    while stack:
        parent, reference = next(stack[-1], (None, None))
        if parent is None or reference is None:
            settled.add(path.pop())
            stack.pop()
        elif parent in path:
            circle = " → ".join(shown(name) for name in (*path[path.index(parent) :], parent))
            if reference.position is not None:
                reader.problem(
                    reference.position,
                    f"following references leads in a circle ({circle}); use detach for one of them",
                )
        elif parent not in settled and parent in following:
            path.append(parent)
            stack.append(iter(following[parent]))


def _reference(reader: Reader, column: str, key: Node, node: Node) -> ReferencePolicy | None:
    what = f"the reference {shown(column)}"
    if node.is_scalar:
        gone = _gone(reader, node, what)
        return None if gone is None else ReferencePolicy(column=column, gone=gone, position=key.position)
    fields = reader.fields(node, what, ("to", "none", "gone"))
    if fields is None:
        return None
    gone = _gone(reader, fields["gone"][1], what) if "gone" in fields else Gone.STOP
    nothing = _nothing(reader, fields["none"][1], what) if "none" in fields else ()
    table, referred = _place(reader, fields["to"][1], what) if "to" in fields else (None, None)
    if gone is None or ("to" in fields and table is None):
        return None
    return ReferencePolicy(
        column=column, table=table, referred=referred, nothing=nothing, gone=gone, position=key.position
    )


def _gone(reader: Reader, node: Node, what: str) -> Gone | None:
    if node.value in _GONE:
        return Gone(str(node.value))
    said = shown(node.value) if isinstance(node.value, str) else node.kind
    hint = near(node.value, _GONE) if isinstance(node.value, str) else ""
    reader.problem(node, f"{what} is one of {', '.join(_GONE)}, or {{to: TABLE.COLUMN}}, not {said}{hint}")
    return None


def _nothing(reader: Reader, node: Node, what: str) -> tuple[Scalar, ...]:
    if node.is_scalar:
        single = reader.scalar(node, f"'none' of {what}")
        values: tuple[Scalar, ...] = single or ()
    else:
        values = reader.scalars(node, f"'none' of {what}")
    return tuple(value for value in values if value is not None)


def _place(reader: Reader, node: Node, what: str) -> tuple[str | None, str | None]:
    """TABLE.COLUMN; the last dot outside double quotes divides them."""
    text = node.value if isinstance(node.value, str) else ""
    quoted, at = False, -1
    for position, character in enumerate(text):
        if character == '"':
            quoted = not quoted
        elif character == "." and not quoted:
            at = position
    table, column = text[:at].strip(), text[at + 1 :].strip()
    if at < 0 or not table or not column:
        said = shown(text) if isinstance(node.value, str) else node.kind
        reader.problem(node, f"'to' of {what} is TABLE.COLUMN, not {said}")
        return None, None
    if len(column) > 1 and column[0] == column[-1] == '"':
        column = column[1:-1].replace('""', '"')
    return table, column


def place_text(table: str, column: str) -> str:
    """TABLE.COLUMN as `_place` reads it back."""
    plain = not set(column) & set('."')
    return f"{table}.{column}" if plain else f'{table}."{column.replace(chr(34), chr(34) * 2)}"'


def read_checksum(reader: Reader, node: Node, what: str) -> Checksum | None:
    """A column's name, or `{column: NAME, recomputed_by: RUN}`."""
    what = f"the checksum of {what}"
    if node.is_scalar:
        if isinstance(node.value, str) and node.value:
            return Checksum(column=node.value)
        reader.problem(node, f"{what} is the name of a column, not {node.kind}")
        return None
    fields = reader.fields(node, what, ("column", "recomputed_by"))
    if fields is None or not reader.required(node, fields, ("column",), what):
        return None
    by = reader.text(fields, "recomputed_by") or None
    if by is not None and by not in reader.runs:
        reader.problem(
            fields["recomputed_by"][1], f"there is nothing {shown(by)} in 'run' of this policy{near(by, reader.runs)}"
        )
    return Checksum(column=reader.text(fields, "column", limit=100_000), recomputed_by=by)


def references_data(references: tuple[ReferencePolicy, ...]) -> dict[str, object]:
    """The references as they are written in a file."""
    return {reference.column: _reference_data(reference) for reference in references}


def _reference_data(reference: ReferencePolicy) -> object:
    if reference.table is None and not reference.nothing:
        return str(reference.gone)
    data: dict[str, object] = {}
    if reference.table is not None and reference.referred is not None:
        data["to"] = place_text(reference.table, reference.referred)
    if reference.nothing:
        data["none"] = list(reference.nothing)
    if reference.gone is not Gone.STOP:
        data["gone"] = str(reference.gone)
    return data


def checksum_data(checksum: Checksum) -> object:
    if checksum.recomputed_by is None:
        return checksum.column
    return {"column": checksum.column, "recomputed_by": checksum.recomputed_by}
