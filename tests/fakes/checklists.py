"""Checklists of the invented world, and the moment it stands still at."""

from datetime import UTC, datetime, timedelta

from app.domain.operations import ChecklistItem, ItemKind, ItemState

NOW = datetime(2025, 11, 21, 9, 30, tzinfo=UTC)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def harbor_checklist() -> tuple[ChecklistItem, ...]:
    at = NOW - 3 * DAY

    def passed(key: str, title: str, found: str, evidence: str) -> ChecklistItem:
        return ChecklistItem(
            id=key,
            title=title,
            kind=ItemKind.AUTOMATIC,
            state=ItemState.PASSED,
            found=found,
            evidence=evidence,
            checked_at=at,
        )

    return (
        passed(
            "proof",
            "Personal data masked in 41 columns",
            "0 of 12,480 originals found",
            "12,480 originals of 41 masked columns were searched for in 3,912,004 values of the copy; none was found.",
        ),
        passed(
            "credentials",
            "Carrier and API credentials removed",
            "6 rows emptied",
            "Counted rows of integration_credential with a secret: 0 of 6.",
        ),
        passed(
            "queue",
            "Queued mail and forms not copied",
            "0 rows",
            "Counted rows of outbox: 0. Counted rows of eform_queue: 0.",
        ),
        passed(
            "writeback",
            "Write-back to AMS switched off",
            "3 of 3 off",
            "Counted rows of integration where write_back is 0: 3 of 3.",
        ),
        passed(
            "logins",
            "Logins limited to 4 test users",
            "212 disabled",
            "Counted rows of employee where can_log_in is 1: 4 of 216.",
        ),
        passed(
            "attributes",
            "Attribute values blanked",
            "18,204 rows",
            "Counted rows of customer_attribute with a value: 0 of 18,204.",
        ),
        passed(
            "banner",
            "Sandbox banner switched on",
            "1 row",
            "Counted rows of setting where name is 'banner' and value is 'SANDBOX': 1.",
        ),
        passed(
            "mailbox",
            "Outgoing mail goes to the agency's own mailbox",
            "1 of 1",
            "Counted rows of mailbox whose address ends in agency.example: 1 of 1.",
        ),
        ChecklistItem(
            id="people",
            title="Only people of the project group have the login",
            kind=ItemKind.MANUAL,
            state=ItemState.TICKED,
            instructions="Compare the access list of the file share with the members of the project group.",
            note="Compared with the list of 18 November: 6 people.",
            ticked_by="ana",
            checked_at=at + HOUR,
            found="ticked by ana",
        ),
    )


def nordlys_checklist() -> tuple[ChecklistItem, ...]:
    items = list(harbor_checklist()[:8])
    items += [
        ChecklistItem(
            id="webhooks",
            title="Webhook endpoints point nowhere",
            kind=ItemKind.AUTOMATIC,
            state=ItemState.FAILED,
            found="2 of 7 still live",
            evidence="Counted rows of webhook whose url does not end in .invalid: 2 of 7.",
            checked_at=NOW - 41 * DAY,
        ),
        ChecklistItem(
            id="owner",
            title="The owner of the data agreed to this copy",
            kind=ItemKind.MANUAL,
            state=ItemState.OPEN,
            instructions="Ask the data owner by mail and put the date of the answer into the note.",
        ),
        ChecklistItem(
            id="expiry",
            title="Somebody is responsible for wiping it",
            kind=ItemKind.MANUAL,
            state=ItemState.OPEN,
            instructions="Write the person's name into the note.",
        ),
    ]
    return tuple(items)


_CRM_DONE = (
    ("tasks-off", "Scheduled tasks are off, except the chosen ones", "schedule", "41 of 43 off"),
    ("mailboxes-off", "Mailboxes are not fetched", "mail_in_filter", "12 of 12 off"),
    ("webhooks-gone", "No webhook leads outside", "crm_webhook", "0 of 7"),
    ("sessions-gone", "Nobody is still logged in", "registry_session", "0 rows"),
    ("logins", "Only the chosen users can log in", "associate", "4 of 216"),
    ("owner", "The sandbox has an owner of its own", "company", "1 row"),
)
_CRM_STEPS = (
    "Copy the database",
    "Restore it under another name",
    "Connect the old clusters",
    "Give it a serial number of its own",
    "Disable scheduled tasks",
    "Point the outgoing mail at the test server",
    "Replace the e-mail addresses of customers",
    "Remove credentials of integrations",
    "Copy document templates",
    "Tell the vendor that it is a sandbox",
    "Check that mail is not fetched twice",
    "Limit the users who can log in",
)


def crm_checklist() -> tuple[ChecklistItem, ...]:
    """As long as the CRM's: ways out with a table, queries, and the vendor's own steps."""
    at = NOW - 2 * HOUR
    items = [
        ChecklistItem(
            id=key,
            title=title,
            kind=ItemKind.AUTOMATIC,
            state=ItemState.PASSED,
            found=found,
            evidence=f"Counted rows of {table} in the copy: {found}, as expected.",
            checked_at=at,
            query=f'SELECT count(*) FROM "{table}" WHERE "disabled" = 0 AND "id" NOT IN (4, 17)',
        )
        for key, title, table, found in _CRM_DONE
    ]
    ways = [("Scheduled tasks", "closed", "41 of 43 off"), ("Fetching of mail", "closed", "12 of 12 off")]
    ways += [(f"Web hook {n}", "closed", "Counted rows of crm_webhook: 0 of 7.") for n in range(1, 6)]
    ways.append(("Phone numbers", "waived", "nobody dials from a sandbox (ana, 2025-11-20)"))
    items.append(
        ChecklistItem(
            id="outward",
            title="Every way out is closed or waived",
            kind=ItemKind.AUTOMATIC,
            state=ItemState.PASSED,
            found="7 closed, 1 waived",
            evidence="8 ways out: 7 closed, 1 waived. Waived: Phone numbers.",
            checked_at=at,
            details=(("Way out", "State", "Shown by"), *ways),
        )
    )
    for number, title in enumerate(_CRM_STEPS, start=1):
        state = {3: ItemState.NOT_APPLICABLE, 9: ItemState.OPEN, 10: ItemState.OPEN, 11: ItemState.FAILED}.get(
            number, ItemState.PASSED
        )
        by_hand = state is ItemState.OPEN
        items.append(
            ChecklistItem(
                id=f"step-{number:02d}",
                title=title,
                kind=ItemKind.MANUAL if by_hand else ItemKind.AUTOMATIC,
                state=state,
                found={ItemState.NOT_APPLICABLE: "not applicable", ItemState.OPEN: "open"}.get(state, "1 of 1"),
                evidence="" if by_hand else "Scheduled tasks are off, except the chosen ones: 41 of 43 off.",
                instructions="Copy the folder SO_ARC/Template to the share of the sandbox, and open one letter there."
                if by_hand
                else "",
                checked_at=None if by_hand else at,
            )
        )
    return tuple(items)
