"""The CRM's structure, declared once and written out for either kind of database.

After the vendor's public documentation of its tables, names exactly as there, mixed case and all. The tables stand in
the folder `tables`, by area.
"""

from functools import cache

from sqlalchemy import Column, Index, MetaData

from app.databases.demo import declared
from app.databases.demo.crm.tables import access, customers, mail, mentioned, outward, service

_INDEXED = (
    ("contact", "name"), ("contact", "orgNr"), ("person", "contact_id"), ("person", "lastname", "firstname"),
    ("address", "owner_id", "atype_idx"), ("phone", "owner_id", "ptype_idx"), ("phone", "searchPhoneNumber"),
    ("Email", "email_address"), ("Email", "person_id"), ("text", "owner_id", "type"), ("sale", "contact_id"),
    ("appointment", "contact_id"), ("appointment", "associate_id", "activeDate"), ("document", "appointment_id"),
    ("ticket", "cust_id"), ("ticket", "status", "owned_by"), ("ej_message", "ticket_id"),
    ("message_customers", "message_id"), ("email_item", "account_id"),
)  # fmt: skip
_UNIQUE = (
    ("UserPreference", "deflevel", "owner_id", "prefsection", "prefkey"), ("sequence", "TableName"),
    ("OnlineApp", "clientId"), ("ejuser", "loginname"),
)  # fmt: skip
_VIEWS = """
CREATE VIEW open_requests AS
    SELECT t.id, t.title, t.created_at, p.firstname, p.lastname, c.name AS company, u.loginname AS owner
      FROM ticket AS t JOIN ticket_status AS s ON s.id = t.ticket_status AND s.status = 1
      LEFT JOIN person AS p ON p.person_id = t.cust_id LEFT JOIN contact AS c ON c.contact_id = p.contact_id
      LEFT JOIN ejuser AS u ON u.id = t.owned_by;
"""


@cache
def schema() -> MetaData:
    """All tables. Their `info` says their number, a column's what it refers to and which values refer to nothing."""
    metadata = MetaData()
    for area in (access, customers, mail, service, outward, mentioned):
        area.declare(metadata)
    for place in (*_INDEXED, *_UNIQUE):
        table = metadata.tables[place[0]]
        Index("_".join(("ix", *place)), *(table.c[name] for name in place[1:]), unique=place in _UNIQUE)
    return metadata


def references() -> list[tuple[Column[object], Column[object], tuple[int, ...]]]:
    """(column, what it refers to, values that refer to nothing): kept, though no foreign key says so."""
    tables = schema().tables
    found = []
    for table in tables.values():
        for column in table.c:
            if to := column.info.get("to"):
                parent, _, name = to.partition(".")
                found.append((column, tables[parent].c[name], column.info["none"]))
    return found


def before(engine: str) -> str:
    """The tables, for "sqlite" or "postgresql"."""
    return declared.before(schema(), engine)


def after(engine: str) -> str:
    """Indexes and views."""
    return declared.after(schema(), engine) + _VIEWS
