"""Requests that customers sent to the Service module: tickets with their messages, attachments and chats."""

from app.databases.demo.crm.content import lists, texts
from app.databases.demo.crm.content.customers import Customer, Person
from app.databases.demo.crm.content.filling import Filling
from app.databases.demo.crm.content.office import DOMAIN, User

SUPPORT = f"support@{DOMAIN}"

# Taken in turn, so that even a small demo has each: open, postponed and merged ones are what a clean-up must mind.
_STATES = (
    lists.ACTIVE, lists.CLOSED, lists.POSTPONED, lists.CLOSED, lists.MERGED, lists.CLOSED, lists.ACTIVE, lists.CLOSED,
    lists.SPAM, lists.CLOSED, lists.CLOSED, lists.DELETED, lists.CLOSED, lists.CLOSED,
)  # fmt: skip
_ORIGINS = (1, 1, 1, 4, 8, 11, 12)  # documented: Email 1, Phone 4, CustomerCentre 8, Chat 11, Form 12
_FILES = (("image/png", "screenshot.png"), ("application/pdf", "invoice.pdf"), ("text/plain", "log.txt"))


class RequestMaker:
    """Makes the requests of one customer after the other."""

    def __init__(self, filling: Filling, users: list[User]) -> None:
        self._filling = filling
        self._users = users

    def make(self, customer: Customer) -> None:
        filling = self._filling
        for _ in range(1 if customer.number % 3 else 2):
            if filling.chance(0.75) or filling.coming("ticket") <= len(_STATES):
                self._ticket(customer, filling.pick(customer.people))
        if customer.number % 9 == 3:
            self._chat(customer, customer.people[0])

    def _ticket(self, customer: Customer, person: Person) -> None:
        filling = self._filling
        number, agent = filling.coming("ticket"), filling.pick(self._users)
        status = _STATES[number % len(_STATES)]
        if status == lists.MERGED and number == 1:
            status = lists.CLOSED  # merged into none would be no request at all
        age = filling.below(900) if status != lists.ACTIVE else filling.below(40)
        category, file = 5 if status == lists.SPAM else 1 + filling.below(4), filling.chance(0.25)
        title, body = filling.pick(texts.REQUESTS[customer.land.language])
        words: texts.Words = {**customer.words, "name": person.name, "phone": person.phone, "email": person.email,
                              "last": person.last}  # fmt: skip
        answered = age < 30 or filling.chance(0.6)
        over = status not in (lists.ACTIVE, lists.POSTPONED)
        filling.add("ticket", connect_id=number - 1 if status == lists.MERGED else -1, title=f"{title} ({person.name})",
                    created_at=filling.ago(age), last_changed=filling.ago(age, 15),
                    closed_at=filling.ago(age, 15) if over else None, created_by=agent.service_user,
                    owned_by=agent.service_user if number % 8 else -1, category=category, status=status,
                    ticket_status=filling.pick(lists.STATUS_ROWS[status]), cust_id=person.number,
                    contact_id=customer.number, sale_id=0 if number % 2 else customer.sale or -1,
                    project_id=customer.project or -1,
                    priority=1 + filling.below(lists.PRIORITIES), slevel=2, filter_id=1 + number % 4,
                    filter_address=SUPPORT, author=person.email, origin=_ORIGINS[number % len(_ORIGINS)],
                    deadline=None if over else filling.ahead(number % 9),
                    from_address=f"{person.name} <{person.email}>",
                    ticket_type=1 + number % lists.TICKET_TYPES)  # fmt: skip
        message = self._message(customer, number, person, body.format_map(words), filling.ago(age), None)
        if file:
            attachment = self._attachment(person)
            filling.add("ticket_attachment", attachment_id=attachment, message_id=message, inline_image=number % 2,
                        content_id=f"{attachment}@{customer.domain}")  # fmt: skip
        if answered:
            reply = texts.REPLIES[customer.land.language].format_map(words)
            answer = self._message(customer, number, person, reply, filling.ago(age, 11), agent)
            if number % 40 == 1:
                self._waiting(number, answer, person, title, reply)

    def _attachment(self, person: Person) -> int:
        filling = self._filling
        kind, name = filling.pick(_FILES)
        return filling.add("attachment", content_type=kind, name=f"{person.last} {name}", charset="utf-8",
                           att_size=1000 + filling.below(900_000), auth_key=filling.hexadecimal(40))  # fmt: skip

    def _message(self, customer: Customer, ticket: int, person: Person, body: str, at: str, agent: User | None) -> int:
        filling = self._filling
        number, others = filling.coming("ej_message"), [p for p in customer.people[:2] if p is not person]
        sender = f"{agent.name} <{SUPPORT}>" if agent else f"{person.name} <{person.email}>"
        receiver = f"{person.name} <{person.email}>" if agent else SUPPORT
        copies = ", ".join(p.email for p in others)
        header = f"From: {sender}\r\nTo: {receiver}\r\n" + (f"Cc: {copies}\r\n" if copies else "")
        address = f"<{filling.hexadecimal(20)}@{DOMAIN if agent else customer.domain}>"
        filling.add("ej_message", ticket_id=ticket, created_at=at, created_by=agent.service_user if agent else -1,
                    type=1, message_category=2 if agent else 1, author=SUPPORT if agent else person.email, slevel=2,
                    message_id=address, customer_id=person.number, body=body,
                    html_body=f"<p>{body}</p><p><a href=\"mailto:{person.email}\">{person.name}</a></p>"
                    if number % 3 == 0 else None,
                    email_header=f"{header}Message-ID: {address}\r\n",
                    body_attachment=self._attachment(person) if number % 60 == 2 else -1)  # fmt: skip
        for receiving in (person, *others) if agent is None else (person,):
            filling.add("message_customers", message_id=number, customer_id=receiving.number, email=receiving.email)
        return number

    def _waiting(self, ticket: int, message: int, person: Person, title: str, body: str) -> None:
        """An answer that has not left yet: in a copy that goes live it would."""
        content = f"From: {SUPPORT}\r\nTo: {person.name} <{person.email}>\r\nSubject: {title}\r\n\r\n{body}"
        filling = self._filling
        filling.add("outbox", ticket_id=ticket, message_id=message, subject=f"Re: {title}", from_email=SUPPORT,
                    from_envelope=f"bounce@{DOMAIN}", rcpt=f"{person.email},archive@{DOMAIN}", status=ticket % 2,
                    retries=ticket % 3, next_retry=filling.ahead(0, 10), rfc822_content=content, type=1)  # fmt: skip

    def _chat(self, customer: Customer, person: Person) -> None:
        filling = self._filling
        filling.add("chat_session", topic_id=1 + customer.number % 2, user_id=filling.pick(self._users).service_user,
                    customer_id=person.number, customer_alias=person.first, status=1 + customer.number % 3,
                    session_key=filling.hexadecimal(32), name=person.name, company_name=customer.name,
                    email=person.email, phone=person.phone,
                    ticket_id=filling.coming("ticket") - 1, first_message=f"Hi, I am {person.name}",
                    last_message=f"Write to {person.email}", contact_id=customer.number)  # fmt: skip
