"""Names masked by the server are those that the reference gives."""

import random
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.databases.postgresql.connections import Session
from app.policy.masks.words import words
from tests.app.databases.postgresql.masks.equality import NASTY, compare, session_on, shape
from tests.app.databases.postgresql.masks.typed import FEW, texts
from tests.app.databases.postgresql.servers import Server
from tests.app.policy.masks.columns import column

TEXT = shape("text")
FIRST, LAST = (tuple(w for w in words(name) if w.isascii()) for name in ("first_names", "last_names"))
SPECIAL = [word for name in ("name_particles", "name_titles", "name_endings") for word in words(name)]
WIDTHS = [None, 40, 20, 17, 16, 12, 10, 9, 5, 3, 1]
MASKS = ["first_name", "last_name", "full_name", "company"]


@pytest.fixture(scope="module")
def session(server18: Server) -> Iterator[Session]:
    with session_on(server18, "postgres") as session:
        yield session


def _cased(draw: random.Random, word: str) -> str:
    return draw.choice([word, word, word.lower(), word.upper(), word.swapcase()])


def _names(count: int) -> list[str]:
    """Names of one to five words from the lists (so that some meet themselves), particles, titles and initials."""
    draw = random.Random(5)
    pool = [*FIRST, *LAST, *SPECIAL * 8, *["J.", "j", "A.", "Y", "y", "O'Neil", "X_1", "St."] * 20]
    between = [" ", " ", " ", "-", ". ", ", ", "  "]
    return [
        "".join(_cased(draw, draw.choice(pool)) + draw.choice(between) for _ in range(draw.randint(1, 5)))[:-1]
        for _ in range(count)
    ]


NAMES = [*_names(400), *(_cased(random.Random(len(w)), w) for w in FIRST[::7] + LAST[::7])]


@FEW
@given(values=st.lists(texts("aBJ'. -_3é,"), max_size=60))
@pytest.mark.parametrize("mask", MASKS)
def test_any_text(session: Session, mask: str, values: list[str]) -> None:
    compare(session, column(mask), TEXT, [*values, None])
    compare(session, column(mask, length=6), shape("character varying(6)"), [value[:6] for value in values])


@pytest.mark.parametrize("unique", [False, True])
@pytest.mark.parametrize("mask", MASKS)
def test_every_width(session: Session, mask: str, unique: bool) -> None:
    for length in WIDTHS:
        type_ = "text" if length is None else f"character varying({length})"
        plan = column(mask, length=length, unique=unique)
        compare(session, plan, shape(type_), [value[:length] for value in (*NAMES, *NASTY)])


def test_every_word_of_the_lists_in_any_case(session: Session) -> None:
    """Where the hash meets the word itself the next one follows, at the end of the list the first."""
    for mask, known in (("first_name", FIRST), ("last_name", LAST)):
        spelled = [s for word in known for s in (word, word.lower(), word.upper(), word[:-1] + word[-1].upper())]
        assert compare(session, column(mask), TEXT, spelled) == 1


def test_ordinary_names_need_nobody_else(session: Session) -> None:
    draw = random.Random(7)
    pairs = [f"{draw.choice(FIRST)} {draw.choice(LAST)}" for _ in range(300)]
    full = [p for p in pairs if p.rpartition(" ")[2].lower() not in SPECIAL]
    longer = [
        "Anna B. Hansen",
        "Anne-Marie Olsen",
        "Jan van der Berg",
        "Per Hansen-Olsen",
        "ANNA MARIA LEE",
        "J. Smith",
    ]
    assert compare(session, column("full_name"), TEXT, [*full, *longer, "Anna", "", None]) == 1
    parts = ["Anne-Marie", "Anna B.", "J.", "van der Berg", "O'Brien", "de la Cruz", "hansen", "Garcia Lopez", "", None]
    assert compare(session, column("last_name"), TEXT, parts) == 1
    assert compare(session, column("first_name", unique=True), TEXT, parts) == 1


def test_titles_endings_and_commas_are_left_to_the_reference(session: Session) -> None:
    unusual = ["Dr. Anna Hansen", "Mr Hansen", "Jan Berg Jr.", "Jan III", "Hansen, Anna", "A B C D E", "Anna  Hansen"]
    assert compare(session, column("full_name"), TEXT, unusual) == 0


def test_companies_of_the_lists_with_every_legal_form(session: Session) -> None:
    draw = random.Random(3)
    names, kinds, forms = words("company_words"), words("company_kinds"), [*words("legal_forms"), "Inc.", "A/S..", "."]
    made = [
        f"{_cased(draw, f'{draw.choice(names)} {draw.choice(kinds)}')}{draw.choice(['', ' ', ', ', ' , '])}{form}"
        for form in (*forms * 20, "")
    ]
    made += [f"{name} {kind}" for name in names for kind in kinds]  # one in 13,572 meets itself
    values = [value.strip() for value in made]
    assert compare(session, column("company"), TEXT, values) == 1
    assert (
        compare(session, column("company", length=24), shape("character varying(24)"), [v[:24] for v in values]) > 0.9
    )
