"""The heart of a policy: which rows of each table come along, and how each column is treated."""

from collections.abc import Mapping

from app.domain.policy import (
    ColumnPolicy,
    Option,
    OptionRef,
    OptionType,
    Rows,
    RowsKind,
    TablePolicy,
    Treatment,
    Value,
)
from app.policy.conditions import read_condition
from app.policy.masks import MASKS, check_parameters
from app.policy.positions import Node, shown
from app.policy.reading import Fields, Reader, is_reference, near
from app.policy.relations import read_checksum, read_references, refuse_circles

_TABLE_KEYS = ("rows", "columns", "reason", "optional", "references", "checksum")
_ROWS = ("all", "none")
_SOME = "some"
_WORDS = (str(Treatment.KEEP), str(Treatment.REVIEW))
_DECISION_KEYS = ("reason", "decided_by", "decided_at")
_HEADS = ("mask", "keep", "review", "treatment")
_OF_A_MASK = ("mask", "treatment", "parameters", *_DECISION_KEYS)
"""The keys beside a mask that are no parameters of it; a parameter named like one of them goes under `parameters`."""


def read_tables(reader: Reader, node: Node) -> dict[str, TablePolicy]:
    found: dict[str, TablePolicy] = {}
    for name, (key, value) in (reader.fields(node, "tables", of_database=True) or {}).items():
        what = f"table {shown(name)}"
        fields = reader.fields(value, what, _TABLE_KEYS)
        if fields is None:
            continue
        found[name] = TablePolicy(
            name=name,
            rows=_rows(reader, fields["rows"][1], what) if "rows" in fields else Rows(),
            columns=_columns(reader, fields["columns"][1], name) if "columns" in fields else {},
            reason=reader.text(fields, "reason"),
            optional="optional" in fields and reader.boolean(fields["optional"][1], "'optional'") is True,
            references=read_references(reader, fields["references"][1], what) if "references" in fields else (),
            checksum=read_checksum(reader, fields["checksum"][1], what) if "checksum" in fields else None,
            position=key.position,
        )
    refuse_circles(reader, found)
    return found


def _rows(reader: Reader, node: Node, what: str) -> Rows:
    if node.is_scalar:
        if node.value in _ROWS:
            return Rows(kind=RowsKind(str(node.value)))
        said = shown(node.value) if isinstance(node.value, str) else node.kind
        reader.problem(node, f"the rows of {what} are all, none, {{option: …}} or {{where: …}}, not {said}")
        return Rows()
    fields = reader.fields(node, f"the rows of {what}", ("where", "option"))
    if fields is None:
        return Rows()
    if not fields:
        reader.problem(node, f"the rows of {what} need 'where' or 'option'")
        return Rows()
    condition = read_condition(reader, fields["where"][1], what) if "where" in fields else ()
    if "option" not in fields:
        return Rows(kind=RowsKind.WHERE, condition=condition)
    option = reader.option(fields["option"][1])
    if option is None:
        return Rows()
    if not _decides_rows(option, some="where" in fields):
        words = "all, none and some" if "where" in fields else "all and none"
        kinds = "" if "where" in fields else "a boolean, or "
        reader.problem(node, f"the option {shown(option.id)} cannot decide rows: take {kinds}a choice of {words}")
        return Rows()
    return Rows(option=option.id, condition=condition)


def _decides_rows(option: Option, *, some: bool) -> bool:
    """Whether an option says which rows come: with a condition beside it, `some` means those it holds for."""
    if option.type is OptionType.BOOLEAN:
        return not some
    words = {*_ROWS, _SOME} if some else set(_ROWS)
    given = set(option.choices)
    return option.type is OptionType.CHOICE and bool(given) and given <= words and (not some or _SOME in given)


def _columns(reader: Reader, node: Node, table: str) -> dict[str, ColumnPolicy]:
    found: dict[str, ColumnPolicy] = {}
    for name, (key, value) in (reader.fields(node, f"the columns of {shown(table)}", of_database=True) or {}).items():
        column = read_column(reader, value, f"column {shown(name)} of {shown(table)}", key)
        if column is not None:
            found[name] = column
    return found


def read_column(reader: Reader, node: Node, what: str, key: Node) -> ColumnPolicy | None:
    """`keep`, `review`, `{mask: NAME, ...}`, `{keep: REASON}`, `{review: REASON}` or `{treatment: ...}`."""
    if node.is_scalar:
        if node.value in _WORDS:
            return ColumnPolicy(treatment=Treatment(str(node.value)), position=key.position)
        _not_a_treatment(reader, node, what)
        return None
    fields = reader.fields(node, what)
    if fields is None:
        return None
    heads = ["mask"] if "mask" in fields else [name for name in _HEADS if name in fields]
    if not heads:
        reader.problem(
            node,
            f"{what} needs 'mask', 'keep', 'review' or 'treatment'"
            + near(next(iter(fields), ""), ("mask", "treatment")),
        )
        return None
    if len(heads) > 1:
        reader.problem(node, f"{what} has {' and '.join(shown(h) for h in heads)}; only one can hold")
        return None
    if "mask" in fields:
        return _masked(reader, node, fields, what, key)
    unknown = [name for name in fields if name not in (*_HEADS, *_DECISION_KEYS)]
    for name in unknown:
        reader.problem(
            fields[name][0], f"{what} has no {shown(name)}{near(name, _DECISION_KEYS)}; only a mask has parameters"
        )
    treatment = _treatment(reader, fields, what)
    return (
        None
        if treatment is None
        else ColumnPolicy(
            treatment=treatment,
            reason=reader.text(fields, str(treatment), reader.text(fields, "reason")),
            decided_by=reader.text(fields, "decided_by"),
            decided_at=reader.text(fields, "decided_at"),
            position=key.position,
        )
    )


def _treatment(reader: Reader, fields: Fields, what: str) -> Treatment | None:
    if "treatment" not in fields:
        word = "keep" if "keep" in fields else "review"
        if "reason" in fields:
            reader.problem(
                fields["reason"][0], f"{what} gives its reason twice; write it after '{word}:' or as 'reason:'"
            )
        return Treatment(word)
    node = fields["treatment"][1]
    if node.value in _WORDS:
        return Treatment(str(node.value))
    if node.value == "mask":
        reader.problem(node, f"{what} is to be masked and names no mask; add 'mask: NAME'")
    else:
        _not_a_treatment(reader, node, what)
    return None


def _not_a_treatment(reader: Reader, node: Node, what: str) -> None:
    if not isinstance(node.value, str):
        reader.problem(node, f"{what} must be keep, review or {{mask: NAME}}, not {node.kind}")
    elif node.value in MASKS:
        reader.problem(node, f"{what}: {shown(node.value)} is a mask; write {{mask: {node.value}}}")
    else:
        known = near(node.value, (*_WORDS, *MASKS))
        reader.problem(node, f"{what} must be keep, review or {{mask: NAME}}, not {shown(node.value)}{known}")


def _masked(reader: Reader, node: Node, fields: Fields, what: str, key: Node) -> ColumnPolicy | None:
    if "treatment" in fields and fields["treatment"][1].value != "mask":
        reader.problem(fields["treatment"][1], f"{what} has a mask, so its treatment can only be mask")
        return None
    named = fields["mask"][1]
    if not isinstance(named.value, str) or named.value not in MASKS:
        said = shown(named.value) if isinstance(named.value, str) else f"named by {named.kind}"
        hint = near(named.value, MASKS) if isinstance(named.value, str) else ""
        extra = "; the mask that empties a column is written 'null' in quotes" if named.value is None else hint
        reader.problem(named, f"there is no mask {said}{extra}")
        return None
    parameters = _parameters(reader, fields, what)
    for message in check_parameters(named.value, _as_shown(parameters, reader.options)):
        reader.problem(node, f"{what}: {message}")
    return ColumnPolicy(
        treatment=Treatment.MASK,
        mask=named.value,
        parameters=parameters,
        reason=reader.text(fields, "reason"),
        decided_by=reader.text(fields, "decided_by"),
        decided_at=reader.text(fields, "decided_at"),
        position=key.position,
    )


def _parameters(reader: Reader, fields: Fields, what: str) -> dict[str, Value]:
    given: Fields = {name: pair for name, pair in fields.items() if name not in _OF_A_MASK}
    if "parameters" in fields:
        for name, pair in (reader.fields(fields["parameters"][1], f"the parameters of {what}") or {}).items():
            if name in given:
                reader.problem(pair[0], f"{what} gives {shown(name)} twice")
            given[name] = pair
    found: dict[str, Value] = {}
    for name, (_, node) in given.items():
        if is_reference(node):
            reference = reader.reference(node)
            if reference is not None:
                found[name] = reference
        elif node.items is not None:
            found[name] = reader.scalars(node, shown(name))
        else:
            single = reader.scalar(node, shown(name))
            if single is not None:
                found[name] = single[0]
    return found


def _as_shown(parameters: Mapping[str, Value], options: Mapping[str, Option]) -> dict[str, Value]:
    """Parameters as they are when a person chooses nothing, so that a default that does not fit is found now."""
    found: dict[str, Value] = {}
    for name, value in parameters.items():
        default = options[value.option].default if isinstance(value, OptionRef) else None
        found[name] = value if default in (None, "", ()) else default
    return found
