"""Names of people and companies, word by word: Anna is the same person's first name alone and in a full name."""

import re
from collections.abc import Callable, Iterable

from app.domain.findings import Finding
from app.domain.plan import ColumnPlan
from app.policy.masks.declarations import TEXTS, Example, Mask, MaskDeclaration
from app.policy.masks.keyed import TOKEN_LETTERS, Memo, Subkeys, encoded, is_token, remembered, token_of
from app.policy.masks.space import needs_room
from app.policy.masks.values import otherwise
from app.policy.masks.words import fitting, folded, words
from app.ports.databases import RowValue

_WORD = re.compile(r"[^\W_][\w'\u2019]*")
INITIALS = "ABCDEFGHIJKLMNOPRSTUVW"
"""Without Y, which stands in for a letter that would be itself."""

Word = Callable[[str], str]


def styled(word: str, like: str) -> str:
    """The word in capitals or small letters where `like` is."""
    if len(like) > 1 and like.isupper():
        return word.upper()
    return word.lower() if like.islower() else word


def picker(name: str, domain: str, keys: Subkeys, limit: int | None) -> Callable[[str], str]:
    """A function that chooses from a list by keyed hash, without regard to case, and never what it was given."""
    chosen, number = fitting(name, limit), keys.number(domain)
    count = len(chosen)

    def pick(value: str) -> str:
        key = value.lower()
        index = number(encoded(key)) % count
        if chosen[index].lower() == key:
            index = (index + 1) % count
        return styled(chosen[index], value)

    return pick


def _word_by_word(name: str, keys: Subkeys) -> Word:
    """One word of a name to one word of the list `name`; hyphens, dots and apostrophes around words stay."""
    pick, initial = picker(name, name, keys, None), keys.number(f"{name}/initial")

    def one(match: re.Match[str]) -> str:
        word = match[0]
        if len(word) > 1:
            return pick(word)
        letter = INITIALS[initial(encoded(word.lower())) % len(INITIALS)]
        letter = "Y" if letter == word.upper() else letter
        return letter if word.isupper() else letter.lower()

    def derive(text: str) -> str:
        masked = _WORD.sub(one, text)
        return masked if masked != text else pick(text)

    return Memo(derive).__getitem__


def _fitted(text: str, limit: int | None) -> str:
    return text if limit is None or len(text) <= limit else text[:limit].rstrip() or text[:limit]


def _single(value: str, word: Word) -> str:
    """A first or a last name of one word or several; a particle before another word stays."""
    parts = value.split(" ")
    last = len(parts) - 1
    return " ".join(
        part if not part or (i < last and part.lower() in folded("name_particles")) else word(part)
        for i, part in enumerate(parts)
    )


def _whole(value: str, first: Word, last: Word) -> str:
    """Given names then a surname, or `Surname, Given`; titles, particles and `Jr.` stay where others stand by them."""
    if "," in value:
        before, comma, after = value.partition(",")
        if before.strip() and after.strip() and after.strip().lower() not in folded("name_endings"):
            return _single(before, last) + comma + _single(after, first)
    parts = value.split(" ")
    real = [i for i, part in enumerate(parts) if part]
    while len(real) > 1 and parts[real[-1]].lower() in folded("name_endings"):
        real.pop()
    while len(real) > 1 and parts[real[0]].lower() in folded("name_titles"):
        del real[0]
    for place, index in enumerate(real):
        part = parts[index]
        if place == len(real) - 1 and place:
            parts[index] = last(part)
        elif not place or part.lower() not in folded("name_particles"):
            parts[index] = first(part)
    return " ".join(parts)


def _made(column: ColumnPlan, keys: Subkeys, text: Callable[[str], str], *, few: bool) -> Mask:
    """Binds a function of texts: cut to the column's length, with a token at the end where values must differ."""
    limit, token = column.length, token_of(keys.state("name token"))

    def plain(value: str) -> str:
        masked = _fitted(text(value), limit) if value.strip() else value[:limit]
        return masked if masked != value or not value.strip() else token(value)[:limit]

    def unique(value: str) -> str:
        if not value.strip():
            return value[:limit]
        mark = token(value)
        if limit is None:
            return f"{text(value)} {mark}"
        room = limit - len(mark) - 1
        return f"{text(value)[:room]} {mark}" if room > 0 else mark[:limit]

    chosen = unique if column.unique else plain
    other = otherwise(chosen, column, keys)
    if few and not column.unique:
        return remembered(other)

    def mask(value: RowValue) -> RowValue:
        if type(value) is not str or not value:
            return other(value)
        return chosen(value)

    return mask


def _first(column: ColumnPlan, keys: Subkeys) -> Mask:
    word = _word_by_word("first_names", keys)
    return _made(column, keys, lambda value: _single(value, word), few=True)


def _last(column: ColumnPlan, keys: Subkeys) -> Mask:
    word = _word_by_word("last_names", keys)
    return _made(column, keys, lambda value: _single(value, word), few=True)


def _full(column: ColumnPlan, keys: Subkeys) -> Mask:
    first, last = _word_by_word("first_names", keys), _word_by_word("last_names", keys)
    slow = _made(column, keys, lambda value: _whole(value, first, last), few=False)
    if column.unique:
        return slow
    limit = 1 << 62 if column.length is None else column.length

    def mask(value: RowValue) -> RowValue:
        if type(value) is str and value.count(" ") == 1 and "," not in value:
            given, _, family = value.partition(" ")
            if (
                given
                and family
                and given.lower() not in folded("name_titles")
                and family.lower() not in folded("name_endings")
            ):
                masked = f"{first(given)} {last(family)}"
                if len(masked) <= limit and masked != value:
                    return masked
        return slow(value)

    return mask


def _company(column: ColumnPlan, keys: Subkeys) -> Mask:
    number, names, kinds = keys.number("company"), words("company_words"), words("company_kinds")
    forms = folded("legal_forms")

    def text(value: str) -> str:
        core = value.strip()
        bare, _, legal = core.rpartition(" ")
        if not bare or legal.rstrip(".").lower() not in forms:
            bare, legal = core, ""
        bare = bare.rstrip(" ,")
        drawn = number(encoded(bare.lower()))
        a, b = names[drawn % len(names)], kinds[drawn // len(names) % len(kinds)]
        if f"{a} {b}".lower() == bare.lower():
            b = kinds[(drawn // len(names) + 1) % len(kinds)]
        return styled(f"{a} {b}", bare) + (f" {legal}" if legal else "")

    return _made(column, keys, text, few=True)


def _text_of(value: RowValue) -> str:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    return text if isinstance(text, str) else ""


def _known(lists: tuple[str, ...]) -> Callable[[ColumnPlan, RowValue], bool]:
    """Whether every word of a value stands in one of the lists: then the mask could have written it."""

    def produces(column: ColumnPlan, value: RowValue) -> bool:
        text = _text_of(value)
        found = _WORD.findall(text)
        if column.unique and found and is_token(found[-1]):
            found.pop()
        if found and column.length is not None and len(text) >= column.length - 1:
            cut = found.pop().lower()  # the column's length may have cut the last word
            if not any(word.startswith(cut) for name in lists for word in folded(name)):
                return False
        elif not found:
            return False
        return all(_listed(word.lower(), lists) for word in found)

    return produces


def _listed(word: str, lists: tuple[str, ...]) -> bool:
    return (
        len(word) == 1
        or word in folded("name_particles")
        or word in folded("name_titles")
        or word in folded("name_endings")
        or any(word in folded(name) for name in lists)
    )


def _company_produces(column: ColumnPlan, value: RowValue) -> bool:
    parts = _text_of(value).lower().split()
    return len(parts) >= 2 and parts[0] in folded("company_words") and parts[1] in folded("company_kinds")


def _limits(column: ColumnPlan, rows: int | None) -> Iterable[Finding]:
    """A unique name gets a token, which must fit beside at least three letters of a name."""
    return needs_room(column, rows, TOKEN_LETTERS, 4) if column.unique else ()


FIRST_NAME = MaskDeclaration(
    name="first_name",
    title="First name",
    help="Replaces each word by a first name from a list, in the same capitals.",
    keeps="The number of words, initials as initials, and the same name for the same name everywhere.",
    breaks="Gender, language and origin of a name. In a unique column a token follows the name.",
    families=TEXTS,
    examples=(
        Example(before="Anna", after="Meagan"),
        Example(before="ANNE-MARIE", after="LANCE-ANNA"),
        Example(before="J.", after="R."),
    ),
    make=_first,
    produces=_known(("first_names",)),
    limits=_limits,
)
LAST_NAME = MaskDeclaration(
    name="last_name",
    title="Last name",
    help="Replaces each word by a surname from a list, in the same capitals. Particles such as van der stay.",
    keeps="The same surname for the same surname everywhere, so families stay together.",
    breaks="Language and origin of a name. In a unique column a token follows the name.",
    families=TEXTS,
    examples=(
        Example(before="Hansen", after="Speer"),
        Example(before="van der Berg", after="van der Gutierrez"),
    ),
    make=_last,
    produces=_known(("last_names",)),
    limits=_limits,
)
FULL_NAME = MaskDeclaration(
    name="full_name",
    title="Full name",
    help="Replaces given names and surname as first_name and last_name would, also written as Surname, Given.",
    keeps="Agreement with the first_name and last_name columns; titles, particles and Jr. A single word counts as a "
    "first name.",
    breaks="A surname of two words: only its last word is taken for a surname. In a unique column a token follows.",
    families=TEXTS,
    examples=(
        Example(before="Anna Hansen", after="Meagan Speer"),
        Example(before="Hansen, Anna", after="Speer, Meagan"),
        Example(before="Dr. Jan van der Berg Jr.", after="Dr. Alvar van der Gutierrez Jr."),
    ),
    make=_full,
    produces=_known(("first_names", "last_names")),
    limits=_limits,
)
COMPANY = MaskDeclaration(
    name="company",
    title="Company name",
    help="Replaces the name of an organisation by an invented one.",
    keeps="A legal form at the end (Inc, AS, GmbH), and the same name for the same name everywhere.",
    breaks="The trade a name tells of. Two companies can get one name, unless the column is unique.",
    families=TEXTS,
    examples=(
        Example(before="Acme Roofing Inc", after="Vertex Trading Inc"),
        Example(before="Nordlys AS", after="Pinnacle Consulting AS"),
    ),
    make=_company,
    produces=_company_produces,
    limits=_limits,
)
DECLARATIONS = (FIRST_NAME, LAST_NAME, FULL_NAME, COMPANY)
