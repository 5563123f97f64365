"""Tables: companies, their people, and what is planned, sold and written with them."""

from sqlalchemy import MetaData

from app.databases.demo.crm.tables.columns import (
    clob,
    double,
    flag,
    key,
    link,
    moment,
    ranked,
    small,
    string,
    table,
    whole,
)

ASSOCIATE = "associate.associate_id"
CONTACT = "contact.contact_id"
PERSON = "person.person_id"
TEXT = "text.text_id"
LISTS = {
    "Currency": 66, "PMembType": 68, "PersPos": 69, "Prob": 70, "ProjStatus": 71, "ProjType": 72, "Reason": 73,
    "SaleType": 74, "Source": 75, "TZLocation": 76,
}  # fmt: skip
"""Lists that rows here refer to; the documents give them no column of note. Their numbers are invented."""


def declare(m: MetaData) -> None:
    for name, number in LISTS.items():
        ranked(m, number, name)
    ranked(m, 64, "Category", small("category_group"))
    ranked(m, 61, "Business", key_name="business_id")
    ranked(m, 67, "Task", small("record_type", null=False), small("direction"))
    table(m, 19, "country",
          key("country_id"), string("name", 239, null=False), string("english_name", 39), string("abbrev2", 2),
          string("abbrev3", 3), whole("isoNumber", null=True), string("dialInPrefix", 31), string("domainName", 9),
          link("currency_id", "Currency.Currency_id", null=True), flag("isBuiltIn"), audited=True)  # fmt: skip
    _people(m)
    _work(m)


def _people(m: MetaData) -> None:
    table(m, 5, "contact",
          key("contact_id"), string("name", 219, null=False), string("department", 219), string("number1", 49),
          string("number2", 49), string("orgNr", 49), link("associate_id", ASSOCIATE, null=True),
          link("country_id", "country.country_id"), link("business_idx", "Business.business_id"),
          link("category_idx", "Category.Category_id"), flag("xstop"), flag("nomailing"),
          link("text_id", TEXT, null=True), link("group_id", "UserGroup.UserGroup_id", null=True),
          link("supportAssociateId", ASSOCIATE, null=True), link("supportPersonId", PERSON, null=True),
          link("ticketPriorityId", "ticket_priority.id", null=True, none=(0, -1)), whole("activeErpLinks", null=True),
          small("deleted"), moment("DeletedDate"), audited=True)  # fmt: skip
    table(m, 6, "person",
          key("person_id"), link("contact_id", CONTACT), small("rank", null=False), string("lastname", 99),
          string("firstname", 99, null=False), string("middleName", 99), string("mrmrs", 239), string("title", 239),
          link("position_idx", "PersPos.PersPos_id", null=True), small("year_of_birth"), small("month_of_birth"),
          small("day_of_birth"), string("person_number", 49), string("salutation", 239), string("initials", 63),
          small("gender"), link("country_id", "country.country_id"), link("business_idx", "Business.business_id"),
          link("category_idx", "Category.Category_id"), link("associate_id", ASSOCIATE, null=True), flag("nomailing"),
          flag("blockEmarketing"), small("retired"), link("text_id", TEXT, null=True),
          whole("activeErpLinks", null=True), moment("DeletedDate"), audited=True)  # fmt: skip
    # owner_id is a contact, or a person where the type's bit 16384 says so.
    table(m, 7, "address",
          key("address_id"), whole("owner_id"), small("atype_idx", null=False), string("address1", 79),
          string("address2", 79), string("address3", 79), string("zipcode", 11, null=False), string("city", 79),
          string("state", 5), string("county", 29), moment("validFrom"), moment("validTo"), double("wgs84latitude"),
          double("wgs84longitude"), audited=True)  # fmt: skip
    table(m, 8, "phone",
          key("phone_id"), whole("owner_id"), small("ptype_idx", null=False), string("phone", 239, null=False),
          string("searchPhoneNumber", 239), small("rank"), string("description", 99), moment("validFrom"),
          moment("validTo"), audited=True)  # fmt: skip
    table(m, 55, "Email",
          key("email_id"), link("contact_id", CONTACT, null=True), link("person_id", PERSON, null=True),
          link("project_id", "project.project_id", null=True),
          link("appointment_id", "appointment.appointment_id", null=True), string("protocol", 11),
          small("type", null=False), string("description", 254, null=False), string("email_address", 239, null=False),
          small("rank", null=False), small("bounceCount"), moment("lastBounce"), moment("lastSent"),
          string("lastBounceReason", 4000), audited=True)  # fmt: skip
    # owner_id is the row that the text belongs to, of the table that the type stands for: see texts.py.
    table(m, 18, "text",
          key("text_id"), small("type"), whole("owner_id", null=True), string("text", 4000), small("lcid"),
          small("seqno"), clob("html_text"), audited=True)  # fmt: skip


def _work(m: MetaData) -> None:
    table(m, 11, "project",
          key("project_id"), string("name", 219), string("project_number", 49),
          link("type_idx", "ProjType.ProjType_id"), link("status_idx", "ProjStatus.ProjStatus_id", null=True),
          link("associate_id", ASSOCIATE), link("group_id", "UserGroup.UserGroup_id", null=True),
          link("text_id", TEXT, null=True), flag("done"), moment("endDate"), whole("activeErpLinks", null=True),
          audited=True)  # fmt: skip
    table(m, 12, "projectmember",
          key("projectmember_id"), link("project_id", "project.project_id", null=True),
          link("contact_id", CONTACT, null=True), link("person_id", PERSON, null=True), small("rank"),
          link("mtype_idx", "PMembType.PMembType_id", null=True), link("text_id", TEXT, null=True),
          audited=True)  # fmt: skip
    table(m, 13, "sale",
          key("sale_id"), string("heading", 219), link("contact_id", CONTACT), link("person_id", PERSON, null=True),
          link("project_id", "project.project_id"), link("associate_id", ASSOCIATE),
          link("group_idx", "UserGroup.UserGroup_id"), moment("saledate", null=False), double("amount"),
          double("earning"), double("earning_percent"), small("probability"),
          link("probability_idx", "Prob.Prob_id", null=True), link("currency_id", "Currency.Currency_id", null=True),
          link("saleType_id", "SaleType.SaleType_id", null=True), link("source_id", "Source.Source_id", null=True),
          link("reason_id", "Reason.Reason_id", null=True), small("status"), small("done"), string("number1", 49),
          moment("nextDueDate"), link("text_id", TEXT, null=True), whole("activeErpLinks", null=True),
          audited=True)  # fmt: skip
    table(m, 9, "appointment",
          key("appointment_id"), link("contact_id", CONTACT, null=True), link("person_id", PERSON, null=True),
          link("associate_id", ASSOCIATE), link("project_id", "project.project_id", null=True),
          link("sale_id", "sale.sale_id", null=True), link("document_id", "document.document_id", null=True),
          link("task_idx", "Task.Task_id"), moment("done"), moment("do_by"), moment("endDate"), moment("activeDate"),
          small("type"), small("status"), small("private"), link("text_id", TEXT, null=True),
          link("mother_id", "appointment.appointment_id", null=True), link("emailId", "Email.email_id", null=True),
          string("location", 254), string("join_videomeet_url", 2000), clob("external_participants"),
          audited=True)  # fmt: skip
    # The documents name organizer_email only; the rest is what an invitation cannot do without.
    table(m, 530, "invitation",
          key("invitation_id"), link("appointment_id", "appointment.appointment_id"), string("organizer_email", 255),
          string("uid", 255), small("status"), audited=True)  # fmt: skip
    table(m, 10, "document",
          key("document_id"), link("appointment_id", "appointment.appointment_id", null=True),
          string("name", 511, null=False), string("header", 219), string("our_ref", 99), string("your_ref", 99),
          string("attention", 99), string("extref", 511), string("ExtUrl", 1023), whole("archiveProvider", null=True),
          link("text_id", TEXT, null=True), audited=True)  # fmt: skip
    table(m, 23, "selection",
          key("selection_id"), link("associate_id", ASSOCIATE), link("group_idx", "UserGroup.UserGroup_id"),
          string("name", 219, null=False), small("seltype"), small("targetTableNumber", null=False),
          whole("memberCount"), audited=True)  # fmt: skip
    table(m, 24, "selectionmember",
          key("selectionmember_id"), link("selection_id", "selection.selection_id"), link("contact_id", CONTACT),
          link("person_id", PERSON, null=True), small("targetTableNumber"), whole("targetRecordId", null=True),
          audited=True)  # fmt: skip
