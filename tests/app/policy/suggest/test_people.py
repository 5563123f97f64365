"""Recognising people's names: whole, inside texts, and made into logins."""

import pytest

from app.policy.suggest import people


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Anna Berg", "full"),
        ("Nordmann, Kari", "full"),
        ("MARIA ANDERS", "full"),
        ("Dr. Jane von Smith", "full"),
        ("Ana Trujillo", "full"),
        ("Anna", "given"),
        ("Smith", "family"),
        ("For Those About To Rock", ""),
        ("Aniseed Syrup", ""),
        ("anna@example.org", ""),
        ("12", ""),
        ("", ""),
    ],
)
def test_names_of_persons(text: str, kind: str) -> None:
    assert people.name_like(text) == kind


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("krista27", True),
        ("arodriguez", True),
        ("anna.smith", True),
        ("a.smith", True),
        ("sandovalbethany", True),
        ("/".join(("", "home", "katie59")), True),
        ("/img/katie59.png", True),
        ("Anna", False),
        ("marketing", False),
        ("blackboard", False),
        ("in-transit", False),
        ("AB-1234", False),
        ("invoice2024", False),
        ("", False),
    ],
)
def test_logins_made_of_names(text: str, made: bool) -> None:
    assert people.is_handle(text) is made


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("Offer for Darren Gonzalez", True),
        ("Call Anna K. Smith before noon", True),
        ("<p>Dear Matthew Hernandez,</p>", True),
        ("Asked by Herr Peter Müller-Schmidt", True),
        ("For Those About To Rock", False),
        ("the grant of April 2024", False),
        ("anna smith", False),
        ("anna.smith@example.org", False),
        ("", False),
    ],
)
def test_names_inside_a_text(text: str, holds: bool) -> None:
    assert people.holds_name(text) is holds
