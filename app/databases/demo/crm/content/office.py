"""The firm that runs the CRM: itself as a company, its people as users, its licence and its settings."""

from dataclasses import dataclass

from app.databases.demo.crm.content.filling import Filling
from app.databases.demo.crm.content.lands import Land, landline, mobile, slug

DOMAIN = "nordlys.example"
NAME = "Nordlys Partner AS"
EMPLOYEE, RESOURCE, EXTERNAL, ANONYMOUS, SYSTEM = 0, 1, 4, 7, 13
"""What associate.type says."""
FOREVER = "9999-12-31 00:00:00"

# Both opt-ins are documented only as they are shown ("Statistics OptIn - Configured", "UserSync OptIn - Configured");
# how the program calls them is not published. The section's name is documented, THE TWO KEYS ARE INVENTED.
OPT_IN_SECTION = "DataCollection"
OPT_IN_KEYS = {
    "StatisticsOptInConfigured": "Statistics OptIn - Configured",
    "UserSyncOptInConfigured": "UserSync OptIn - Configured",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """An employee who may log in; all numbers are of their rows."""

    associate: int
    person: int
    service_user: int
    name: str
    email: str


def fill(filling: Filling, lands: list[Land], customers: int) -> list[User]:
    """Everything of the firm itself. Between 8 and 150 employees, one for every 100 customers."""
    _company(filling, lands[0])
    _groups_and_roles(filling)
    users = [_employee(filling, filling.pick(lands), n) for n in range(max(8, min(150, customers // 100)))]
    filling.associates = [user.associate for user in users]
    _others(filling)
    _licence(filling, users)
    _settings(filling, users)
    return users


def _company(filling: Filling, land: Land) -> None:
    contact = filling.add("contact", name=NAME, department="Oslo", number1="1", orgNr="987654325", associate_id=1,
                          country_id=1, business_idx=1, category_idx=4, text_id=0, group_id=1, activeErpLinks=0,
                          deleted=0, xstop=0, nomailing=0)  # fmt: skip
    filling.add("address", owner_id=contact, atype_idx=2, address1="Nordlysgata 1", zipcode="0150", city="Oslo")
    filling.add("phone", owner_id=contact, ptype_idx=1, phone=landline(filling.random, land), rank=1)
    filling.add("Email", contact_id=contact, protocol="SMTP", description="Office", rank=1,
                email_address=f"post@{DOMAIN}")  # fmt: skip
    serial = f"{1_000_000_000 + filling.below(8_999_999_999)}"
    filling.add("company", version=11, revision=4, ownerContactName=NAME, ownerDepartmentName="Oslo",
                ownerContactId=contact, dbContactName=NAME, dbDepartmentName="Oslo", dbContactId=contact,
                serialNo=serial)  # fmt: skip


def _groups_and_roles(filling: Filling) -> None:
    for rank, name in enumerate(("Sales", "Support", "Marketing", "Administration"), 1):
        filling.add("UserGroup", name=name, rank=rank, deleted=0, type=0)
    for rank, (name, kind) in enumerate((("User", 0), ("Administrator", 0), ("System", 2), ("External", 1)), 1):
        filling.add("Role", name=name, rank=rank, deleted=0, roleType=kind, use_categories=0)


def _employee(filling: Filling, land: Land, number: int) -> User:
    woman = filling.chance(0.5)
    first, last = filling.pick(land.women if woman else land.men), filling.pick(land.last_names)
    email = f"{slug(first)}.{slug(last)}{number or ''}@{DOMAIN}"
    associate, service_user = filling.coming("associate"), filling.coming("ejuser")
    group = 1 + number % 4
    person = filling.add("person", contact_id=1, firstname=first, lastname=last, mrmrs=land.mrmrs[not woman],
                         title=filling.pick(land.jobs), gender=1 + (not woman), country_id=land.country, rank=number,
                         associate_id=associate, year_of_birth=1960 + filling.below(44), retired=0, blockEmarketing=0,
                         month_of_birth=1 + filling.below(12), day_of_birth=1 + filling.below(28))  # fmt: skip
    filling.add("Email", contact_id=0, person_id=person, protocol="SMTP", description="Work", email_address=email,
                rank=1)  # fmt: skip
    number_text = mobile(filling.random, land)
    filling.add("phone", owner_id=person, ptype_idx=16389, phone=number_text, rank=1)
    retired = number % 9 == 8
    filling.add("associate", name=f"{slug(first)[:2]}{slug(last)[:2]}{number}".upper(), userName=email,
                deleted=int(retired), group_idx=group, person_id=person, type=EMPLOYEE, ejuserId=service_user,
                lastlogin=filling.ago(number % 20, 8), lastlogout=filling.ago(number % 20, 16),
                tzLocationId=land.country)  # fmt: skip
    filling.add("Credentials", associateId=associate, personId=person, credentialType="SingleSignOn",
                searchName=email, secret=filling.secret(48), validFrom=filling.ago(1000), validTo=FOREVER, isActive=1,
                lastUsedDate=filling.ago(number % 20), lastusedInfo=f"Web client, {email}",
                displayName=f"{first} {last}")  # fmt: skip
    filling.add("UserGroupLink", assoc_id=associate, UserGroup_id=group, validFrom=filling.ago(1000))
    filling.add("UserRoleLink", associate_id=associate, role_id=2 if number == 0 else 1, linkType=1)
    filling.add("ejuser", loginname=email, username=f"{first} {last}"[:63],
                password=f"pbkdf2${filling.secret(12)}${filling.secret(43)}", firstname=first, lastname=last,
                email=email, sms=number_text, signature=f"{first} {last}\n{NAME}\n{number_text}\n{email}\n",
                usergroup=3 if group == 2 else 4, status=2 if retired else 1, access_level=1 + (number == 0),
                default_category=1, chat_status=number % 3)  # fmt: skip
    if number % 2 == 0:
        filling.add("login", user_id=service_user, session_key=filling.hexadecimal(32),
                    remote_addr=f"203.0.113.{number % 250}", ns_secret=filling.secret(80), logged_in=filling.ago(0, 7),
                    status=1, origin=1)  # fmt: skip
    if number % 3 == 0:
        filling.add("PushNotificationService", AssociateId=associate, DeviceIdentifier=filling.hexadecimal(40),
                    DeviceDisplayName=f"Phone of {first}", DevicePlatform=1 + number % 2,
                    PNSHandle=filling.secret(152))  # fmt: skip
    return User(associate=associate, person=person, service_user=service_user, name=f"{first} {last}", email=email)


def _others(filling: Filling) -> None:
    """Users who are nobody's colleague: rooms and strangers. Those of apps and customers come with theirs."""
    for name, kind in (("ROOM AURORA", RESOURCE), ("VAN", RESOURCE), ("ANONYMOUS", ANONYMOUS)):
        filling.add("associate", name=name, deleted=0, group_idx=4, type=kind)


def system_user(filling: Filling, app: str) -> int:
    """The user that an app works as; its number."""
    associate = filling.add("associate", name=f"SYS-{app}", userName=f"system.{app}@{DOMAIN}", deleted=0, group_idx=4,
                            type=SYSTEM, lastlogin=filling.ago(0, 4), lastlogout=filling.ago(0, 4))  # fmt: skip
    filling.add("Credentials", associateId=associate, credentialType="SystemUser", searchName=app,
                secret=filling.secret(64), validFrom=filling.ago(700), validTo=FOREVER, isActive=1,
                lastUsedDate=filling.ago(0, 4), displayName=app)  # fmt: skip
    filling.add("UserRoleLink", associate_id=associate, role_id=3, linkType=1)
    return associate


def customer_user(filling: Filling, person: int, email: str) -> None:
    """A customer's person who may log in to the customer centre."""
    associate = filling.add("associate", name=f"EXT-{person}", userName=email, deleted=0, group_idx=4,
                            person_id=person, type=EXTERNAL)  # fmt: skip
    filling.add("Credentials", associateId=associate, personId=person, credentialType="Password", searchName=email,
                secret=f"pbkdf2${filling.secret(12)}${filling.secret(43)}", validFrom=filling.ago(400),
                validTo=FOREVER, isActive=1)  # fmt: skip
    filling.add("UserRoleLink", associate_id=associate, role_id=4, linkType=1)


def _licence(filling: Filling, users: list[User]) -> None:
    owner = filling.add("ModuleOwner", ownerName=NAME, licenseUrl="https://license.crm-online.example/check",
                        signedPublicKey=filling.random.randbytes(160), signature=filling.hexadecimal(128),
                        deploymentType=2, productType="CRM Online", expiration=filling.ahead(300),
                        graceTo=filling.ahead(330), maintenanceTo=filling.ahead(300))  # fmt: skip
    for name, kind, count in (
        ("UserPlanSales", 3, 150),
        ("UserPlanService", 3, 40),
        ("Mirroring", 1, 1),
        ("Site", 1, 1),
    ):
        filling.add("ModuleLicense", ModuleOwner_id=owner, moduleName=name, moduleVersion="11", licenseType=kind,
                    licenseNumber=count, signature=filling.hexadecimal(64), unrestricted=0, hidden=0)  # fmt: skip
    for number, user in enumerate(users):
        filling.add("LicenseAssocLink", moduleLicenseId=1 + number % 2, assocId=user.associate,
                    validFrom=filling.ago(600), validTo=FOREVER, licenseNumber=1)  # fmt: skip


def _settings(filling: Filling, users: list[User]) -> None:
    for key, name in OPT_IN_KEYS.items():
        filling.add("PrefDesc", prefsection=OPT_IN_SECTION, prefkey=key, name=name, valueType=1, maxLevel=3,
                    sysMaxLevel=3)  # fmt: skip
        for level, owner in ((2, 0), (3, 1)):  # the system's, and this database's, which wins
            filling.add("UserPreference", deflevel=level, maxlevel=3, owner_id=owner, prefsection=OPT_IN_SECTION,
                        prefkey=key, prefvalue="Yes")  # fmt: skip
    for section, key, value in (
        ("Mail", "MailGatewayMailAddress", f"gateway@{DOMAIN}"),
        ("Mail", "SmtpServer", f"smtp.{DOMAIN}"),
        ("Visual", "DefaultCountry", "1"),
        ("Functions", "UseServiceModule", "Yes"),
    ):
        filling.add("UserPreference", deflevel=2, maxlevel=5, prefsection=section, prefkey=key, prefvalue=value)
    for user in users:
        filling.add("UserPreference", deflevel=5, maxlevel=5, owner_id=user.associate, prefsection="Visual",
                    prefkey="Language", prefvalue="en")  # fmt: skip
        if user.associate % 3 == 0:
            for key, value in (("SmtpServerUser", user.email), ("SmtpServerPass", filling.secret(16)),
                               ("SaveLogonInfo", filling.secret(24))):  # fmt: skip
                filling.add("UserPreference", deflevel=5, maxlevel=5, owner_id=user.associate, prefsection="Mail",
                            prefkey=key, prefvalue=value)  # fmt: skip
    secrets = ("SystemNSKey", "AnonNSKey", "SoapSystemUserPassword", "SuperOfficeIntegrationPassword",
               "PsWinComPassword", "CarrotPassword", "Tele2SmsPassword", "FacebookCallbackKey")  # fmt: skip
    registry = [(name, filling.secret(32)) for name in secrets] + [
        ("NsPluginConfig", f"key={filling.secret(20)};host=plugin.crm-online.example"),
        ("ExternalCustomerAuthURL", f"https://login.{DOMAIN}/external"),
        ("SmsServiceEndpoint", "https://sms-gateway.example/v2/send"),
        ("SpmSMTPServer", f"smtp.{DOMAIN}"),
        ("LogoutUrl", f"https://intranet.{DOMAIN}/bye"),
        ("SpmDefaultFrom", f"news@{DOMAIN}"),
        ("WeekStatRecipient", f"management@{DOMAIN}"),
        ("UserSyncResyncNextRun", filling.ahead(1, 3)),
        ("Language", "no"),
        ("DefaultPageSize", "50"),
    ]
    for number, (name, value) in enumerate(registry, 1):
        filling.add("registry", reg_id=number, name=name, value=value)
    filling.add("config", smtp_host=f"smtp.{DOMAIN}", cgi_url="https://online3.crm-online.example/Cust21513/CS/scripts",
                cgi_url_internal="http://10.20.0.14/Cust21513/CS/scripts",
                signature=f"{NAME}, support@{DOMAIN}")  # fmt: skip
