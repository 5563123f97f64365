"""E-mail addresses: the same person's address is the same in every table, and a mail to it reaches nobody."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from app.domain.findings import Finding, warning
from app.domain.plan import ColumnPlan
from app.domain.policy import OptionType
from app.policy.masks.declarations import TEXTS, Example, Given, Mask, MaskDeclaration, Parameter
from app.policy.masks.keyed import TOKEN_LETTERS, Subkeys, cased, encoded, is_token, letters
from app.policy.masks.space import needs_room
from app.policy.masks.values import otherwise
from app.policy.masks.words import words
from app.ports.databases import RowValue

_ADDRESS = re.compile(r"[^\s,;<>()\[\]\"':]+@[^\s,;<>()\[\]\"':]+")
_DOMAIN = re.compile(
    r"(?!.{254})([A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]"
)
_ALIAS = re.compile(r"[A-Za-z0-9.!#$%&'*/=?^_`{|}~-]{1,40}@(.+)")
_RESERVED = ("invalid", "example", "test", "localhost", "example.com", "example.net", "example.org")


def reserved(domain: str) -> bool:
    """Whether a domain can never be registered by anyone (RFC 2606, RFC 6761)."""
    folded = domain.lower()
    return any(folded == end or folded.endswith("." + end) for end in _RESERVED)


def _refuse_domain(value: Given) -> str:
    if not _DOMAIN.fullmatch(str(value)):
        return "is not a domain name such as example.invalid"
    return ""


def _refuse_alias(value: Given) -> str:
    match = _ALIAS.fullmatch(str(value))
    if match is None or not _DOMAIN.fullmatch(match[1]):
        return "is not an e-mail address without a + such as qa@agency.example"
    return ""


DOMAIN = Parameter(
    name="domain",
    type=OptionType.TEXT,
    title="Mail domain",
    help="The domain of every masked address. Domains under .invalid, .example and .test belong to nobody.",
    default="example.invalid",
    refuse=_refuse_domain,
)
ALIAS = Parameter(
    name="alias",
    type=OptionType.EMAIL,
    title="Address that receives the mail",
    help="An address you control; every masked address is an alias of it, such as qa+bdkmrsvp...@agency.example.",
    required=True,
    refuse=_refuse_alias,
)
OPTIONAL_ALIAS = replace(
    ALIAS,
    required=False,
    help="Left out, mail goes nowhere. An address you control: every masked address is an alias of it instead.",
)


def _mask(column: ColumnPlan, keys: Subkeys, before: str, after: str) -> Mask:
    copy, limit = keys.state("email").copy, column.length
    count = TOKEN_LETTERS if limit is None else max(1, min(TOKEN_LETTERS, limit - len(before) - len(after)))
    fits = limit is None or len(before) + count + len(after) <= limit

    def one(core: str) -> str:
        exact = encoded(core)
        folded = exact.lower()
        state = copy()
        state.update(folded)
        token = letters(state.digest())
        if exact != folded:
            token = cased(token, exact, folded, copy)
        text = f"{before}{token[:count]}{after}"
        return text if fits else text[:limit]

    def several(value: str) -> str:
        core = value.strip()
        if not core:
            return value[:limit]
        start = value.index(core)
        if core.isascii() and not any(c in core for c in " ,;<"):
            text = value[:start] + one(core) + value[start + len(core) :]
            return text if limit is None or len(text) <= limit else one(core)
        found: list[str] = _ADDRESS.findall(core)
        if len(found) < 2:
            return one(found[0] if found else core)
        out = one(found[0])
        for address in found[1:]:
            longer = f"{out}; {one(address)}"
            if limit is not None and len(longer) > limit:
                break
            out = longer
        return out

    other = otherwise(several, column, keys)

    def mask(value: RowValue) -> RowValue:
        if type(value) is not str or " " in value or "," in value or ";" in value or "<" in value:
            return other(value)
        exact = value.encode("utf-8", "surrogatepass")
        folded = exact.lower()
        if exact != folded or not exact or exact.strip() is not exact:
            return other(value)
        state = copy()
        state.update(exact)
        return before + letters(state.digest()) + after

    return mask if fits and count == TOKEN_LETTERS else other


def _email(column: ColumnPlan, keys: Subkeys) -> Mask:
    return _mask(column, keys, *around(column))


def around(column: ColumnPlan) -> tuple[str, str]:
    """What stands before and after the token in every address that a column's mask writes."""
    return _parts(column) if ALIAS.of(column) is not None else ("", "@" + DOMAIN.text(column))


def _parts(column: ColumnPlan) -> tuple[str, str]:
    local, _, domain = ALIAS.text(column).rpartition("@")
    return f"{local}+", f"@{domain}"


def _alias(column: ColumnPlan, keys: Subkeys) -> Mask:
    return _mask(column, keys, *_parts(column))


def _produces(before: str, after: str) -> Callable[[RowValue], bool]:
    def produces(value: RowValue) -> bool:
        text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
        if not isinstance(text, str):
            return False
        core = text.strip()
        return (
            core.startswith(before)
            and core.endswith(after)
            and is_token(core[len(before) : len(core) - len(after)], len(core) - len(before) - len(after))
            and len(core) > len(before) + len(after)
        )

    return produces


def _email_produces(column: ColumnPlan, value: RowValue) -> bool:
    if ALIAS.of(column) is not None:
        return _alias_produces(column, value)
    return _produces("", "@" + DOMAIN.text(column))(value)


def _alias_produces(column: ColumnPlan, value: RowValue) -> bool:
    return _produces(*_parts(column))(value)


def _email_limits(column: ColumnPlan, rows: int | None) -> Iterable[Finding]:
    if ALIAS.of(column) is not None:
        yield from _alias_limits(column, rows)
        return
    domain = DOMAIN.text(column)
    folded = domain.lower()
    if any(folded == public or folded.endswith("." + public) for public in words("public_domains")):
        yield warning(
            "mask.public_domain",
            f"Masked addresses would lie at {domain}, where anyone may own them or read their mail.",
            column.column,
            "Use example.invalid, or a domain you control.",
        )
    elif not reserved(domain) and not _refuse_domain(domain):
        yield warning(
            "mask.live_domain",
            f"Masked addresses would lie at {domain}, which is not reserved: mail to them can be delivered.",
            column.column,
            "Use example.invalid unless you control that domain.",
        )
    yield from needs_room(column, rows, TOKEN_LETTERS, len(domain) + 1)


def _alias_limits(column: ColumnPlan, rows: int | None) -> Iterable[Finding]:
    if ALIAS.of(column) is not None:
        before, after = _parts(column)
        yield from needs_room(column, rows, TOKEN_LETTERS, len(before) + len(after))


EMAIL = MaskDeclaration(
    name="email",
    title="E-mail address",
    help="Replaces an address by an opaque one at a reserved domain. Several addresses in one value stay several.",
    keeps="Who is the same person: equal addresses stay equal in every table, with or without capitals.",
    breaks="Anything that reads the name or the company out of the address.",
    families=TEXTS,
    parameters=(DOMAIN, OPTIONAL_ALIAS),
    examples=(
        Example(before="anna@harbor.example", after="qrjfdtbqchnbndth@example.invalid"),
        Example(before="Anna@harbor.example", after="qRjfDTbqChnbNdTh@example.invalid"),
        Example(before="Anna Hansen <anna@harbor.example>", after="qrjfdtbqchnbndth@example.invalid"),
    ),
    make=_email,
    produces=_email_produces,
    limits=_email_limits,
)
EMAIL_ALIAS = MaskDeclaration(
    name="email_alias",
    title="Alias of your own address",
    help="Replaces an address by an alias of one you control, so that live mail from the copy can be tested.",
    keeps="Who is the same person; mail can be delivered, all of it to you.",
    breaks="Systems that refuse a + in an address.",
    families=TEXTS,
    parameters=(ALIAS,),
    examples=(
        Example(
            before="anna@harbor.example",
            after="qa+qrjfdtbqchnbndth@agency.example",
            parameters={"alias": "qa@agency.example"},
        ),
    ),
    make=_alias,
    produces=_alias_produces,
    limits=_alias_limits,
)
DECLARATIONS = (EMAIL, EMAIL_ALIAS)
