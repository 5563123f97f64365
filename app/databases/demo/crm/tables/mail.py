"""Tables: users' own mail accounts, the Service module's mailboxes, and mailings."""

from sqlalchemy import MetaData

from app.databases.demo.crm.tables.columns import (
    checksum,
    clob,
    flag,
    key,
    link,
    moment,
    service_link,
    small,
    string,
    table,
    whole,
)


def declare(m: MetaData) -> None:
    _accounts(m)
    _mailboxes(m)
    _mailings(m)


def _accounts(m: MetaData) -> None:
    account = "email_account.email_account_id"
    table(m, 491, "email_account",
          key("email_account_id"), link("associate_id", "associate.associate_id", null=True),
          string("email_address", 255), link("incoming_auth", "service_auth.service_auth_id", null=True),
          link("outgoing_auth", "service_auth.service_auth_id", null=True), flag("default"), small("account_status"),
          whole("error_count", null=True), string("error_reason", 254, null=False), moment("last_fetch"),
          flag("use_graph_api", null=False), checksum(), audited=True)  # fmt: skip
    table(m, 493, "service_auth",
          key("service_auth_id"), link("associate_id", "associate.associate_id", null=True), string("server", 255),
          whole("port", null=True), string("auth_type", 255), string("username", 255), string("password", 255),
          small("auth_status"), checksum(), audited=True)  # fmt: skip
    table(m, 492, "email_folder",
          key("email_folder_id"), link("account_id", account, null=True),
          link("parent_folder_id", "email_folder.email_folder_id", null=True), string("name", 255),
          whole("attributes", null=True), audited=True)  # fmt: skip
    table(m, 494, "email_item",
          key("email_item_id"), link("account_id", account, null=True),
          link("email_folder_id", "email_folder.email_folder_id", null=True),
          link("person_id", "person.person_id", null=True), link("contact_id", "contact.contact_id"),
          link("document_id", "document.document_id", null=True),
          link("appointment_id", "appointment.appointment_id", null=True), link("sale_id", "sale.sale_id", null=True),
          string("messageId", 512), moment("sent_at"), moment("received_at"), string("subject", 255),
          string("from", 4000), string("to", 4000), string("cc", 4000), clob("plain_body"), clob("html_body"),
          clob("mime"), audited=True)  # fmt: skip
    table(m, 495, "email_attachment",
          key("email_attachment_id"), link("email_item_id", "email_item.email_item_id", null=True),
          string("filename", 255), string("type", 255), string("encoding", 255), whole("size", null=True),
          string("cid", 255), audited=True)  # fmt: skip


def _mailboxes(m: MetaData) -> None:
    table(m, 271, "mail_in_filter",
          key(), small("server_type"), string("pop_server", 255), string("pop_user", 255), string("pop_password", 255),
          string("domain", 255), string("address", 255), service_link("category_id", "ej_category.id", null=True),
          service_link("priority", "ticket_priority.id", null=True), small("status"), moment("next_check"),
          moment("last_success"), clob("last_error"), service_link("ticket_type", "ticket_type.id",
          null=True))  # fmt: skip
    table(m, 273, "mail_alias", key(), service_link("filter_id", "mail_in_filter.id"), string("alias", 255))
    table(m, 352, "inbox",
          key(), service_link("mail_in_filter", "mail_in_filter.id"), string("uidl", 2047), moment("created"),
          moment("imported"), small("status", null=False), whole("mail_size"), moment("next_retry"))  # fmt: skip
    table(m, 351, "outbox",
          key(), service_link("ticket_id", "ticket.id", null=True),
          service_link("message_id", "ej_message.id", null=True), string("subject", 255, null=False),
          string("from_email", 255, null=False), string("from_envelope", 255, null=False), clob("rcpt"),
          small("status", null=False), small("retries", null=False), moment("next_retry"), clob("rfc822_content"),
          small("type", null=False))  # fmt: skip


def _mailings(m: MetaData) -> None:
    table(m, 335, "s_message",
          key(), string("description", 255), string("subject", 255), string("access_key", 255),
          clob("html_body"))  # fmt: skip
    table(m, 334, "s_shipment",
          key(), string("description", 255), service_link("message_id", "s_message.id"),
          string("from_addr", 255, null=False), string("reply_addr", 255), string("envelope_from", 255),
          string("smtp_serv", 255), moment("start_date"), small("status", null=False), whole("recipients"),
          service_link("selection_id", "selection.selection_id", null=True),
          service_link("project_id", "project.project_id", null=True))  # fmt: skip
    table(m, 347, "s_shipment_addr",
          key(), service_link("shipment_id", "s_shipment.id", null=True), string("address", 255, null=False),
          string("name", 255), service_link("customer_id", "person.person_id", null=True),
          service_link("contact_id", "contact.contact_id", null=True), small("status"),
          moment("sending_time"))  # fmt: skip
    table(m, 488, "form", key("form_id"), string("name", 255), small("status"), audited=True)
    table(m, 489, "form_submission",
          key("form_submission_id"), link("form_id", "form.form_id"), link("contact_id", "contact.contact_id"),
          link("person_id", "person.person_id"), string("email_address", 255), clob("response"),
          moment("when_submitted"), small("status"), audited=True)  # fmt: skip
