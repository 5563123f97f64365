"""What the documentation promises, held against the program."""

import ast
import re
import struct
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *ROOT.glob("docs/**/*.md"), *ROOT.glob("packaging/*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_link_within_the_documentation_leads_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    lost = []
    for link in (*re.findall(r"\]\(([^)\s]+)\)", text), *re.findall(r'(?:src|srcset|href)="([^"]+)"', text)):
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


def test_every_page_of_the_guide_is_reached_from_its_first_page() -> None:
    guide = ROOT / "docs" / "guide"
    linked = set(re.findall(r"\]\(([\w-]+\.md)", (guide / "index.md").read_text(encoding="utf-8")))
    assert {page.name for page in guide.glob("*.md")} - linked == {"index.md"}
    linked_by_readme = set(re.findall(r"\]\(docs/guide/([\w-]+\.md)", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert {page.name for page in guide.glob("*.md")} == linked_by_readme


def test_every_picture_of_the_guide_is_shown_and_small() -> None:
    pictures = sorted((ROOT / "docs" / "guide" / "pictures").glob("*"))
    shown = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert pictures
    for picture in pictures:
        data = picture.read_bytes()
        assert f"pictures/{picture.name}" in shown, picture.name
        assert data.startswith(b"\x89PNG"), picture.name
        assert len(data) <= 64_000, picture.name
        assert struct.unpack(">II", data[16:24]) == (1280, 800), picture.name


def test_no_page_names_a_place_of_the_machine_it_was_written_on() -> None:
    for page in PAGES:
        assert re.findall(r"/(?:home|root|Users|work)/\w+", page.read_text(encoding="utf-8")) == [], page.name


def test_every_finding_a_person_may_meet_is_explained() -> None:
    pages = ("troubleshooting.md", "policies.md")
    explained = "".join((ROOT / "docs" / "guide" / page).read_text(encoding="utf-8") for page in pages)
    codes = {code for path in (ROOT / "app").rglob("*.py") for code in _finding_codes(path)}
    assert len(codes) > 40
    missing = {code for code in codes if f"`{code}`" not in explained and not code.startswith("mask.")}
    assert missing == set()


def test_troubleshooting_explains_what_the_program_really_says() -> None:
    """Each message there, in the first column of its tables, stands in the program; `…` stands for a name."""
    said = "\0".join(text for top in ("app", "ui") for path in (ROOT / top).rglob("*.py") for text in _texts(path))
    page = (ROOT / "docs" / "guide" / "troubleshooting.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([^|`]+) \| [^|]* \| [^|]* \|$", page, flags=re.MULTILINE)
    titles = [title for row in rows for title in row.split(", ") if title not in ("it says", "---")]
    assert len(titles) > 70
    invented = []
    for title in titles:
        title = re.sub(r" \(.*\)$", "", title)
        if title.startswith("The application "):
            continue  # what another program says
        if any(part.strip() and part.strip() not in said for part in title.split("…")):
            invented.append(title)
    assert invented == []


def _finding_codes(path: Path) -> set[str]:
    makers = {"error", "warning", "note", "_as_error"}
    return {
        node.args[0].value
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in makers
        and len(node.args) > 1
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def _texts(path: Path) -> list[str]:
    return [
        node.value
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}
