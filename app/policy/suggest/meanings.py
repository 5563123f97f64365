"""What a column may hold, and what its name says about that."""

from dataclasses import dataclass
from enum import StrEnum

from app.policy.suggest.names import Words


class Meaning(StrEnum):
    """In words that a reason can quote."""

    EMAIL = "e-mail address"
    PHONE = "phone number"
    FIRST_NAME = "given name"
    LAST_NAME = "family name"
    FULL_NAME = "person's name"
    INITIALS = "person's initials"
    COMPANY = "company name"
    STREET = "street address"
    CITY = "place of an address"
    POSTCODE = "postcode"
    REGION = "region of an address"
    BIRTH_DATE = "date of birth"
    PERSONAL_DATE = "date in a person's life"
    NATIONAL_ID = "national or tax id"
    BANK_ACCOUNT = "bank account"
    CARD = "payment card"
    SECRET = "password or key"  # noqa: S105  # a kind of column, no secret
    TOKEN = "token of a session or service"  # noqa: S105
    USERNAME = "login name"
    NUMBER = "number by which a person is known"
    IP = "network address"
    DEVICE = "device of a person"
    VEHICLE = "vehicle of a person"
    URL = "web address"
    FILE = "file name or path"
    IMAGE = "picture"
    BLOB = "binary content"
    GEO = "position on earth"
    NOTE = "free text"
    ATTRIBUTE = "value of any kind"
    JSON = "structured data"
    SENSITIVE = "health, belief or the like"
    INCOME = "income or credit of a person"
    AGE = "age"
    TRAIT = "trait of a person"

    KEY = "key"
    COUNTRY = "country"
    AMOUNT = "amount"
    FLAG = "flag"
    CODE = "code or state"
    DATE = "date"
    LABEL = "label of a thing"
    NAME = "name of something"
    UNKNOWN = "unknown"


def with_article(words: str) -> str:
    """`a date`, `an age`."""
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


HARMLESS = frozenset(
    {Meaning.KEY, Meaning.COUNTRY, Meaning.AMOUNT, Meaning.FLAG, Meaning.CODE, Meaning.DATE, Meaning.LABEL}
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a name says; `strength` from 0 to 1 is how sure the name alone makes it."""

    meaning: Meaning
    strength: float


UNREAD = Reading(Meaning.UNKNOWN, 0.0)


@dataclass(frozen=True, slots=True)
class Rule:
    """A name with all of these concepts and none of those means this, so surely."""

    meaning: Meaning
    strength: float
    needs: frozenset[str]
    without: frozenset[str]

    def fits(self, words: Words) -> bool:
        return self.needs <= words.concepts and self.without.isdisjoint(words.concepts)


def _rule(meaning: Meaning, strength: float, needs: str, without: str = "") -> Rule:
    return Rule(meaning, strength, frozenset(needs.split(",")), frozenset(without.split(",")) - {""})


# The first that fits speaks. Names are read for what the column is in the end: `email_count` is an amount.
RULES = (
    _rule(Meaning.NATIONAL_ID, 0.95, "nationalid", "flag"),
    _rule(Meaning.NATIONAL_ID, 0.9, "social,security"),
    _rule(Meaning.NATIONAL_ID, 0.85, "tax,id"),
    _rule(Meaning.NATIONAL_ID, 0.85, "tax,number"),
    _rule(Meaning.NATIONAL_ID, 0.85, "federal,id"),
    _rule(Meaning.NATIONAL_ID, 0.85, "passportno"),
    _rule(Meaning.NATIONAL_ID, 0.85, "identity,number"),
    _rule(Meaning.NATIONAL_ID, 0.85, "driver,license"),
    _rule(Meaning.NATIONAL_ID, 0.85, "license,number"),
    _rule(Meaning.NATIONAL_ID, 0.8, "company,number", "quantity,name,date,of person,numbered"),
    _rule(Meaning.CARD, 0.9, "credit,cardword", "type,date"),
    _rule(Meaning.CARD, 0.8, "cardword,number"),
    _rule(Meaning.CARD, 0.9, "card", "type,date"),
    _rule(Meaning.FULL_NAME, 0.9, "holder,name"),
    _rule(Meaning.TOKEN, 0.9, "api,key"),
    _rule(Meaning.TOKEN, 0.9, "api,secret"),
    _rule(Meaning.TOKEN, 0.75, "door,code"),
    _rule(Meaning.TOKEN, 0.75, "door,key"),
    _rule(Meaning.TOKEN, 0.75, "door,url"),
    _rule(Meaning.TOKEN, 0.85, "token", "quantity,date,created,flag,type"),
    _rule(Meaning.SECRET, 0.95, "secret", "quantity,date,created,flag,type,made"),
    _rule(Meaning.BANK_ACCOUNT, 0.9, "iban", "type"),
    _rule(Meaning.BANK_ACCOUNT, 0.8, "banksort,code"),
    _rule(Meaning.BANK_ACCOUNT, 0.85, "bank,account", "type,name"),
    _rule(Meaning.BANK_ACCOUNT, 0.8, "bank,number"),
    _rule(Meaning.BANK_ACCOUNT, 0.7, "account,number"),
    _rule(Meaning.FULL_NAME, 0.8, "bank,holder"),
    _rule(Meaning.BANK_ACCOUNT, 0.7, "bank", "name,type,code"),
    _rule(Meaning.COMPANY, 0.6, "bank,name"),
    _rule(Meaning.NOTE, 0.85, "email,note"),
    _rule(Meaning.NOTE, 0.8, "message,note"),
    _rule(Meaning.NOTE, 0.7, "message", "type,id,date"),
    _rule(Meaning.URL, 0.9, "email,url", "name,type"),
    _rule(Meaning.EMAIL, 0.95, "email", "type,quantity"),
    _rule(Meaning.IP, 0.9, "ip"),
    _rule(Meaning.DEVICE, 0.85, "device", "type"),
    _rule(Meaning.DEVICE, 0.7, "user,agent"),
    _rule(Meaning.PHONE, 0.8, "area,code"),
    _rule(Meaning.PHONE, 0.95, "phone", "type"),
    _rule(Meaning.PHONE, 0.75, "extension", "file,type,url"),
    _rule(Meaning.URL, 0.85, "url", "name,type"),
    _rule(Meaning.URL, 0.85, "portrait"),
    _rule(Meaning.URL, 0.85, "of person,image"),
    _rule(Meaning.VEHICLE, 0.85, "vehicle"),
    _rule(Meaning.BIRTH_DATE, 0.95, "birth", "city,country,name,place"),
    _rule(Meaning.CITY, 0.85, "birth,city"),
    _rule(Meaning.CITY, 0.85, "birth,place"),
    _rule(Meaning.LAST_NAME, 0.9, "birth,name"),
    _rule(Meaning.SENSITIVE, 0.9, "health"),
    _rule(Meaning.SENSITIVE, 0.9, "belief", "name,email"),
    _rule(Meaning.SENSITIVE, 0.9, "criminal"),
    _rule(Meaning.INCOME, 0.85, "money_personal"),
    _rule(Meaning.PERSONAL_DATE, 0.85, "death"),
    _rule(Meaning.PERSONAL_DATE, 0.8, "employ", "type,id"),
    _rule(Meaning.AGE, 0.8, "age"),
    _rule(Meaning.USERNAME, 0.9, "username", "date,created,quantity,timestamp,moment"),
    _rule(Meaning.USERNAME, 0.9, "user,name", "given,family,full"),
    _rule(Meaning.FIRST_NAME, 0.95, "given,name", "of catalog,of transaction"),
    _rule(Meaning.LAST_NAME, 0.95, "family,name", "of catalog,of transaction"),
    _rule(Meaning.FULL_NAME, 0.95, "full,name", "of catalog,product"),
    _rule(Meaning.FIRST_NAME, 0.8, "nickname"),
    _rule(Meaning.INITIALS, 0.8, "initials"),
    _rule(Meaning.CITY, 0.9, "city", "type"),
    _rule(Meaning.POSTCODE, 0.9, "post,code"),
    _rule(Meaning.POSTCODE, 0.9, "post,number"),
    _rule(Meaning.POSTCODE, 0.9, "postcode", "address"),
    _rule(Meaning.TRAIT, 0.8, "nationality"),
    _rule(Meaning.COUNTRY, 0.9, "country", "name,full"),
    _rule(Meaning.COUNTRY, 0.85, "country,name"),
    _rule(Meaning.REGION, 0.75, "region", "name,note,label"),
    _rule(Meaning.GEO, 0.85, "geo"),
    _rule(Meaning.EMAIL, 0.8, "sender,address"),
    _rule(Meaning.EMAIL, 0.75, "notice,recipient"),
    _rule(Meaning.EMAIL, 0.7, "recipient,sender"),
    _rule(Meaning.STREET, 0.9, "street", "type"),
    _rule(Meaning.STREET, 0.9, "address", "type,id"),
    _rule(Meaning.TRAIT, 0.85, "gender"),
    _rule(Meaning.TRAIT, 0.85, "marital"),
    _rule(Meaning.TRAIT, 0.75, "jobtitle"),
    _rule(Meaning.TRAIT, 0.75, "salutation"),
    _rule(Meaning.TRAIT, 0.75, "contact,title"),
    _rule(Meaning.TRAIT, 0.6, "relation"),
    _rule(Meaning.NUMBER, 0.7, "customer_no"),
    _rule(Meaning.NUMBER, 0.65, "numbered,number", "quantity,name"),
    _rule(Meaning.NUMBER, 0.65, "of person,number", "quantity,name"),
    _rule(Meaning.FULL_NAME, 0.8, "of person,name", "file,type,of catalog,label,product,of company"),
    _rule(Meaning.CODE, 0.75, "company,businessline"),
    _rule(Meaning.COMPANY, 0.85, "company", "type,code,id"),
    _rule(Meaning.COMPANY, 0.8, "of company,name"),
    _rule(Meaning.FULL_NAME, 0.75, "agent,name"),
    _rule(Meaning.FULL_NAME, 0.8, "author", "id,type"),
    _rule(Meaning.FULL_NAME, 0.75, "sender,name"),
    _rule(Meaning.FULL_NAME, 0.75, "by,name"),
    _rule(Meaning.IMAGE, 0.8, "image"),
    _rule(Meaning.FILE, 0.7, "file"),
    _rule(Meaning.FULL_NAME, 0.7, "ship,name"),
    _rule(Meaning.FULL_NAME, 0.7, "bill,name"),
    _rule(Meaning.LABEL, 0.8, "product,name"),
    _rule(Meaning.LABEL, 0.75, "of catalog,name", "of person,of company"),
    _rule(Meaning.LABEL, 0.75, "of catalog,note", "of person,of company,of transaction"),
    _rule(Meaning.LABEL, 0.75, "of catalog,label"),
    _rule(Meaning.FLAG, 0.8, "flag"),
    _rule(Meaning.NAME, 0.5, "name"),
    _rule(Meaning.AMOUNT, 0.85, "quantity", "note"),
    _rule(Meaning.FULL_NAME, 0.6, "made,by"),
    _rule(Meaning.FULL_NAME, 0.6, "created,by"),
    _rule(Meaning.ATTRIBUTE, 0.6, "created,blob"),
    _rule(Meaning.DATE, 0.85, "created"),
    _rule(Meaning.DATE, 0.8, "timestamp", "note"),
    _rule(Meaning.DATE, 0.75, "date", "note,type"),
    _rule(Meaning.DATE, 0.7, "moment", "note,type,email,quantity,product"),
    _rule(Meaning.CODE, 0.75, "status"),
    _rule(Meaning.CODE, 0.75, "code", "note"),
    _rule(Meaning.CODE, 0.7, "type", "note"),
    _rule(Meaning.FULL_NAME, 0.6, "agent", "quantity"),
    _rule(Meaning.FULL_NAME, 0.65, "contact"),
    _rule(Meaning.FULL_NAME, 0.6, "holder"),
    _rule(Meaning.EMAIL, 0.5, "sender"),
    _rule(Meaning.NOTE, 0.7, "note"),
    _rule(Meaning.NOTE, 0.7, "fault", "quantity,code,id,type,date,email,url,status"),
    _rule(Meaning.ATTRIBUTE, 0.6, "attribute"),
    _rule(Meaning.ATTRIBUTE, 0.55, "value"),
    _rule(Meaning.BLOB, 0.6, "blob"),
    _rule(Meaning.NUMBER, 0.4, "number", "of transaction"),
    _rule(Meaning.USERNAME, 0.6, "user", "id,quantity,type,note,name"),
    _rule(Meaning.FULL_NAME, 0.5, "of person", "id,quantity,type"),
    _rule(Meaning.COMPANY, 0.5, "of company", "id,quantity,type,number,label"),
    _rule(Meaning.LABEL, 0.65, "product", "note"),
    _rule(Meaning.LABEL, 0.6, "label"),
    _rule(Meaning.KEY, 0.5, "number"),
    _rule(Meaning.LABEL, 0.5, "of catalog", "title"),
)

# An id that is no reference to a row but a secret or an identity in itself.
_TELLING_IDS = frozenset(
    {"nationalid", "tax", "federal", "social", "identity", "token", "device", "username", "vehicle", "email"}
)

# A kind or state of these says something about a person: a blood type, a marital status, an age group.
_TELLING_KINDS = frozenset(
    {"health", "belief", "criminal", "marital", "gender", "nationality", "money_personal", "age", "employ", "jobtitle"}
)


def read_column(words: Words) -> Reading:
    """What the column's name says by itself; UNREAD when it says nothing."""
    if "id" in words.last and words.has("network"):
        return Reading(Meaning.NUMBER, 0.75)  # by which somebody is known to a service outside
    if "id" in words.last and words.has("door"):
        return Reading(Meaning.TOKEN, 0.75)  # who knows it may come in
    if "id" in words.last and not words.any(*(_TELLING_IDS - {"email"})):
        return Reading(Meaning.KEY, 0.7)
    if "id" in words.last and words.has("email"):
        return Reading(Meaning.KEY, 0.5)
    if "flag" in words.first and len(words.words) > 1:
        return Reading(Meaning.FLAG, 0.6)
    if "flag" in words.last and not words.any("secret", "token"):
        return Reading(Meaning.FLAG, 0.8)
    if words.last & {"status", "type"} and not words.any("quantity", *_TELLING_KINDS):
        return Reading(Meaning.CODE, 0.75)
    if words.last & {"moment", "timestamp"} and not words.any("birth", "death", "employ", "health", "marital"):
        return Reading(Meaning.DATE, 0.8)
    if words.last & {"quantity"} and not words.any("money_personal", "geo", "health", "criminal", "secret", "token"):
        return Reading(Meaning.AMOUNT, 0.8)
    if "title" in words.concepts and "jobtitle" not in words.concepts:
        return (
            Reading(Meaning.TRAIT, 0.7)
            if words.any("of person", "contact", "marital", "employ")
            else Reading(Meaning.UNKNOWN, 0.3)
        )
    return next((Reading(rule.meaning, rule.strength) for rule in RULES if rule.fits(words)), UNREAD)
