"""The Service module's mailboxes, what waits in them, mailings, and the tables known by their addresses alone."""

from app.databases.demo.crm.content.filling import Filling
from app.databases.demo.crm.content.office import DOMAIN
from app.databases.demo.crm.tables.mentioned import MENTIONED

_MAILBOXES = (
    # documented server types: Imap 2, Pops 5, Imaps 6, Mailgun 8, ImapOAuth 9
    ("support", 8), ("sales", 6), ("accounts", 5), ("news", 9),
)  # fmt: skip
_SHIPMENTS = (
    # documented statuses: Ok 1, Canceled 2, Waiting 3, AwaitPopulate 9
    ("Spring news", 1), ("Autumn news", 3), ("Invitation to the user day", 9), ("Withdrawn offer", 2),
)  # fmt: skip
FORMS = 2

Recipient = tuple[int, int, str, str]
"""Contact, person, the person's name and address."""


def fill(filling: Filling) -> None:
    for number, (name, kind) in enumerate(_MAILBOXES, 1):
        filling.add("mail_in_filter", server_type=kind, pop_server=f"mail{number}.{DOMAIN}",
                    pop_user=f"{name}@{DOMAIN}",
                    pop_password=filling.secret(18), domain=DOMAIN, address=f"{name}@{DOMAIN}", category_id=number,
                    priority=2, status=1, next_check=filling.ahead(0, 10), last_success=filling.ago(0),
                    last_error=None if number < 4 else f"Token of {name}@{DOMAIN} expired", ticket_type=1)  # fmt: skip
        filling.add("mail_alias", filter_id=number, alias=f"{name}.nordlys@crm-mail.example")
    for number in range(6):
        filling.add("inbox", mail_in_filter=1 + number % 4, uidl=filling.hexadecimal(24), created=filling.ago(0, 9,
                    number),
                    imported=None if number % 2 else filling.ago(0, 9, number + 1), status=number % 2, mail_size=4000,
                    next_retry=filling.ahead(0, 10) if number % 2 else None)  # fmt: skip
    for number in range(1, FORMS + 1):
        filling.add("form", name=("Contact us", "User day")[number - 1], status=1)
    for table, (_, columns) in MENTIONED.items():
        for number in range(1, 5):
            filling.add(table, **{column: _mentioned(filling, column, number) for column in columns})


def send_mailings(filling: Filling, recipients: list[Recipient]) -> None:
    """Mailings sent, withdrawn and waiting to be sent; each to every fourth of the recipients."""
    project = filling.coming("project") - 1
    for number, (description, status) in enumerate(_SHIPMENTS, 1):
        chosen = recipients[number - 1 :: len(_SHIPMENTS)]
        filling.add("selection", associate_id=1, group_idx=3, name=description, seltype=0, targetTableNumber=5,
                    memberCount=len(chosen))  # fmt: skip
        filling.add("s_message", description=description, subject=description, access_key=filling.secret(24),
                    html_body=f"<p>Dear [[firstname]], write to news@{DOMAIN}</p>")  # fmt: skip
        filling.add("s_shipment", description=description, message_id=number, from_addr=f"news@{DOMAIN}",
                    reply_addr=f"sales@{DOMAIN}", envelope_from=f"bounce@{DOMAIN}", smtp_serv=f"smtp.{DOMAIN}",
                    start_date=filling.ago(200) if status < 3 else filling.ahead(2, 6), status=status,
                    recipients=len(chosen), selection_id=number,
                    project_id=project if number == 1 else -1)  # fmt: skip
        for contact, person, name, email in chosen:
            filling.add("selectionmember", selection_id=number, contact_id=contact, person_id=person,
                        targetTableNumber=5, targetRecordId=contact)  # fmt: skip
            filling.add("s_shipment_addr", shipment_id=number, address=email, name=name, customer_id=person,
                        contact_id=contact, status=2 if status == 1 else 1,
                        sending_time=filling.ago(200, 7) if status == 1 else None)  # fmt: skip


def _mentioned(filling: Filling, column: str, number: int) -> str:
    if "addr" in column or "mail" in column.lower() or column in ("email_to", "reply_to", "forward_to"):
        return f"{column.lower().replace('_', '-')}{number}@visitor-post.example"
    return f"smtp{number}.{DOMAIN}" if column == "smtp_server" else filling.secret(32)
