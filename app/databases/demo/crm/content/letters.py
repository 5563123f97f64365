"""Users' own mail accounts, and the mail that was fetched from them."""

from app.databases.demo.crm.content import texts
from app.databases.demo.crm.content.customers import Customer
from app.databases.demo.crm.content.filling import Filling
from app.databases.demo.crm.content.office import DOMAIN, User


class LetterMaker:
    """Gives two of three users a mail account, and their customers' mail into it."""

    def __init__(self, filling: Filling, users: list[User]) -> None:
        self._filling = filling
        self._accounts: dict[int, tuple[int, int, User]] = {}
        for number, user in enumerate(users):
            if number % 3 < 2:
                self._accounts[user.associate] = self._account(number, user)

    def make(self, customer: Customer) -> None:
        """Perhaps a letter of this customer to the user it belongs to."""
        filling, place = self._filling, self._accounts.get(customer.owner.associate)
        if place is None or not (filling.chance(0.6) or filling.coming("email_item") < 4):
            return
        account, folder, user = place
        person, language = filling.pick(customer.people), customer.land.language
        words: texts.Words = {**customer.words, "name": person.name, "phone": person.phone, "email": person.email}
        subject, body = (part.format_map(words) for part in texts.LETTERS[language])
        sender, receiver = f"{person.name} <{person.email}>", f"{user.name} <{user.email}>"
        copies = ", ".join(f"{p.name} <{p.email}>" for p in customer.people if p is not person) or None
        address, sent = f"<{filling.hexadecimal(24)}@{customer.domain}>", filling.ago(filling.below(300))
        copied = f"Cc: {copies}\r\n" if copies else ""
        mime = (
            f"From: {sender}\r\nTo: {receiver}\r\n{copied}Subject: {subject}\r\nMessage-ID: {address}\r\n"
            f"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{body}"
        )
        item = filling.add("email_item", account_id=account, email_folder_id=folder, person_id=person.number,
                           contact_id=customer.number, sale_id=customer.sale, messageId=address, sent_at=sent,
                           received_at=sent, subject=subject, **{"from": sender}, to=receiver, cc=copies,
                           plain_body=body, html_body=f"<p>{body}</p>", mime=mime,
                           document_id=customer.document, appointment_id=customer.appointment)  # fmt: skip
        if item % 4 == 1:
            filling.add("email_attachment", email_item_id=item, filename=f"{person.last}.pdf", type="application/pdf",
                        encoding="base64", size=2000 + filling.below(90_000),
                        cid=f"{item}@{customer.domain}")  # fmt: skip

    def _account(self, number: int, user: User) -> tuple[int, int, User]:
        """(account, its folder for customers' mail, whose it is)"""
        filling = self._filling
        ways = [
            filling.add("service_auth", associate_id=user.associate, server=f"{server}.{DOMAIN}", port=port,
                        auth_type="password", username=user.email, password=filling.secret(16), auth_status=1)
            for server, port in (("imap", 993), ("smtp", 587))
        ]  # fmt: skip
        failing = number % 5 == 4
        account = filling.add("email_account", associate_id=user.associate, email_address=user.email,
                              incoming_auth=ways[0], outgoing_auth=ways[1], default=1,
                              account_status=2 if failing else 4, error_count=int(failing),
                              error_reason=f"Login of {user.email} refused" if failing else "",
                              last_fetch=filling.ago(0, 7), use_graph_api=0)  # fmt: skip
        inbox = filling.add("email_folder", account_id=account, name="INBOX", attributes=0)
        filling.add("email_folder", account_id=account, name="Sent", attributes=1)
        folder = filling.add("email_folder", account_id=account, parent_folder_id=inbox, name="Customers", attributes=0)
        return account, folder, user
