"""The part `options` of a policy: what a person may choose."""

import re

from app.domain.policy import ChoicesFrom, Option, OptionType, Scalar, Value
from app.policy.conditions import read_condition
from app.policy.positions import Node, shown
from app.policy.reading import Reader, near

_EMAIL = re.compile(r"[^@\s\x00-\x1f\"<>(),;:\\]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.\-]{0,251}[A-Za-z0-9])?\Z")
_KEYS = ("id", "type", "title", "help", "default", "choices", "choices_from")
_TYPES = tuple(str(kind) for kind in OptionType)


def read_options(reader: Reader, node: Node) -> tuple[Option, ...]:
    found: dict[str, Option] = {}
    for item in reader.items(node, "options"):
        option = _option(reader, item)
        if option is None:
            continue
        if option.id in found:
            reader.problem(item, f"there are two options {shown(option.id)}")
            continue
        found[option.id] = option
    return tuple(found.values())


def _option(reader: Reader, node: Node) -> Option | None:
    fields = reader.fields(node, "an option", _KEYS)
    if fields is None or not reader.required(node, fields, ("id", "type"), "an option"):
        return None
    id_ = reader.id(fields, "an option")
    kind = reader.text(fields, "type")
    if kind not in _TYPES:
        if kind:
            reader.problem(
                fields["type"][1],
                f"there is no option type {shown(kind)}{near(kind, _TYPES)}; types: {', '.join(_TYPES)}",
            )
        return None
    type_ = OptionType(kind)
    choices = _choices(reader, node, fields.get("choices", (node, None))[1], type_)
    from_ = _choices_from(reader, fields["choices_from"][1], type_) if "choices_from" in fields else None
    default: Value = None
    if "default" in fields:
        default = _default(reader, fields["default"][1], type_, choices)
    if id_ is None:
        return None
    return Option(
        id=id_,
        type=type_,
        title=reader.text(fields, "title", id_),
        help=reader.text(fields, "help"),
        default=default,
        choices=choices,
        choices_from=from_,
    )


def _choices(reader: Reader, option: Node, node: Node | None, type_: OptionType) -> tuple[str, ...]:
    if node is None:
        if type_ is OptionType.CHOICE:
            reader.problem(option, "an option of type choice needs 'choices'")
        return ()
    if type_ is not OptionType.CHOICE:
        reader.problem(node, f"only an option of type choice has 'choices'; this one is {type_}")
        return ()
    values = reader.scalars(node, "choices")
    texts = tuple(value for value in values if isinstance(value, str) and value)
    if len(texts) != len(values):
        reader.problem(node, "each choice must be a text; put numbers, true and false in quotes")
    elif len(set(texts)) != len(texts):
        reader.problem(node, "a choice stands here twice")
    elif not texts:
        reader.problem(node, "an option of type choice needs at least one choice")
    return texts


def _choices_from(reader: Reader, node: Node, type_: OptionType) -> ChoicesFrom | None:
    """`{table: T, value: COLUMN, label: COLUMN, where: CONDITION}`."""
    what = "'choices_from'"
    if type_ is not OptionType.LIST:
        reader.problem(node, f"only an option of type list has {what}; this one is {type_}")
        return None
    fields = reader.fields(node, what, ("table", "value", "label", "where"))
    if fields is None or not reader.required(node, fields, ("table", "value"), what):
        return None
    value = reader.text(fields, "value", limit=100_000)
    return ChoicesFrom(
        table=reader.text(fields, "table", limit=100_000),
        value=value,
        label=reader.text(fields, "label", value, limit=100_000),
        condition=read_condition(reader, fields["where"][1], what) if "where" in fields else (),
    )


def _default(reader: Reader, node: Node, type_: OptionType, choices: tuple[str, ...]) -> Value:
    if type_ is OptionType.LIST and node.items is not None:
        value: Scalar | tuple[Scalar, ...] = reader.scalars(node, "default")
    else:
        single = reader.scalar(node, "the default")
        if single is None:
            return None
        value = single[0]
    wrong = refusal(type_, choices, value)
    if wrong:
        reader.problem(node, f"the default {wrong}")
        return None
    return value


def refusal(type_: OptionType, choices: tuple[str, ...], value: Scalar | tuple[Scalar, ...]) -> str:
    """What is wrong with a value for an option of that type, in words that follow "the value"; empty when it fits.
    None always fits: nothing was chosen."""
    if value is None:
        return ""
    if type_ is OptionType.LIST:
        if not isinstance(value, tuple):
            return "must be a list"
        return "" if all(isinstance(v, str) and v for v in value) else "must hold texts only"
    if type_ is OptionType.BOOLEAN:
        return "" if isinstance(value, bool) else "must be true or false"
    if type_ is OptionType.INTEGER:
        return "" if isinstance(value, int) and not isinstance(value, bool) else "must be a whole number"
    if not isinstance(value, str):
        return "must be a text"
    if type_ is OptionType.EMAIL and value and not _EMAIL.match(value):
        return "must be an e-mail address"
    if type_ is OptionType.CHOICE and value not in choices:
        return f"must be one of {', '.join(shown(c) for c in choices)}"
    return ""
