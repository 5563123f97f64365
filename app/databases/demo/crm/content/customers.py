"""Companies and their people, with what is planned, sold and written with them."""

import json
from dataclasses import dataclass, replace

from app.databases.demo.crm.content import office, texts
from app.databases.demo.crm.content.filling import Filling
from app.databases.demo.crm.content.lands import Land, landline, mobile, organisation_number, slug
from app.databases.demo.crm.content.mailboxes import FORMS
from app.databases.demo.crm.content.office import User

_SHAPES = ("{}", "{}", "{}", "{} Group", "{} International")
_PRIVATE = ("fjordpost.example", "briefkasten.example", "letterbox.example")
# documented: ContactPostal 1, ContactStreet 2, PersonPrivate 16387; phones: ContactPhone 1, ContactFax 3,
# PersonDirect 16385, PersonPrivate 16388, PersonMobile 16389


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One of a customer's people, as far as others write to them. `number` is of the person's row."""

    number: int
    name: str
    email: str
    phone: str
    first: str
    last: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A company made, for whoever adds more to it. `number` is of the contact's row."""

    number: int
    name: str
    domain: str
    land: Land
    people: list[Person]
    owner: User
    project: int
    sale: int
    appointment: int = 0
    document: int = 0
    words: texts.Words


class CustomerMaker:
    """Makes company after company from the one random stream."""

    def __init__(self, filling: Filling, lands: list[Land], users: list[User]) -> None:
        self._filling = filling
        self._lands = lands
        self._users = users

    def make(self) -> Customer:
        """The next company, with people, addresses, sales, appointments and documents."""
        filling, random = self._filling, self._filling.random
        number, land, owner = filling.coming("contact"), filling.pick(self._lands), filling.pick(self._users)
        name = filling.pick(_SHAPES).format(filling.pick(land.firms))[:100]
        domain = f"{slug(name)[:40].strip('-')}{number}.example"
        street = f"{filling.pick(land.streets)} {1 + filling.below(140)}"[:79]
        postcode, city = filling.pick(land.towns)
        people = [self._person(number, rank, land, domain) for rank in range(1, 2 + filling.below(4))]
        first = people[0]
        words: texts.Words = {
            "name": first.name, "last": first.last, "phone": first.phone, "email": first.email, "street": street,
            "city": city, "company": name, "colleague": people[-1].name,
        }  # fmt: skip
        noted = filling.chance(0.4)
        linked = number % 10 == 3
        filling.add("contact", name=name, department=city if filling.chance(0.2) else None,
                    number1=str(10_000 + number),
                    orgNr=organisation_number(random, land), associate_id=owner.associate, country_id=land.country,
                    business_idx=1 + filling.below(6), category_idx=1 + filling.below(4), xstop=0, nomailing=0,
                    text_id=self._text(texts.CONTACT, number, texts.NOTES, land, words) if noted else 0,
                    group_id=1 + filling.below(4), supportAssociateId=filling.pick(self._users).associate,
                    supportPersonId=first.number if filling.chance(0.3) else None, ticketPriorityId=2,
                    activeErpLinks=int(linked), deleted=int(number % 50 == 49),
                    DeletedDate=filling.ago(20) if number % 50 == 49 else None)  # fmt: skip
        self._reachable(number, land, words, postcode, domain)
        if linked:
            self._erp(number, name, first)
        project = self._project(number, land, words, owner, first) if number % 12 == 6 else 0
        customer = Customer(number=number, name=name, domain=domain, land=land, people=people, owner=owner,
                            project=project, sale=self._sale(number, project, land, words, owner, first),
                            words=words)  # fmt: skip
        self._left_behind(customer)
        appointment, document = self._calendar(customer)
        return replace(customer, appointment=appointment, document=document)

    def _person(self, contact: int, rank: int, land: Land, domain: str) -> Person:
        filling, random = self._filling, self._filling.random
        number = filling.coming("person")
        woman = filling.chance(0.5)
        first, last = filling.pick(land.women if woman else land.men), filling.pick(land.last_names)
        name, email = f"{first} {last}", f"{slug(first)}.{slug(last)}@{domain}"
        phone = mobile(random, land)
        born = filling.chance(0.6)
        words: texts.Words = {"name": name, "last": last, "phone": phone, "email": email, "street": "", "city": "",
                              "company": "", "colleague": ""}  # fmt: skip
        noted = filling.chance(0.12)
        filling.add("person", contact_id=contact, rank=rank, firstname=first, lastname=last,
                    middleName=filling.pick(land.last_names) if number % 12 == 1 else None,
                    mrmrs=land.mrmrs[not woman], title=filling.pick(land.jobs), position_idx=filling.below(6),
                    year_of_birth=1950 + filling.below(55) if born else 0,
                    month_of_birth=1 + filling.below(12) if born else 0,
                    day_of_birth=1 + filling.below(28) if born else 0, person_number=f"P{number:06d}", salutation=first,
                    initials=(first[:1] + last[:1]).upper(), gender=1 + (not woman), country_id=land.country,
                    business_idx=0, category_idx=0, nomailing=0, blockEmarketing=int(filling.chance(0.1)),
                    retired=int(number % 20 == 9),
                    DeletedDate=filling.ago(50) if number % 40 == 9 else None, activeErpLinks=0,
                    text_id=self._text(texts.PERSON, number, _SHORT, land, words) if noted else 0)  # fmt: skip
        filling.add("phone", owner_id=number, ptype_idx=16389, phone=phone, searchPhoneNumber=_digits(phone), rank=1)
        if filling.chance(0.5):
            direct = landline(random, land)
            filling.add("phone", owner_id=number, ptype_idx=16385, phone=direct, searchPhoneNumber=_digits(direct),
                        rank=2, description=f"Direct, {first}")  # fmt: skip
        bounced = number % 25 == 7
        filling.add("Email", contact_id=0, person_id=number, protocol="SMTP", description="Work", email_address=email,
                    rank=1, lastSent=filling.ago(number % 300), bounceCount=int(bounced),
                    lastBounce=filling.ago(30) if bounced else None,
                    lastBounceReason=f"550 5.1.1 <{email}>: user unknown" if bounced else None)  # fmt: skip
        if filling.chance(0.2):
            private = f"{slug(first)}{number}@{filling.pick(_PRIVATE)}"
            filling.add("Email", contact_id=0, person_id=number, protocol="SMTP", description="Private",
                        email_address=private, rank=2)  # fmt: skip
            postcode, city = filling.pick(land.towns)
            filling.add("address", owner_id=number, atype_idx=16387, zipcode=postcode, city=city,
                        address1=f"{filling.pick(land.streets)} {1 + filling.below(90)}"[:79])  # fmt: skip
        if number % 29 == 5:
            office.customer_user(filling, number, email)
        return Person(number=number, name=name, email=email, phone=phone, first=first, last=last)

    def _reachable(self, contact: int, land: Land, words: texts.Words, postcode: str, domain: str) -> None:
        filling, random, street, city = self._filling, self._filling.random, words["street"], words["city"]
        filling.add("address", owner_id=contact, atype_idx=2, address1=street, zipcode=postcode, city=city,
                    address2=f"c/o {words['name']}" if contact % 15 == 1 else None,
                    wgs84latitude=round(47 + random.random() * 20, 5),
                    wgs84longitude=round(-3 + random.random() * 14, 5))  # fmt: skip
        if filling.chance(0.5):
            filling.add("address", owner_id=contact, atype_idx=1, address1=f"Postboks {1 + filling.below(900)}",
                        zipcode=postcode, city=city)  # fmt: skip
        for kind in (1, 3) if filling.chance(0.2) else (1,):
            phone = landline(random, land)
            filling.add(
                "phone", owner_id=contact, ptype_idx=kind, phone=phone, searchPhoneNumber=_digits(phone), rank=1
            )
        filling.add("Email", contact_id=contact, protocol="SMTP", description="Office", rank=1,
                    email_address=f"post@{domain}")  # fmt: skip

    def _text(self, kind: int, owner: int, choice: texts.Texts, land: Land, words: texts.Words) -> int:
        text = self._filling.pick(choice[land.language]).format_map(words)
        return self._filling.add("text", type=kind, owner_id=owner, text=text, lcid=texts.LANGUAGES[land.language],
                                 seqno=1, html_text=f"<p>{text}</p>" if owner % 10 == 1 else None)  # fmt: skip

    def _project(self, contact: int, land: Land, words: texts.Words, owner: User, person: Person) -> int:
        filling, number = self._filling, self._filling.coming("project")
        filling.add("project", name=f"{words['company']} {2024 + filling.below(3)}", project_number=f"PR-{number}",
                    type_idx=1 + filling.below(3), status_idx=1 + filling.below(3), associate_id=owner.associate,
                    group_id=1, text_id=self._text(texts.PROJECT, number, texts.NOTES, land, words), done=0,
                    endDate=filling.ahead(filling.below(700)), activeErpLinks=0)  # fmt: skip
        member = filling.coming("projectmember")
        filling.add("projectmember", project_id=number, contact_id=contact, person_id=person.number, rank=1,
                    mtype_idx=2, text_id=self._text(texts.MEMBER, member, texts.NOTES, land, words))  # fmt: skip
        filling.add("projectmember", project_id=number, contact_id=1, person_id=owner.person, rank=2, mtype_idx=1)
        filling.add("Email", contact_id=0, person_id=0, project_id=number, protocol="SMTP", description="Project",
                    email_address=f"project{number}@{office.DOMAIN}", rank=1)  # fmt: skip
        return number

    def _sale(self, contact: int, project: int, land: Land, words: texts.Words, owner: User, person: Person) -> int:
        """A sale of this company, perhaps of a project; 0 when there is none."""
        filling = self._filling
        if not filling.chance(0.8):
            return 0
        sale, status = filling.coming("sale"), (1, 1, 2, 2, 3, 4)[filling.below(6)]
        amount = round(5_000 + filling.random.random() ** 3 * 900_000, 2)
        open_sale = status in (1, 4)
        return filling.add("sale", heading=filling.pick(texts.SALES[land.language]).format_map(words)[:219],
                           contact_id=contact, person_id=person.number, project_id=project,
                           associate_id=owner.associate, group_idx=1,
                           saledate=filling.ahead(filling.below(200)) if open_sale else filling.ago(filling.below(900)),
                           amount=amount, earning=round(amount * 0.4, 2), earning_percent=40.0,
                           probability=(50, 100, 0, 30)[status - 1], probability_idx=1 + filling.below(5),
                           currency_id=land.country, saleType_id=1 + filling.below(3), source_id=1 + filling.below(4),
                           reason_id=0 if open_sale else 1 + filling.below(4), status=status,
                           done=0 if open_sale else 1,
                           number1=f"S-{sale:06d}", activeErpLinks=0,
                           nextDueDate=filling.ahead(filling.below(60)) if open_sale else None,
                           text_id=self._text(texts.SALE, sale, texts.NOTES, land, words))  # fmt: skip

    def _calendar(self, customer: Customer) -> tuple[int, int]:
        """The last appointment and the document, 0 where there is none."""
        filling, land, words = self._filling, customer.land, customer.words
        mother = document = 0
        for position in range(filling.below(4)):
            person, appointment = filling.pick(customer.people), filling.coming("appointment")
            spoken: texts.Words = {**words, "name": person.name, "phone": person.phone, "email": person.email}
            day = filling.below(700)
            attached, mail, video, guests = 0, 0, None, None
            if position == 0:
                attached = document = filling.add("document", appointment_id=appointment,
                header=f"{words['company']}"[:219],
                                       name=filling.pick(texts.DOCUMENTS[land.language]).format_map(spoken),
                                       our_ref=customer.owner.name, your_ref=person.name, attention=person.name,
                                       extref=f"{appointment % 97:02d}/{filling.hexadecimal(16)}", archiveProvider=1,
                                       text_id=self._text(texts.DOCUMENT, filling.coming("document"), _SHORT, land,
                                                          spoken) if appointment % 3 == 1 else 0,
                                       ExtUrl=f"https://files.{office.DOMAIN}/d/{filling.secret(10)}"
                                       if appointment % 5 == 1 else None)  # fmt: skip
            if appointment % 4 == 1:
                video = f"https://meet.video-rooms.example/{filling.secret(12)}?pwd={filling.secret(8)}"
                guests = json.dumps([{"name": p.name, "email": p.email} for p in customer.people], ensure_ascii=False)
                filling.add("invitation", appointment_id=appointment, organizer_email=customer.owner.email,
                            uid=f"{filling.hexadecimal(24)}@{office.DOMAIN}", status=1)  # fmt: skip
                mail = filling.add("Email", contact_id=0, person_id=0, appointment_id=appointment, protocol="SMTP",
                                   description="Invited", email_address=person.email, rank=1)  # fmt: skip
            filling.add("appointment", contact_id=customer.number, person_id=person.number,
                        associate_id=customer.owner.associate, sale_id=customer.sale, project_id=customer.project,
                        document_id=attached, emailId=mail,
                        task_idx=1 + filling.below(5), done=filling.ago(day, 12), do_by=filling.ago(day, 10),
                        endDate=filling.ago(day, 11), activeDate=filling.ago(day, 10), type=1, status=1,
                        private=int(filling.chance(0.05)), mother_id=mother,
                        text_id=self._text(texts.APPOINTMENT, appointment, texts.MEETINGS, land, spoken),
                        location=f"{words['street']}, {words['city']}"[:254], join_videomeet_url=video,
                        external_participants=guests)  # fmt: skip
            mother = appointment
        return mother, document

    def _erp(self, contact: int, name: str, person: Person) -> None:
        filling = self._filling
        stamp = filling.ago(filling.below(30))
        internal = filling.add("ErpInternalKey", tableId=5, recordId=contact, MostRecentTimestamp=stamp)
        external = filling.add("ErpExternalKey", ErpInternalKeyId=internal, ErpConnectionId=1 + contact % 2,
                               ErpKey=f"K{contact:06d}", ActorType=1, MostRecentTimestamp=stamp)  # fmt: skip
        for field, old, new in (("Name", f"{name[:80]} (old)", name), ("Contact", person.name, person.email),
                                ("Phone", "", person.phone)):  # fmt: skip
            filling.add("ErpSyncLog", ErpExternalKeyId=external, ErpFieldKey=field, CrmFieldKey=field.lower(),
                        TargetIsCrm=contact % 2, OldValue=old, NewValue=new)  # fmt: skip

    def _left_behind(self, customer: Customer) -> None:
        """What people leave when they visit: forms filled in, sessions, keys that let them in once."""
        filling, person = self._filling, customer.people[0]
        if customer.number % 7 == 2:
            response = {"name": person.name, "email": person.email, "phone": person.phone,
                        "message": f"Call {person.name} at {person.phone}"}  # fmt: skip
            filling.add("form_submission", form_id=1 + customer.number % FORMS, contact_id=customer.number,
                        person_id=person.number, email_address=person.email, status=1,
                        response=json.dumps(response, ensure_ascii=False), when_submitted=filling.ago(40))  # fmt: skip
        if customer.number % 11 == 4:
            filling.add("login_customer", customer_id=person.number, session_key=filling.hexadecimal(32),
                        expire=filling.ahead(1), remote_addr=f"198.51.100.{customer.number % 250}",
                        origin=1)  # fmt: skip
            filling.add("TemporaryKey", domain=1, target_id=person.number, person_id=person.number,
                        authkey=filling.secret(64), expires=filling.ahead(2),
                        payload=json.dumps({"email": person.email}))  # fmt: skip


# For people alone, of whom no company and no street is known yet.
_SHORT = {
    language: tuple(n for n in notes if "{name}" in n and "{co" not in n) for language, notes in texts.NOTES.items()
}


def _digits(phone: str) -> str:
    return "".join(filter(str.isdigit, phone))
