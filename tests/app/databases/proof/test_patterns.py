"""What counts as meeting an original: neither too little, nor a name inside a longer name."""

from dataclasses import dataclass, field

import pytest

from app.databases.proof.patterns import SEPARATOR, Searcher, folded_bytes, gather
from app.domain.plan import ColumnPlan
from app.domain.policy import Treatment
from app.ports.databases import RowValue


@dataclass(frozen=True)
class Masked:
    table: str
    plan: ColumnPlan
    originals: dict[RowValue, int] = field(default_factory=dict)


def searcher(*originals: str) -> Searcher:
    plan = ColumnPlan(column="c", type="TEXT", family="text", treatment=Treatment.MASK, mask="token")
    return Searcher(gather([Masked("t", plan, dict.fromkeys(originals, 1))], rare=10))


def found(original: str, cell: str) -> bool:
    return bool(list(searcher(original).in_text(cell.encode())))


@pytest.mark.parametrize(
    ("original", "cell"),
    [
        ("Paul Lee", "Paul Lee"),
        ("Paul Lee", "called paul lee, no answer"),
        ("Paul Lee", "<PAUL LEE>"),
        ("José Ñandú", "Gespräch mit JOSÉ ÑANDÚ."),
        ("ana@mail.example", "xana@mail.example2"),
        ("(413) 244-3411", "tel(413) 244-3411x5"),
        ("138-67-8570", "ssn138-67-8570"),
        ("Kestrel", "the kestrel files"),
        ("612345678", "call 612345678. Thanks"),
        ("612345678", "tel=612345678,5"),
        ("612345678", "+34612345678"),
        ("612345678", "612345678.0"),
        ("12 Main Street", "Flat 3, 12 Main Street"),
    ],
)
def test_an_original_is_met(original: str, cell: str) -> None:
    assert found(original, cell)


@pytest.mark.parametrize(
    ("original", "cell"),
    [
        ("Paul Lee", "Paul Lees"),
        ("Dylan Li", "Dylan Lindkvist"),
        ("Eva Mora", "Neva Mora"),
        ("José Peña", "José Peñalosa"),
        ("Lee Ñandú", "Lee Ñandúü"),
        ("Kestrel", "Kestrels"),
    ],
)
def test_a_name_inside_a_longer_one_is_somebody_else(original: str, cell: str) -> None:
    assert not found(original, cell)


@pytest.mark.parametrize(
    ("original", "cell"),
    [
        ("612345678", "4000612345678123"),
        ("612345678", "0.612345678"),
        ("612345678", "612345678.25"),
        ("612345678", "34612345678"),
        ("12 Main Street", "112 Main Street"),
    ],
)
def test_a_number_inside_a_longer_one_is_somebody_elses(original: str, cell: str) -> None:
    assert not found(original, cell)
    assert not list(searcher(original).in_bytes(b"\x00" + cell.encode() + b"\x00"))


def test_each_match_says_which_cell_and_whether_it_is_all_of_it() -> None:
    cells = SEPARATOR.join(["nobody", "Paul Lee", "for Paul Lee"])
    matches = list(searcher("Paul Lee").in_text(cells.encode()))
    assert [(m.cell, m.whole) for m in matches] == [("Paul Lee", True), ("for Paul Lee", False)]


@pytest.mark.parametrize(
    "text",
    ["PLAIN", "José ÉCOLE", "Straße STRASSE İstanbul", "ΣΊΣΥΦΟΣ Привет МИР ÀÉÎÕÜÑÇØÅÆ", "日本語 Ünï", "ŒUVRE ŒUVRE"],
)
def test_case_is_folded_as_unicode_says(text: str) -> None:
    assert folded_bytes(text.encode()) == text.casefold().encode()


def test_what_is_no_text_is_folded_all_the_same() -> None:
    assert folded_bytes(b"ANNA \xff \xc3") == "anna \N{REPLACEMENT CHARACTER} \N{REPLACEMENT CHARACTER}".encode()


def test_numbers_are_searched_among_numbers_and_words_beside_them() -> None:
    both = searcher("+47 913 55 071", "Kestrel 12", "73455501234")
    assert [m.original.text for m in both.in_text(b"1\x1f+47 913 55 071\x1f73455501234")] == [
        "+47 913 55 071",
        "73455501234",
    ]
    assert [m.original.text for m in both.in_text(b"73455501234\x1fa KESTREL 12")] == ["73455501234", "kestrel 12"]
    assert both.longest == 14


def test_cells_are_numbered() -> None:
    assert [m.at for m in searcher("Kestrel").in_text("\x1f".join(["no", "kestrel", "", "Kestrel"]).encode())] == [1, 3]
