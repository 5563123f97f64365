"""Names people give, and refs that are made of them."""

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

from app.domain.environments import Environment, Tenant
from app.errors import UserError
from app.ports.catalog import Transaction

LONGEST_NAME = 120
"""Characters a name may have; long enough for any organisation, short enough for a column."""


def clean_name(given: str, what: str, *, slash: bool) -> str:
    """The name in its one spelling: NFC, without blanks around it.

    Raises UserError for an empty or too long one and for characters that do not show or that turn the direction of
    writing (a name must not be able to look like another). `slash` says whether it may hold one.
    """
    try:
        given.encode()
    except UnicodeEncodeError:
        raise UserError(
            f"The {what}'s name is not text", "It holds bytes that are no characters.", "Type it anew, in UTF-8."
        ) from None
    name = unicodedata.normalize("NFC", given).strip()
    if not name:
        raise UserError(f"The {what} has no name", "The name given is empty.", "Give it a name of 1 to 120 characters.")
    if len(name) > LONGEST_NAME:
        raise UserError(
            f"The {what}'s name is too long",
            f"It has {len(name):,} characters and begins with {shown(name[:30])}.",
            f"Use {LONGEST_NAME} characters at most.",
        )
    hidden = sorted({f"U+{ord(c):04X}" for c in name if not _shows(c)})
    if hidden:
        raise UserError(
            f"The {what}'s name holds characters that do not show",
            f"In {shown(name)}: {', '.join(hidden)}.",
            "Leave out line breaks, tabs, control characters and marks that turn the direction of writing.",
        )
    if not slash and "/" in name:
        raise UserError(
            f"The {what}'s name holds a slash",
            f"{shown(name)} cannot be told from TENANT/NAME.",
            "Use another character, such as a hyphen.",
        )
    return name


def _shows(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def shown(text: str) -> str:
    """Text somebody gave, safe to print: quoted, with what does not show as escapes, cut at 80 characters."""
    short = text if len(text) <= 80 else text[:79] + "…"
    return '"' + "".join(c if _shows(c) else c.encode("unicode_escape", "replace").decode() for c in short) + '"'


def split_ref(ref: str) -> tuple[str, str]:
    """TENANT/NAME in its parts: the last slash decides, because environment names hold none.

    Raises UserError when there is no slash or a part is empty.
    """
    tenant, slash, name = unicodedata.normalize("NFC", ref).rpartition("/")
    tenant, name = tenant.strip(), name.strip()
    if not slash or not tenant or not name:
        raise UserError(
            f"{shown(ref)} is not an environment",
            "An environment is named by its tenant, a slash and its own name.",
            'For example "Harbor Insurance/sandbox"; `sandkeeper environment list` shows them all.',
        )
    return tenant, name


def the_tenant(tx: Transaction, name: str) -> Tenant:
    """The tenant of that name. Raises UserError, naming similar ones, when there is none."""
    wanted = unicodedata.normalize("NFC", name).strip()
    tenant = tx.tenants.find(wanted)
    if tenant is None:
        raise UserError(
            f"There is no tenant {shown(name)}", _near(wanted, (t.name for t in tx.tenants.all())), _TENANTS
        )
    return tenant


def the_environment(tx: Transaction, ref: str) -> Environment:
    """The environment TENANT/NAME. Raises UserError, naming similar ones, when there is none."""
    tenant_name, name = split_ref(ref)
    environment = tx.environments.find(tenant_name, name)
    if environment is None:
        tenant = the_tenant(tx, tenant_name)
        there = [e.name for e in tx.environments.all(tenant.id)]
        raise UserError(
            f"{tenant.name} has no environment {shown(name)}",
            _near(name, there) or (f"It has {', '.join(there[:10])}." if there else "It has none yet."),
            "`sandkeeper environment list` shows them all; `environment add` registers one.",
        )
    return environment


def _near(name: str, names: Iterable[str]) -> str:
    near = get_close_matches(name, list(names), n=3)
    return f"Did you mean {' or '.join(near)}?" if near else ""


_TENANTS = "`sandkeeper tenant list` shows them all; `tenant add` registers one."
