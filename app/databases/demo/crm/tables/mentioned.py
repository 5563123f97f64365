"""Tables of which the documents at hand name only the columns that hold an address or a secret.

They are here so that a clean-up that forgets one of them leaves something to be found. Beside the key they have those
columns alone, and their numbers are invented.
"""

from sqlalchemy import MetaData

from app.databases.demo.crm.tables.columns import key, string, table

MENTIONED = {
    "ticket_alert": ("id", ("email_to",)),
    "s_list_element": ("id", ("address",)),
    "s_sent_message": ("id", ("email",)),
    "s_bounce_shipment": ("id", ("email",)),
    "s_link_customer_statical": ("id", ("email",)),
    "s_washing": ("id", ("email_addr",)),
    "s_washing_list": ("id", ("address",)),
    "s_smtp_servers": ("id", ("smtp_server",)),
    "mail_block": ("id", ("mail_addr",)),
    "eab_entry": ("id", ("email_address",)),
    "DocTmpl": ("DocTmpl_id", ("senderEmailAddress",)),
    "email_flow": ("email_flow_id", ("from_addr", "reply_to_addr")),
    "script_trace": ("id", ("notification_email",)),
    "sms_hysteria": ("id", ("recipient_address",)),
    "ms_filter": ("id", ("reply_to", "forward_to")),
    "ext_datasource": ("id", ("password",)),
    "user_candidate": ("id", ("secret_key", "secret_value")),
    "form_keys": ("form_keys_id", ("form_key",)),
    "outgoing_message": ("id", ("session_key",)),
}
"""Table to the name of its key and the columns named."""


def declare(m: MetaData) -> None:
    for number, (name, (primary, columns)) in enumerate(MENTIONED.items(), 900):
        table(m, number, name, key(primary), *(string(column, 255) for column in columns))
