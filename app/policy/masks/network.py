"""Network addresses that nothing answers at."""

import re
from collections.abc import Iterable
from ipaddress import AddressValueError, IPv6Address
from typing import Final

from app.domain.findings import Finding
from app.domain.plan import ColumnPlan
from app.domain.policy import OptionType
from app.domain.schema import TypeFamily
from app.policy.masks.declarations import CODES, TEXTS, Example, Given, Mask, MaskDeclaration, Parameter
from app.policy.masks.keyed import TOKEN_LETTERS, Subkeys, is_token, remembered, token_of
from app.policy.masks.space import needs_room, needs_unique
from app.policy.masks.values import Spare, otherwise
from app.ports.databases import RowValue

_V4 = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}(?=$|[:/])")
_V6 = re.compile(r"\[?([0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)(?:%\w+)?\]?(?=$|/|:\d+$)")
_AFTER = re.compile(r"(?::\d{1,5}|/\d{1,3})?")
DOCUMENTATION: Final = ("192.0.2", "198.51.100", "203.0.113")  # RFC 5737
_AS_NUMBER: Final = (0xC0000200, 0xC6336400, 0xCB007100)
_URL = re.compile(r"\s*(?:[A-Za-z][A-Za-z0-9+.-]*:)?//[^/?#\s]*([^?#\s]*)[^\s]*\s*", re.DOTALL)
_BARE = re.compile(r"\s*[\w-]+(?:\.[\w-]+)+(?::\d+)?(/[^?#\s]*)?(?:[?#]\S*)?\s*")


def _refuse_template(value: Given) -> str:
    if not str(value) or any(c.isspace() for c in str(value)):
        return "is empty or holds white space"
    return ""


TEMPLATE = Parameter(
    name="template",
    type=OptionType.TEXT,
    title="Address in its place",
    help="Stands in place of scheme and host: an address, or a variable the application fills in, such as [csti].",
    default="https://example.invalid",
    refuse=_refuse_template,
)


_PROGRAM = re.compile(r"([^=\s/?#]+)=(\S+)")


def _refuse_programs(value: Given) -> str:
    given = value if isinstance(value, tuple) else (value,)
    wrong = [str(item) for item in given if not _PROGRAM.fullmatch(str(item))]
    return f"holds {wrong[0]!r}, which is not of the form ticket.fcgi=<csti>" if wrong else ""


PROGRAMS = Parameter(
    name="programs",
    type=OptionType.LIST,
    title="Programs with a variable of their own",
    help="Such as ticket.fcgi=<csti>: an address that ends in that program becomes the variable, folders and all.",
    default=(),
    refuse=_refuse_programs,
)
KEEP_QUERY = Parameter(
    name="keep_query",
    type=OptionType.LIST,
    title="Query fields kept",
    help="Fields of the query that stay behind a program's variable, such as action; all others go.",
    default=(),
)


def _ip(column: ColumnPlan, keys: Subkeys) -> Mask:
    number, spare, limit = keys.number("ip"), Spare(column, keys), column.length

    def four(value: str) -> str:
        drawn = number(value.encode()) % 762
        masked = f"{DOCUMENTATION[drawn // 254]}.{drawn % 254 + 1}"
        return masked if masked != value else f"{masked.rpartition('.')[0]}.{(drawn + 1) % 254 + 1}"

    def six(value: str) -> str:
        drawn = number(value.encode())
        masked = f"2001:db8:{drawn >> 48:x}:{drawn >> 32 & 0xFFFF:x}::{drawn >> 16 & 0xFFFF:x}:{drawn & 0xFFFF | 1:x}"
        return masked if masked != value else f"2001:db8::{drawn & 0xFFFF | 1:x}"

    def text(value: str) -> str:
        core = value.strip()
        if not core:
            return value[:limit]
        match = _V4.match(core)
        if match is not None and _AFTER.fullmatch(core, match.end()):
            masked = four(match[0]) + core[match.end() :]
            return masked if limit is None or len(masked) <= limit else four(match[0])[:limit]
        match = _V6.match(core)
        if match is not None and _AFTER.fullmatch(core, match.end()):
            try:
                masked = six(IPv6Address(match[1]).compressed)
            except AddressValueError:
                return spare.text(value)
            tail = core[match.end() :]
            masked = f"[{masked}]{tail}" if core.startswith("[") else masked + tail
            return (
                masked
                if limit is None or len(masked) <= limit
                else f"2001:db8::{number(core.encode()) % 9999:x}"[:limit]
            )
        return spare.text(value)

    fallback = otherwise(text, column, keys)

    def mask(value: RowValue) -> RowValue:
        if isinstance(value, int) and 0 <= value < 1 << 32:
            drawn = number(b"%d" % value) % 762
            masked = _AS_NUMBER[drawn // 254] + drawn % 254 + 1
            return masked if masked != value else masked ^ 3
        if isinstance(value, bytes) and len(value) in (4, 16):
            drawn = number(value)
            if len(value) == 4:
                masked = _AS_NUMBER[drawn % 3] + drawn // 3 % 254 + 1
                return (masked if masked.to_bytes(4, "big") != value else masked ^ 3).to_bytes(4, "big")
            return bytes.fromhex("20010db8") + bytes(4) + drawn.to_bytes(8, "big")
        return fallback(value)

    return remembered(mask)


def _ip_produces(column: ColumnPlan, value: RowValue) -> bool:
    if isinstance(value, bytes):
        return value.startswith((b"\xc0\x00\x02", b"\xc6\x33\x64", b"\xcb\x00\x71", b"\x20\x01\x0d\xb8"))
    if isinstance(value, int):
        return any(base <= value < base + 256 for base in _AS_NUMBER)
    text = str(value).strip().lstrip("[").lower()
    return text.startswith((*(f"{net}." for net in DOCUMENTATION), "2001:db8:"))


def _ip_limits(column: ColumnPlan, rows: int | None) -> Iterable[Finding]:
    yield from needs_unique(column, rows, 762, "Use digits or token.")
    if column.length is not None and column.length < 13:
        yield from needs_room(column, rows, TOKEN_LETTERS, 5)


def variables(column: ColumnPlan) -> dict[str, str]:
    """The variables that stand for whole addresses, by the program the address ends in (in small letters)."""
    given = PROGRAMS.of(column)
    pairs = [str(item).partition("=") for item in (given if isinstance(given, tuple) else (given,)) if item]
    return {program.casefold(): variable for program, _, variable in pairs}


def _names(column: ColumnPlan) -> frozenset[str]:
    given = KEEP_QUERY.of(column)
    return frozenset(str(name).casefold() for name in (given if isinstance(given, tuple) else (given,)) if name)


def _on_variable(value: str, programs: dict[str, str], kept: frozenset[str]) -> str | None:
    """The address on the variable of the program it ends in, None where it ends in none of them."""
    core = value.strip()
    address, mark, query = core.partition("?")
    known = {variable.casefold(): variable for variable in programs.values()}
    variable = programs.get(address.rpartition("/")[2].casefold()) or known.get(address.casefold())
    if variable is None:
        return None
    fields = [f for f in query.partition("#")[0].split("&") if f.partition("=")[0].casefold() in kept]
    safe = [f for f in fields if "@" not in f and "%40" not in f]
    return variable + (mark + "&".join(safe) if safe else "")


def _url(column: ColumnPlan, keys: Subkeys) -> Mask:
    template, limit, token = TEMPLATE.text(column), column.length, token_of(keys.state("url"))
    joined = template.rstrip("/")
    programs, kept = variables(column), _names(column)

    def text(value: str) -> str:
        if not value.strip():
            return value[:limit]
        whole = _on_variable(value, programs, kept) if programs else None
        if whole is not None and not column.unique and (limit is None or len(whole) <= limit):
            return whole
        match = _URL.fullmatch(value) or _BARE.fullmatch(value)
        path = match[1] if match else None
        if path and ("@" in path or "%40" in path):
            path = "/".join(token(part) if "@" in part or "%40" in part else part for part in path.split("/"))
        masked = (
            joined + path if path and path != "/" else template + ("/" if path and not template.endswith("/") else "")
        )
        if column.unique:
            masked = f"{masked}#{token(value)}"
        if limit is not None and len(masked) > limit:
            masked = f"{template}#{token(value)}"[:limit] if column.unique else template[:limit]
        return masked

    other = otherwise(text, column, keys)
    return other if column.unique else remembered(other)


def _url_produces(column: ColumnPlan, value: RowValue) -> bool:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    if not isinstance(text, str):
        return False
    if not text.startswith((TEMPLATE.text(column).rstrip("/"), *variables(column).values())):
        return False
    return not column.unique or is_token(text.rpartition("#")[2])


def _url_limits(column: ColumnPlan, rows: int | None) -> Iterable[Finding]:
    template = TEMPLATE.text(column)
    if column.unique:
        yield from needs_room(column, rows, TOKEN_LETTERS, len(template) + 1)
    elif column.length is not None and column.length < len(template):
        yield from needs_room(column, rows, 8, len(template) - 8)


IP = MaskDeclaration(
    name="ip",
    title="IP address",
    help="Replaces an address by one of the ranges for documentation: 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24, "
    "2001:db8::/32.",
    keeps="Version, port and prefix length; the same address is the same everywhere.",
    breaks="Networks and places. Many IPv4 addresses become one: there are 762.",
    families=CODES | {TypeFamily.BINARY},
    examples=(
        Example(before="10.1.2.3", after="203.0.113.187"),
        Example(before="fe80::1", after="2001:db8:bace:9a1c::a9fd:8c9f"),
    ),
    make=_ip,
    produces=_ip_produces,
    limits=_ip_limits,
)
URL_TEMPLATE = MaskDeclaration(
    name="url_template",
    title="Web address on a template",
    help="Replaces scheme and host by a template and drops the query; what is no address becomes the template alone, "
    "and a part of the path that holds an e-mail address becomes a token. Addresses of programs that have a variable "
    "become that variable.",
    keeps="The path; of an address of such a program only the query fields named.",
    breaks="Links to the world outside, and everything a query said. In a unique column a token follows.",
    families=TEXTS,
    parameters=(TEMPLATE, PROGRAMS, KEEP_QUERY),
    examples=(
        Example(before="https://crm.harbor.example/cust/7?token=abc", after="https://example.invalid/cust/7"),
        Example(
            before="https://online.crm.example/Cust1/scripts/x.fcgi",
            after="[csti]/Cust1/scripts/x.fcgi",
            parameters={"template": "[csti]"},
        ),
        Example(
            before="https://online3.crm.example/Cust1/CS/scripts/ticket.fcgi?action=listTicket&sid=a1b2",
            after="<csti>?action=listTicket",
            parameters={"programs": ("ticket.fcgi=<csti>",), "keep_query": ("action",)},
        ),
    ),
    make=_url,
    produces=_url_produces,
    limits=_url_limits,
)
DECLARATIONS = (IP, URL_TEMPLATE)
