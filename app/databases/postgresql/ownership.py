"""The checklist's item about the copy's own login: what was verified of it, before anybody is let in."""

from typing import Final

from app.databases.postgresql.connections import Session
from app.databases.postgresql.logins import Login
from app.databases.proof.items import item, not_applicable
from app.domain.environments import Identity
from app.domain.operations import ChecklistItem

_ITEM: Final = ("login", "The copy has a login of its own")
_QUERY: Final = """
SELECT has_database_privilege('public', %(copy)s::oid, 'CONNECT'),
    (SELECT datname FROM pg_database WHERE oid = %(source)s::oid AND has_database_privilege(%(login)s, oid, 'CONNECT')),
    (SELECT count(*) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = %(login)s)
"""


def without_login() -> ChecklistItem:
    """For a copy that stays the worker's."""
    why = "There is no place to keep a password for it, so the copy stays with the role that makes it."
    return not_applicable(*_ITEM, why)


def login_item(session: Session, login: Login, copy: Identity, source: Identity) -> ChecklistItem:
    """`session` is one on the maintenance database of the copy's server. What is wrong is an item that failed."""
    here = source.major == copy.major and source.engine == copy.engine
    asked = {"copy": copy.minor, "source": source.minor if here else None, "login": login.name}
    row = session.execute(_QUERY, asked).fetchone()
    open_, reached, roles = row if row is not None else (True, None, 0)
    wrong = []
    if login.mighty:
        wrong.append(f"{login.name} has rights over the whole server")
    if open_:
        wrong.append("every login of the server may connect to the copy")
    if reached is not None:
        wrong.append(f"{login.name} may connect to the production database {reached}")
    if roles:
        wrong.append(f"{login.name} is a member of {roles:,} other roles")
    evidence = (
        f"The copy will belong to {login.name}: no superuser, a member of no other role, without the right to make "
        f"databases or roles. It {'may not connect to production' if here else 'is not on the server of production'}, "
        "and no other login of the server may connect to the copy."
    )
    if wrong:
        evidence = "; ".join(wrong) + "."
    return item(*_ITEM, not wrong, evidence, wrong[0] if wrong else login.name)
