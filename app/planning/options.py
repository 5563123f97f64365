"""What a person chose, put where the policy refers to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from app.domain.findings import Finding, error
from app.domain.policy import Option, OptionRef, OptionType, Policy, Scalar, Value
from app.planning.names import Names, short
from app.policy.options import refusal

Chosen: TypeAlias = Scalar | tuple[Scalar, ...]

_TRUE, _FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """The value of every option of a policy, defaults filled in, and what is wrong with what was chosen."""

    values: Mapping[str, Chosen]
    findings: tuple[Finding, ...] = ()

    def value(self, value: Value) -> Chosen:
        """A value of the policy with a reference replaced by what was chosen."""
        return self.values.get(value.option) if isinstance(value, OptionRef) else value

    def parameters(self, given: Mapping[str, Value]) -> dict[str, Chosen]:
        """A mask's parameters. An option left empty leaves the parameter out, so the mask's own default holds."""
        found: dict[str, Chosen] = {}
        for name, value in given.items():
            final = self.value(value)
            if not (isinstance(value, OptionRef) and final in (None, "", ())):
                found[name] = final
        return found

    def columns(self, values: Mapping[str, Value]) -> dict[str, Value]:
        return {name: self.value(value) for name, value in values.items()}


def resolve(policy: Policy, chosen: Mapping[str, Chosen]) -> Resolved:
    """Every option's value. What was chosen may come from a form (typed) or a command line (text)."""
    findings: list[Finding] = []
    names = Names(policy.options, lambda option: option.id)
    known = {option.id for option in policy.options}
    for name in chosen:
        if name not in known:
            said = f"The policy {short(policy.name)} has no option {short(name)}.{names.like(name)}"
            listed = ", ".join(sorted(known)) or "none"
            findings.append(error("unknown-option", said, name[:80], f"Its options: {listed}."))
    values: dict[str, Chosen] = {}
    for option in policy.options:
        given = chosen.get(option.id)
        value = _read(option, given) if given is not None else None
        wrong = refusal(option.type, option.choices, value)
        if wrong:
            findings.append(error("option-value", f"The option {short(option.id)} {wrong}.", option.id, option.help))
            value = None
        if value is None:
            value = _default(option)
        if value is None and option.type is OptionType.CHOICE and not wrong:
            said = f"Nothing was chosen for {short(option.id)} ({option.title})."
            findings.append(error("option-missing", said, option.id, f"Choose one of {', '.join(option.choices)}."))
        values[option.id] = value
    return Resolved(values=values, findings=tuple(findings))


def _default(option: Option) -> Chosen:
    if option.default is not None and not isinstance(option.default, OptionRef):
        return option.default
    if option.type is OptionType.BOOLEAN:
        return False
    return () if option.type is OptionType.LIST else None


def _read(option: Option, given: Chosen) -> Chosen:
    """Text from a command line as the option's type; what cannot be read stays as it is and is refused."""
    if option.type is OptionType.LIST and isinstance(given, str):
        return tuple(part.strip() for part in given.split(",") if part.strip())
    if not isinstance(given, str):
        return given
    text = given.strip()
    if option.type is OptionType.BOOLEAN and text.lower() in (*_TRUE, *_FALSE):
        return text.lower() in _TRUE
    if option.type is OptionType.INTEGER and text.lstrip("+-").isdecimal() and len(text) < 20:
        return int(text)
    return text if option.type in (OptionType.EMAIL, OptionType.CHOICE) else given
