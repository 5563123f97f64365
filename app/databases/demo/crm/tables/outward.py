"""Tables: what reaches out of the installation or works by itself: panels, tasks, webhooks, apps, ERP."""

from sqlalchemy import MetaData

from app.databases.demo.crm.tables.columns import (
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
    _panels_and_tasks(m)
    _apps(m)
    _erp(m)


def _panels_and_tasks(m: MetaData) -> None:
    table(m, 133, "ExtApp",
          key("ExtApp_id"), string("name", 239, null=False), small("rank"), small("deleted"), string("path", 239),
          string("filename", 239, null=False), string("parameters", 239), string("workdir", 239), small("appType"),
          small("navigation", null=False), small("executeOnEvent", null=False), string("windowName", 254),
          string("url1", 1023), string("url2", 254), string("configInfo", 2047), audited=True)  # fmt: skip
    table(m, 379, "schedule",
          key(), small("domain"), small("status"), small("frequency"), flag("disabled", null=False),
          flag("stop", null=False), string("name", 255),
          service_link("after_schedule_id", "schedule.id", null=True), whole("minute_interval", null=True),
          whole("weekdays", null=True), moment("time_of_day"), moment("next_execution"), moment("last_execution"),
          moment("lock_expire"), clob("error_message"), small("retries", null=False))  # fmt: skip
    table(m, 376, "scheduled_task",
          key(), service_link("script_id", "ejscript.id", null=True),
          service_link("schedule_id", "schedule.id", null=True), string("description", 2047))  # fmt: skip
    table(m, 377, "ejscript",
          key(), service_link("hierarchy_id", "hierarchy.id"), string("include_id", 255, null=False),
          string("access_key", 255), clob("body"), small("type", null=False),
          string("unique_identifier", 64, null=False), moment("last_exec_http"),
          moment("last_exec_anon_http"))  # fmt: skip


def _apps(m: MetaData) -> None:
    table(m, 522, "Webhook",
          key("webhook_id"), string("name", 400, null=False), string("events", 4000, null=False),
          string("target_url", 4000, null=False), string("type", 100, null=False), string("application_token", 200),
          clob("headers"), clob("properties"), string("secret", 400), small("state", null=False),
          string("errors_email", 239), small("notify_via", null=False), small("notify_when", null=False),
          audited=True)  # fmt: skip
    table(m, 523, "Webhook_usage",
          key("webhook_usage_id"), whole("total_calls"), whole("total_errors"), whole("consecutive_errors"),
          string("last_error", 4000))  # fmt: skip
    table(m, 524, "Webhook_notify",
          key("webhook_notify_id"), link("webhook_id", "Webhook.webhook_id"),
          link("associate_id", "associate.associate_id", null=True), string("email_recipient", 239),
          audited=True)  # fmt: skip
    table(m, 509, "OnlineApp",
          key("onlineapp_id"), string("clientId", 255, null=False), string("displayName", 255),
          string("partnerName", 255), flag("authorizationRevoked"), moment("lastUsed"), audited=True)  # fmt: skip


def _erp(m: MetaData) -> None:
    table(m, 417, "ErpConnector",
          key("erpconnector_id"), string("URL", 1023), string("DisplayName", 254), flag("Deleted"), clob("ConfigXml"),
          audited=True)  # fmt: skip
    table(m, 418, "ErpConnection",
          key("erpconnection_id"), link("ErpConnectorId", "ErpConnector.erpconnector_id", null=True),
          string("DisplayName", 254), flag("Active"), string("ConnectionId", 127), string("MostRecentTimestamp", 254),
          flag("AllAccess"), flag("Deleted"), audited=True)  # fmt: skip
    table(m, 449, "ErpConfiguration",
          key("erpconfiguration_id"), string("ConnectionRank", 254), whole("SyncInterval", null=True),
          flag("SyncRunning"), audited=True)  # fmt: skip
    # recordId is a row of the table with the number tableId.
    table(m, 422, "ErpInternalKey",
          key("erpinternalkey_id"), small("tableId", null=False), whole("recordId"),
          string("MostRecentTimestamp", 254, null=False), audited=True)  # fmt: skip
    table(m, 423, "ErpExternalKey",
          key("erpexternalkey_id"), link("ErpInternalKeyId", "ErpInternalKey.erpinternalkey_id"),
          link("ErpConnectionId", "ErpConnection.erpconnection_id"), string("ErpKey", 254, null=False),
          small("ActorType", null=False), string("MostRecentTimestamp", 254, null=False), audited=True)  # fmt: skip
    table(m, 426, "ErpSyncLog",
          key("erpsynclog_id"), link("ErpExternalKeyId", "ErpExternalKey.erpexternalkey_id", null=True),
          string("ErpFieldKey", 254), string("CrmFieldKey", 254), flag("TargetIsCrm"), string("OldValue", 254),
          string("NewValue", 254), audited=True)  # fmt: skip
