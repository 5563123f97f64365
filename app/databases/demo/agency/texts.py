"""The free text of an agency: notes, to-dos and mails, written as people write them.

They name the customer, a telephone number, an address: what a scrub must find although no column says so. Every text is
a format string over the same few words, see `Words`.
"""

from random import Random
from typing import TypedDict


class Words(TypedDict):
    """What a text may mention, all of the same customer."""

    name: str
    last: str
    phone: str
    email: str
    street: str
    city: str
    policy: str
    relative: str
    born: str


NOTES = (
    "{name} prefers to be called at {phone} after 5 pm.",
    "Spoke with {name}. New e-mail is {email}, old one bounces.",
    "Moved to {street}, {city} last spring; mail still goes to the old address. Confirmed by phone {phone}.",
    "{relative} may speak for {name} on this account (written consent on file).",
    "Referred by the {last} family. Loyal since the flood claim. Birthday card: {born}.",
    "Do not call the office, only the cell: {phone}. Sends documents from {email}.",
    "Shopping the renewal. Wants three quotes by e-mail to {email} before the end of the month.",
    "Key for the alarm at {street} is with the neighbour. Call {name}, {phone}, before any inspection.",
)
CONTACT_NOTES = (
    "Signs for {name}. Direct line {phone}.",
    "Send certificates to {email}.",
    "Only in on Tuesdays; otherwise ask for {relative}.",
)
ACTIVITIES = (
    ("Phone call", "Called {name} at {phone}, left a message about {policy}."),
    ("Phone call", "{name} called in from {phone}: wants to add {relative} to {policy}."),
    ("E-mail received", "{email} asks for a copy of the declarations page of {policy}."),
    ("E-mail sent", "Sent ID cards for {policy} to {email}."),
    ("Endorsement", "Address on {policy} changed to {street}, {city} at the request of {name}."),
    ("Payment", "Payment taken by phone from {name} for {policy}."),
    ("Remarketing", "Quoted {policy} with two carriers; {name} will decide by Friday."),
    ("Document", "Signed application of {name} attached."),
    ("Download", "Carrier download applied to {policy}."),
    ("Download", "Renewal downloaded, no changes."),
)
SUSPENSES = (
    "Call {name} about the renewal of {policy}: {phone}",
    "Missing signature of {relative} on {policy}",
    "Verify new address {street}, {city} for {name}",
    "Send loss runs to {email}",
    "Check cancellation notice for {policy}",
)
CLAIMS = (
    (
        "Collision",
        "{name} was rear-ended at a light in {city}. Other driver's insurer informed. Reach insured at {phone}.",
    ),
    ("Water damage", "Pipe burst at {street}. {name} shut off the water, plumber invoice to follow from {email}."),
    ("Theft", "Tools stolen from the driveway at {street}, {city}. Police report filed by {relative}."),
    ("Wind and hail", "Shingles off after the storm of the weekend. Inspection arranged with {name}, {phone}."),
    ("Fire", "Kitchen fire at {street}, {city}. Nobody hurt. {name} and {relative} stay with family."),
    ("Slip and fall", "Visitor fell on the stairs at {street}. Statement taken from {name}."),
    ("Glass", "Windshield replaced."),
)
MAILS = (
    (
        "Your renewal of {policy}",
        "Dear {name},\n\nyour policy {policy} renews soon. We have {phone} as your number; reply if that changed.\n",
    ),
    ("Documents for {policy}", "Dear {name},\n\nplease sign the attached and return it from {email}.\n\nYour agency\n"),
    ("Happy birthday, {name}", "Dear {name},\n\nall of us at the agency wish you a happy birthday!\n"),
)
ATTRIBUTES = (
    ("Emergency contact", "{relative}, {phone}"),
    ("Alternate e-mail", "{email}"),
    ("Spouse or partner", "{relative}"),
    ("Mailing name", "{name}"),
    ("Second home", "{street}, {city}"),
    ("Birthday", "{born}"),
    ("Paperless", "yes"),
    ("Text messages", "no"),
)
ANSWERS = (
    ("Whom should we call first?", "{relative} at {phone}"),
    ("Where should certificates go?", "{email}"),
    ("Do you have a dog?", "No"),
    ("Any claims in the last five years?", "None that {name} remembers"),
    ("Who lives in the household?", "{name} and {relative}"),
    ("Where is the vehicle kept overnight?", "{street}, {city}"),
)
FORMS = (
    "Application for homeowners",
    "Statement of no loss",
    "Automatic payment",
    "Annual review",
    "Certificate request",
)


def one(random: Random, texts: tuple[str, ...], words: Words) -> str:
    """One of the texts, filled in."""
    return texts[int(random.random() * len(texts))].format_map(words)


def pair(random: Random, texts: tuple[tuple[str, str], ...], words: Words) -> tuple[str, str]:
    """One of the pairs, its second part filled in."""
    first, second = texts[int(random.random() * len(texts))]
    return first, second.format_map(words)
