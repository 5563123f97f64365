"""The free text of a CRM, in the three languages its users write: notes, requests, mails.

They name people, numbers and addresses: what a scrub must find although no column says so. Every text is a format
string over the same few words, see `Words`.
"""

from typing import TypedDict

Texts = dict[str, tuple[str, ...]]
"""Language to the texts to choose from."""


class Words(TypedDict):
    """What a text may mention, all of the same company."""

    name: str
    last: str
    phone: str
    email: str
    street: str
    city: str
    company: str
    colleague: str


# What text.type stands for. The documents at hand do not list its values; these are ours.
CONTACT, PERSON, PROJECT, SALE, APPOINTMENT, DOCUMENT, MEMBER = 1, 2, 3, 4, 5, 6, 7

LANGUAGES = {"no": 1044, "de": 1031, "en": 2057}
"""The code that text.lcid has for each."""

NOTES: Texts = {
    "no": (
        "{name} vil helst bli oppringt på {phone} etter klokka fire.",
        "Snakket med {name}. Ny e-postadresse er {email}, den gamle virker ikke lenger.",
        "{company} har flyttet til {street} i {city}. Faktura fortsatt til {email}.",
        "{colleague} kan signere når {name} er på ferie.",
        "Fornøyd kunde siden starten.",
    ),
    "de": (
        "{name} ist nur vormittags unter {phone} zu erreichen.",
        "Mit {name} gesprochen: neue E-Mail-Adresse {email}, die alte ist abgeschaltet.",
        "{company} ist umgezogen: {street}, {city}. Rechnungen weiterhin an {email}.",
        "{colleague} vertritt {name} bis Ende des Monats.",
        "Zufriedener Kunde, Referenz möglich.",
    ),
    "en": (
        "{name} prefers to be called at {phone} after four.",
        "Spoke with {name}. The new e-mail is {email}, the old one bounces.",
        "{company} has moved to {street}, {city}. Invoices still go to {email}.",
        "{colleague} may sign for {name}.",
        "Happy customer, may be named as a reference.",
    ),
}
SALES: Texts = {
    "no": ("Tilbud til {company}", "Utvidelse for {company}", "Serviceavtale, avklares med {name}"),
    "de": ("Angebot für {company}", "Erweiterung {company}", "Wartungsvertrag, Rückfrage bei {name}"),
    "en": ("Quote for {company}", "Extension for {company}", "Service agreement, ask {name}"),
}
MEETINGS: Texts = {
    "no": ("Møte med {name} hos {company}", "Ring {name} på {phone}", "Lunsj med {name} og {colleague}"),
    "de": ("Termin mit {name} bei {company}", "{name} unter {phone} anrufen", "Mittagessen mit {name}, {colleague}"),
    "en": ("Meeting with {name} at {company}", "Call {name} at {phone}", "Lunch with {name} and {colleague}"),
}
DOCUMENTS: Texts = {
    "no": ("Tilbud {company}.docx", "Kontrakt med {name}.pdf", "Møtereferat.docx"),
    "de": ("Angebot {company}.docx", "Vertrag {name}.pdf", "Protokoll.docx"),
    "en": ("Quote {company}.docx", "Contract {name}.pdf", "Minutes.docx"),
}
REQUESTS = {
    "no": (
        ("Får ikke logget inn", "Hei,\n\njeg får ikke logget inn med {email}. Ring meg på {phone}.\n\nMvh\n{name}\n"),
        ("Feil på faktura", "Hei,\n\nfakturaen ble sendt til {street}, {city}. Vi har flyttet.\n\n{name}, {company}\n"),
        ("Ny bruker", "Hei,\n\nkan dere opprette en bruker til {colleague}?\n\nHilsen {name}\n"),
    ),
    "de": (
        ("Anmeldung geht nicht", "Guten Tag,\n\nich kann mich mit {email} nicht anmelden. Tel. {phone}\n\n{name}\n"),
        ("Falsche Rechnungsanschrift", "Hallo,\n\ndie neue Anschrift: {street}, {city}.\n\n{name}, {company}\n"),
        ("Neuer Zugang", "Hallo,\n\nbitte einen Zugang für {colleague} einrichten.\n\nGruß {name}\n"),
    ),
    "en": (
        ("Cannot sign in", "Hello,\n\nI cannot sign in as {email}. Call me at {phone}.\n\nKind regards\n{name}\n"),
        ("Wrong address on invoice", "Hello,\n\nthe new one is {street}, {city}.\n\n{name}, {company}\n"),
        ("New user", "Hello,\n\nplease make a user for {colleague}.\n\nBest\n{name}\n"),
    ),
}
REPLIES = {
    "no": "Hei {name},\n\ntakk for henvendelsen. Vi har ringt {phone}, men fikk ikke svar.\n",
    "de": "Guten Tag {name},\n\nvielen Dank. Unter {phone} haben wir Sie nicht erreicht.\n",
    "en": "Dear {name},\n\nthank you. We tried {phone} and could not reach you.\n",
}
LETTERS = {
    "no": ("Vedrørende tilbudet", "Hei,\n\nsend avtalen til {email}, {colleague} signerer.\n\n{name}\n{phone}\n"),
    "de": ("Zu Ihrem Angebot", "Hallo,\n\nbitte an {email}, {colleague} unterschreibt.\n\n{name}\n{phone}\n"),
    "en": ("About your quote", "Hello,\n\nplease send it to {email}, {colleague} signs.\n\n{name}\n{phone}\n"),
}
