"""What happens between two copies of a CRM: partners set up apps in the sandbox, and production goes on."""

from collections.abc import Iterator

FIRST = 1_000_000_000
"""The number that what apps set up in a sandbox begins with."""
_AT = "'2026-11-02 08:00:00'"

_APP = f"""
INSERT INTO "OnlineApp" (onlineapp_id, "clientId", "displayName", "authorizationRevoked", registered,
                         registered_associate_id)
VALUES ({FIRST}, 'tried-here', 'Tried Here', 0, {_AT}, 1)"""
_USER = f"""
INSERT INTO associate (associate_id, name, deleted, group_idx, person_id, type, waiting_for_approval, "encryptedCheck",
                       registered, registered_associate_id)
VALUES ({{number}}, 'SYS-{{app}}', 0, 4, 0, 13, 0, '', {_AT}, 1)"""
_ROLE = f"""
INSERT INTO "UserRoleLink" ("UserRoleLink_id", associate_id, role_id, "linkType", "encryptedCheck", registered,
                            registered_associate_id)
VALUES ({{number}}, {{user}}, {{role}}, 1, '', {_AT}, 1)"""
_LOGIN = f"""
INSERT INTO "Credentials" ("Credentials_id", "associateId", "credentialType", "searchName", secret, "validFrom",
                           "validTo", "isActive", "encryptedCheck", registered, registered_associate_id)
SELECT {{number}}, associate_id, 'SystemUser', '{{app}}', 'made in the sandbox', {_AT}, '2030-01-01 00:00:00', 1, '',
       {_AT}, 1
  FROM associate WHERE name = 'SYS-{{app}}' AND deleted = 0"""


def apps_set_up(client: str, other: str) -> Iterator[str]:
    """As the product might: `client` gets a user made anew and `other` production's, and a third app, which production
    does not know, a row and a user of its own. Each has a login made here, and the new users a role that nobody has."""
    yield f'UPDATE "OnlineApp" SET "authorizationRevoked" = 0 WHERE "clientId" IN (\'{client}\', \'{other}\')'
    yield _APP
    yield f"UPDATE associate SET deleted = 0 WHERE name = 'SYS-{other}'"
    for number, app in ((FIRST, client), (FIRST + 1, "tried-here")):
        yield _USER.format(number=number, app=app)
        for place, role in enumerate((3, 77)):
            yield _ROLE.format(number=2 * number - FIRST + place, user=number, role=role)
    for number, app in enumerate((client, "tried-here", other), FIRST):
        yield _LOGIN.format(number=number, app=app)
    yield f"UPDATE sequence SET next_id = {FIRST + 2} WHERE \"TableName\" = 'associate'"


def production_goes_on() -> Iterator[str]:
    """A colleague and a customer; they take the numbers that come next there."""
    yield (
        "INSERT INTO associate (associate_id, name, deleted, group_idx, person_id, type, waiting_for_approval, "
        '"encryptedCheck", registered, registered_associate_id) '
        f"SELECT max(associate_id) + 1, 'NEWUSER', 0, 1, 0, 0, 0, '', {_AT}, 1 FROM associate"
    )
    yield (
        "INSERT INTO contact (contact_id, name, country_id, business_idx, category_idx, registered, "
        "registered_associate_id) "
        f"SELECT max(contact_id) + 1, 'Halden Fjordfiske AS', 1, 1, 1, {_AT}, 1 FROM contact"
    )
