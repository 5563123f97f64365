"""What the documentation promises, held against the program."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *ROOT.glob("docs/**/*.md"), *ROOT.glob("packaging/*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_link_within_the_documentation_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    lost = []
    for link in links:
        target, _, anchor = link.partition("#")
        if "://" in target:
            continue
        file = (page.parent / target).resolve() if target else page
        if not file.exists() or (anchor and anchor not in _anchors(file)):
            lost.append(link)
    assert lost == []


def test_every_decision_has_a_number_of_its_own_and_all_its_parts() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [p.name[:3] for p in decisions]
    assert all(n.isdecimal() for n in numbers)
    assert len(set(numbers)) == len(numbers) > 0
    for decision in decisions:
        text = decision.read_text(encoding="utf-8")
        missing = [
            w for w in ("Summary", "Context", "Decision", "Consequences", "Alternatives") if f"**{w}.**" not in text
        ]
        assert missing == [], decision.name


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}
