"""Tables: requests to the Service module (tickets), their messages, and chat."""

from sqlalchemy import MetaData

from app.databases.demo.crm.tables.columns import (
    clob,
    flag,
    key,
    moment,
    service_link,
    small,
    string,
    table,
    whole,
)

USER = "ejuser.id"
PERSON = "person.person_id"


def declare(m: MetaData) -> None:
    _set_up(m)
    _requests(m)
    _chat(m)


def _set_up(m: MetaData) -> None:
    # Of `hierarchy` and `ticket_type` the documents at hand give no columns: what their users here need.
    table(m, 369, "hierarchy", key(), service_link("parent_id", "hierarchy.id"), string("name", 255))
    table(m, 264, "ticket_type", key(), string("name", 255), flag("deleted"))
    table(m, 299, "ejuser",
          key(), string("loginname", 63, null=False), string("username", 63, null=False), string("password", 127),
          string("firstname", 127), string("lastname", 127), string("email", 255, null=False), string("sms", 64),
          clob("signature"), service_link("usergroup", "hierarchy.id"), small("status"),
          whole("access_level", null=True), service_link("default_category", "ej_category.id"),
          small("chat_status"))  # fmt: skip
    table(m, 257, "ej_category",
          key(), service_link("parent_id", "ej_category.id"), string("name", 64),
          service_link("category_master", USER, null=True), string("fullname", 255),
          string("notification_email", 2047),
          service_link("closing_status", "ticket_status.id", null=True))  # fmt: skip
    table(m, 263, "ticket_status",
          key(), small("status", null=False), whole("ts_rank"), string("name", 255, null=False), small("time_counter"),
          flag("deleted"), flag("no_email_reopen"))  # fmt: skip
    table(m, 275, "ticket_priority",
          key(), string("name", 64), small("status"), small("flags"), whole("deadline", null=True),
          whole("sort_order", null=True))  # fmt: skip


def _requests(m: MetaData) -> None:
    table(m, 262, "ticket",
          key(), service_link("connect_id", "ticket.id"), string("title", 255, null=False),
          moment("created_at", null=False), moment("last_changed"), moment("closed_at"),
          service_link("created_by", USER), service_link("owned_by", USER),
          service_link("category", "ej_category.id"), small("status", null=False),
          service_link("ticket_status", "ticket_status.id"), service_link("cust_id", PERSON),
          service_link("contact_id", "contact.contact_id", null=True),
          service_link("sale_id", "sale.sale_id", null=True),
          service_link("project_id", "project.project_id", null=True),
          service_link("priority", "ticket_priority.id", null=True), small("slevel"),
          service_link("filter_id", "mail_in_filter.id"), string("filter_address", 255), string("author", 255),
          small("origin"), moment("deadline"), string("from_address", 4000),
          service_link("ticket_type", "ticket_type.id"))  # fmt: skip
    table(m, 258, "ej_message",
          key(), service_link("ticket_id", "ticket.id"), moment("created_at"), service_link("created_by", USER,
          null=True),
          small("type"), small("message_category", null=False), string("author", 255), small("slevel"),
          string("message_id", 850, null=False), service_link("customer_id", PERSON), clob("body"), clob("html_body"),
          clob("email_header"), service_link("body_attachment", "attachment.id"))  # fmt: skip
    table(m, 260, "message_customers",
          key(), service_link("message_id", "ej_message.id"), service_link("customer_id", PERSON),
          string("email", 255))  # fmt: skip
    table(m, 256, "ticket_attachment",
          key(), service_link("attachment_id", "attachment.id", null=True), service_link("message_id", "ej_message.id"),
          string("content_id", 255), flag("inline_image", null=False))  # fmt: skip
    table(m, 296, "attachment",
          key(), string("content_type", 255), string("name", 255), whole("att_size", null=True),
          string("auth_key", 255), string("charset", 255))  # fmt: skip


def _chat(m: MetaData) -> None:
    table(m, 331, "chat_topic", key(), string("name", 255), string("alert_recipient", 255))
    table(m, 332, "chat_session",
          key(), service_link("topic_id", "chat_topic.id"), service_link("user_id", USER),
          service_link("customer_id", PERSON), string("customer_alias", 64), small("status"),
          string("session_key", 255), string("name", 255), string("company_name", 255), string("email", 255),
          string("phone", 32), string("first_message", 1024), string("last_message", 1024),
          service_link("ticket_id", "ticket.id", null=True),
          service_link("contact_id", "contact.contact_id", null=True))  # fmt: skip
