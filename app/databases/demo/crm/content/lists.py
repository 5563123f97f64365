"""The lists that users choose from, and what requests are sorted by."""

from app.databases.demo.crm.content.filling import Filling

# status: the documented base status of a request
ACTIVE, CLOSED, POSTPONED, DELETED, MERGED, SPAM = 1, 2, 3, 4, 5, 6

_LISTS = {
    "Currency": ("NOK", "EUR", "GBP", "USD"),
    "PMembType": ("Project lead", "Member", "Supplier"),
    "PersPos": ("Managing director", "Finance", "Purchasing", "IT", "Sales"),
    "Prob": ("10 %", "30 %", "50 %", "80 %", "Won"),
    "ProjStatus": ("Planned", "Running", "Finished"),
    "ProjType": ("Roll-out", "Event", "Internal"),
    "Reason": ("Price", "Function", "Service", "Relationship"),
    "SaleType": ("New", "Additional", "Renewal"),
    "Source": ("Web form", "Recommendation", "Trade fair", "Call"),
    "TZLocation": ("Oslo", "Berlin", "London"),
    "Category": ("Customer", "Prospect", "Supplier", "Partner"),
    "Business": ("IT", "Trade", "Shipping", "Energy", "Construction", "Public sector"),
    "Task": ("Meeting", "Phone call", "Mail", "Task", "Lunch"),
}
_STATUSES = (
    ("Open", ACTIVE), ("Closed", CLOSED), ("Postponed", POSTPONED), ("Deleted", DELETED), ("Merged", MERGED),
    ("Spam", SPAM), ("Waiting for customer", ACTIVE), ("Solved", CLOSED), ("Waiting for delivery", POSTPONED),
)  # fmt: skip
STATUS_ROWS = {
    base: [n for n, (_, own) in enumerate(_STATUSES, 1) if own == base] for _, base in _STATUSES
}  # fmt: skip
"""Base status to the rows of ticket_status with it."""

CATEGORIES = 5
PRIORITIES = 3
TICKET_TYPES = 2


def fill(filling: Filling, domain: str) -> None:
    """All lists. `domain` is the one that the firm's own addresses end in."""
    for table, names in _LISTS.items():
        for rank, name in enumerate(names, 1):
            filling.add(table, name=name, rank=rank, deleted=0)
    for name, english, two, three, iso, prefix, currency in (
        ("Norge", "Norway", "NO", "NOR", 578, "47", 1),
        ("Deutschland", "Germany", "DE", "DEU", 276, "49", 2),
        ("United Kingdom", "United Kingdom", "GB", "GBR", 826, "44", 3),
    ):
        filling.add("country", name=name, english_name=english, abbrev2=two, abbrev3=three, isoNumber=iso,
                    dialInPrefix=prefix, domainName=two.lower(), currency_id=currency, isBuiltIn=1)  # fmt: skip
    for rank, (name, base) in enumerate(_STATUSES, 1):
        filling.add("ticket_status", name=name, status=base, ts_rank=rank, time_counter=1, deleted=0,
                    no_email_reopen=int(base in (DELETED, SPAM)))  # fmt: skip
    for order, (name, minutes) in enumerate((("Low", 4320), ("Normal", 1440), ("High", 240)), 1):
        filling.add("ticket_priority", name=name, status=1, flags=0, deadline=minutes, sort_order=order)
    for name in ("Request", "Incident"):
        filling.add("ticket_type", name=name, deleted=0)
    for name, parent in (("Users", -1), ("Scripts", -1), ("Support", 1), ("Sales", 1)):
        filling.add("hierarchy", name=name, parent_id=parent)
    for name, parent, heard in (
        ("Support", -1, f"support-lead@{domain},night.watch@{domain}, pager@{domain}"),
        ("Login", 1, f"support-lead@{domain}"),
        ("Invoices", 1, f"accounts@{domain},support-lead@{domain}"),
        ("Sales", -1, None),
        ("Spam", 0, None),
    ):
        full = name if parent < 1 else f"Support/{name}"
        filling.add("ej_category", name=name, parent_id=parent, fullname=full, notification_email=heard,
                    category_master=1, closing_status=2)  # fmt: skip
    filling.add("chat_topic", name="Support", alert_recipient=f"chat-duty@{domain}")
    filling.add("chat_topic", name="Sales", alert_recipient=f"sales@{domain}")
