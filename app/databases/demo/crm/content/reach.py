"""What reaches out of the CRM or works by itself: web panels, scheduled tasks, webhooks, apps, the ERP connection."""

import json

from app.databases.demo.crm.content.filling import Filling
from app.databases.demo.crm.content.office import DOMAIN, User, system_user

_SERVICE = "https://online3.crm-online.example/Cust21513/CS/scripts"
_PANELS = (
    # name, appType, url1, url2, deleted
    ("Requests of this company", 3, f"{_SERVICE}/ticket.fcgi?action=listCompany&id=<cont>&lang=no", None, 0),
    ("Reports", 3, f"{_SERVICE}/rms.fcgi?action=showReport&reportId=12", None, 0),
    ("Customer centre", 4, f"{_SERVICE}/customer.fcgi?action=mainMenu", f"{_SERVICE}/customer.fcgi", 0),
    ("Approve quote", 2, f"{_SERVICE}/blogic.fcgi?action=doScreenDefinition&idString=approve&sale=<sale>", None, 0),
    ("New request", 5, "HTTPS://Online3.CRM-Online.example/Cust21513/cs/Scripts/ticket.fcgi?action=new", None, 0),
    ("Old reports", 4, "http://online.crm-online.example/cust21513/CS/Scripts/rms.fcgi?r=3&back=a%20b", None, 1),
    ("My requests", 3, "<csti>?action=mine&user=<usid>", None, 0),
    ("Map", 3, "https://maps.example/?q=<cadr>", None, 0),
    (
        "Credit check",
        5,
        f"https://credit.example/company?org=<cona>&token=panel-9271&user=<usem>&by=it@{DOMAIN}",
        None,
        0,
    ),
    ("Warehouse", 3, "https://warehouse.partner-app.example/panel?tenant=Cust21513&id=<cont>", None, 0),
    ("Calculator", 1, None, None, 0),
)
_SCRIPTS = (
    ("nightly-invoices", "Fetch invoices from the ledger"),
    ("remind-owners", "Write to owners of old requests"),
    ("close-stale", "Close requests nobody answered"),
    ("birthday-mail", "Send birthday greetings"),
    ("sync-partners", "Send changed companies to the partner portal"),
    ("week-report", "Send the report of the week"),
    ("clean-log", "Empty the trace log"),
    ("import-leads", "Take in leads from the web form"),
)
_WEBHOOKS = (
    # name, type, events, state
    ("Companies to the portal", "webhook", "contact.created,contact.changed", 1),
    ("Sales to accounting", "webhook", "sale.sold", 1),
    ("Marketing", "webhook", "person.created,person.changed,person.deleted", 3),
    ("Greet new person", "crmscript", "person.created", 1),
    ("Log sale", "crmscript", "sale.changed", 2),
)
_APPS = (
    # clientId's start, name, partner, revoked
    ("4f1c", "Ledger Link", "Fjordtall Software", 0),
    ("9a27", "Quote Designer", "Kastanie Software", 0),
    ("c0de", "Warehouse Panel", "Harrow Integration", 0),
    ("77b1", "Old Newsletter", "Kastanie Software", 1),
)


def fill(filling: Filling, users: list[User]) -> None:
    for rank, (name, kind, url, other, deleted) in enumerate(_PANELS, 1):
        path = (
            {"path": "C:\\Windows", "filename": "calc.exe", "workdir": "C:\\Windows", "parameters": f"/m it@{DOMAIN}"}
            if kind == 1
            else {"filename": ""}
        )
        filling.add("ExtApp", name=name, rank=rank, deleted=deleted, appType=kind, navigation=1 + rank % 4, url1=url,
                    url2=other, windowName=name.replace(" ", ""),
                    configInfo=json.dumps({"height": 480}) if rank % 4 == 0 else None, **path)  # fmt: skip
    _scripts_and_tasks(filling)
    _webhooks(filling, users)
    for start, name, partner, revoked in _APPS:
        client = start + filling.hexadecimal(28)
        filling.add("OnlineApp", clientId=client, displayName=name, partnerName=partner, authorizationRevoked=revoked,
                    lastUsed=filling.ago(400 if revoked else 0, 5))  # fmt: skip
        if not revoked:
            system_user(filling, client)
    _erp(filling)


def _scripts_and_tasks(filling: Filling) -> None:
    for number, (name, description) in enumerate(_SCRIPTS, 1):
        body = f'// {description}\nMailer m;\nm.setTo("operations@{DOMAIN}");\nm.send();\n'
        filling.add("ejscript", hierarchy_id=2, include_id=name, body=body, type=1,
                    access_key=filling.secret(24) if number % 3 == 2 else None,
                    unique_identifier=filling.hexadecimal(32),
                    last_exec_http=filling.ago(3),
                    last_exec_anon_http=filling.ago(1) if number % 3 == 2 else None)  # fmt: skip
        # Every third is off in production already; one waits for the one before it, another is at work right now.
        schedule = filling.add("schedule", name=description, domain=1, status=1, frequency=1 + number % 3,
                               disabled=int(number % 3 == 0), after_schedule_id=1 if number == 2 else -1,
                               minute_interval=60 * number, weekdays=127, time_of_day=filling.ago(0, number),
                               next_execution=filling.ahead(1, number), last_execution=filling.ago(1, number),
                               lock_expire=filling.ahead(0, 23) if number == 4 else None,
                               error_message=f"Could not reach ledger@{DOMAIN}" if number == 5 else None,
                               retries=int(number == 5))  # fmt: skip
        filling.add("scheduled_task", script_id=number, schedule_id=schedule, description=description)


def _webhooks(filling: Filling, users: list[User]) -> None:
    for number, (name, kind, events, state) in enumerate(_WEBHOOKS, 1):
        outside = kind == "webhook"
        filling.add("Webhook", name=name, events=events, type=kind, state=state, notify_via=1, notify_when=1,
                    target_url=f"https://hooks{number}.partner-app.example/in" if outside else f"script:{number}",
                    application_token=filling.secret(40) if outside else None,
                    headers=json.dumps({"Authorization": f"Bearer {filling.secret(40)}"}) if outside else None,
                    properties=json.dumps({"owner": users[0].email}), secret=filling.secret(32),
                    errors_email=f"it@{DOMAIN}")  # fmt: skip
        filling.add("Webhook_usage", total_calls=3000 // number, total_errors=number - 1, consecutive_errors=state // 3,
                    last_error="404 for hooks" if state == 3 else None)  # fmt: skip
        filling.add("Webhook_notify", webhook_id=number, associate_id=users[number % len(users)].associate,
                    email_recipient=users[number % len(users)].email)  # fmt: skip


def _erp(filling: Filling) -> None:
    for name, deleted in (("Ledger", 0), ("Old ledger", 1)):
        config = f"<config><user>erp</user><password>{filling.secret(20)}</password></config>"
        filling.add("ErpConnector", URL=f"https://erp.{DOMAIN}/{name.lower().replace(' ', '-')}/connector.svc",
                    DisplayName=name, Deleted=deleted, ConfigXml=config)  # fmt: skip
    for number, (name, connector, active) in enumerate((("Norway", 1, 1), ("Germany", 1, 1), ("Archive", 2, 0)), 1):
        filling.add("ErpConnection", ErpConnectorId=connector, DisplayName=name, Active=active, AllAccess=1,
                    ConnectionId=filling.hexadecimal(32), Deleted=0, MostRecentTimestamp=filling.ago(0,
                    number))  # fmt: skip
    filling.add("ErpConfiguration", ConnectionRank="1,2", SyncInterval=15, SyncRunning=1)
