"""Tables: who may come in, under which licence, and how the installation is set up."""

from sqlalchemy import MetaData

from app.databases.demo.crm.tables.columns import (
    blob,
    checksum,
    clob,
    flag,
    key,
    link,
    moment,
    ranked,
    service_link,
    small,
    string,
    table,
    whole,
)

ASSOCIATE = "associate.associate_id"


def declare(m: MetaData) -> None:
    _users(m)
    _licence(m)
    _settings(m)


def _users(m: MetaData) -> None:
    table(m, 2, "associate",
          key("associate_id"), string("name", 239, null=False), string("userName", 254), small("deleted"),
          link("group_idx", "UserGroup.UserGroup_id"), link("person_id", "person.person_id"), small("type"),
          moment("lastlogin"), moment("lastlogout"), link("ejuserId", "ejuser.id", null=True, none=(0, -1)),
          link("tzLocationId", "TZLocation.TZLocation_id", null=True), checksum(),
          flag("waiting_for_approval", null=False), audited=True)  # fmt: skip
    table(m, 250, "Credentials",
          key("Credentials_id"), link("associateId", ASSOCIATE), link("personId", "person.person_id", null=True),
          string("credentialType", 254, null=False), string("searchName", 254, null=False),
          string("secret", 2000, null=False), moment("validFrom", null=False), moment("validTo", null=False),
          small("isActive", null=False), moment("lastUsedDate"), string("lastusedInfo", 254),
          string("displayName", 254), checksum(), audited=True)  # fmt: skip
    ranked(m, 59, "UserGroup", small("type"))
    table(m, 60, "UserGroupLink",
          key("UserGroupLink_id"), link("assoc_id", ASSOCIATE), link("UserGroup_id", "UserGroup.UserGroup_id"),
          string("remark", 254), moment("validFrom"), moment("validTo"), checksum(null=True),
          audited=True)  # fmt: skip
    table(m, 191, "Role",
          key("Role_id"), string("name", 239), small("rank", null=False), string("tooltip", 254),
          small("deleted", null=False), small("roleType", null=False), flag("use_categories"), checksum(),
          audited=True)  # fmt: skip
    table(m, 192, "UserRoleLink",
          key("UserRoleLink_id"), link("associate_id", ASSOCIATE), link("role_id", "Role.Role_id"), whole("linkType"),
          checksum(), audited=True)  # fmt: skip
    table(m, 510, "PushNotificationService",
          key("pushnotificationservice_id"), link("AssociateId", ASSOCIATE), string("DeviceIdentifier", 256,
          null=False),
          string("DeviceDisplayName", 256), small("DevicePlatform", null=False),
          string("PNSHandle", 1024, null=False), audited=True)  # fmt: skip
    table(m, 513, "TemporaryKey",
          key("temporarykey_id"), small("domain", null=False), whole("target_id", null=True),
          link("person_id", "person.person_id", null=True), string("authkey", 256, null=False), moment("expires"),
          string("payload", 4000), audited=True)  # fmt: skip
    table(m, 297, "login",
          key(), service_link("user_id", "ejuser.id"), string("session_key", 32, null=False), string("remote_addr", 64),
          string("ns_secret", 2000), moment("logged_in"), small("status", null=False), small("origin",
          null=False))  # fmt: skip
    table(m, 298, "login_customer",
          key(), service_link("customer_id", "person.person_id"), string("session_key", 32, null=False),
          moment("expire"), string("remote_addr", 64), small("origin", null=False))  # fmt: skip


def _licence(m: MetaData) -> None:
    # Exactly one row, and the application lets nobody in when it was changed by somebody else.
    table(m, 1, "company",
          key("company_id"), whole("version"), small("revision", null=False), string("ownerContactName", 219,
          null=False),
          string("ownerDepartmentName", 219, null=False), link("ownerContactId", "contact.contact_id"),
          string("dbContactName", 219, null=False), string("dbDepartmentName", 219, null=False),
          link("dbContactId", "contact.contact_id"), string("serialNo", 219, null=False), checksum(),
          audited=True)  # fmt: skip
    table(m, 212, "ModuleOwner",
          key("ModuleOwner_id"), string("ownerName", 239, null=False), string("licenseUrl", 254, null=False),
          blob("signedPublicKey"), string("signature", 254, null=False), whole("deploymentType", null=True),
          string("productType", 254), moment("expiration", null=False), moment("graceTo", null=False),
          moment("maintenanceTo", null=False), checksum(), audited=True)  # fmt: skip
    table(m, 237, "ModuleLicense",
          key("ModuleLicense_id"), link("ModuleOwner_id", "ModuleOwner.ModuleOwner_id"),
          string("moduleName", 239, null=False), string("moduleVersion", 254), small("licenseType", null=False),
          whole("licenseNumber"), whole("extraFlags"), string("signature", 254), flag("unrestricted"), flag("hidden"),
          checksum(), audited=True)  # fmt: skip
    table(m, 238, "LicenseAssocLink",
          key("LicenseAssocLink_id"), link("moduleLicenseId", "ModuleLicense.ModuleLicense_id"),
          link("assocId", ASSOCIATE), moment("validFrom", null=False), moment("validTo", null=False),
          whole("licenseNumber"), checksum(), audited=True)  # fmt: skip


def _settings(m: MetaData) -> None:
    # owner_id is 0 on the levels 1 and 2, a database on 3, a user group on 4 and an associate on 5.
    table(m, 56, "UserPreference",
          key("userpreference_id"), small("deflevel", null=False), small("maxlevel", null=False), whole("owner_id"),
          string("prefsection", 199, null=False), string("prefkey", 199, null=False), string("prefvalue", 2046),
          audited=True)  # fmt: skip
    table(m, 184, "PrefDesc",
          key("PrefDesc_id"), string("prefsection", 199, null=False), string("prefkey", 199, null=False),
          string("name", 254), small("valueType"), small("maxLevel"), small("sysMaxLevel"), audited=True)  # fmt: skip
    table(m, 253, "registry", key(), whole("reg_id"), string("name", 255, null=False), string("value", 255))
    # Of the Service module's own settings only what the clean-up must touch.
    table(m, 252, "config",
          key(), string("smtp_host", 255), string("cgi_url", 255), string("cgi_url_internal", 255),
          clob("signature"))  # fmt: skip
    table(m, 0, "sequence", key(), whole("next_id", null=True), string("TableName", 255),
          whole("TableNumber", null=True))  # fmt: skip
