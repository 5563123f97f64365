from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.errors import OutsideError, UserError
from app.policy.packs import pack_text
from app.policy.parse import PolicyError
from app.services.policy_texts import LARGEST_POLICY, file_text, read_policy, stored, version_of
from tests.app.office import POLICY, Office

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def test_a_packs_name_wins_and_a_path_names_a_file(tmp_path: Path) -> None:
    (tmp_path / "agency-management").write_text(POLICY)
    pack = read_policy("agency-management", tmp_path, now=NOW, author="ana")
    assert (pack.text, pack.origin) == (pack_text("agency-management"), "pack agency-management")
    file = read_policy("./agency-management", tmp_path, now=NOW, author="ana")
    assert (file.name, file.origin, file.created_at) == ("harbor", "file agency-management", NOW)
    assert pack.author == file.author == "ana"


def test_what_is_neither_pack_nor_file_is_said_with_the_packs_there_are(tmp_path: Path) -> None:
    with pytest.raises(UserError) as problem:
        read_policy("agency", tmp_path, now=NOW, author="ana")
    assert "agency-management" in problem.value.detail


def test_a_broken_policy_says_line_and_column(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text("policy: x\nversion: 1\ntables:\n  t: {rows: most}\n")
    with pytest.raises(PolicyError) as problem:
        read_policy("p.yaml", tmp_path, now=NOW, author="ana")
    assert problem.value.problems[0].line == 4


def test_files_that_are_no_text_too_large_or_unreadable_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes("policy: Bücher".encode("latin-1"))
    with pytest.raises(UserError, match="not a policy"):
        file_text(tmp_path / "latin.yaml")
    (tmp_path / "huge.yaml").write_bytes(b"#" * (LARGEST_POLICY + 1))
    with pytest.raises(UserError, match="too large"):
        file_text(tmp_path / "huge.yaml")
    with pytest.raises(UserError, match="no policy"):
        file_text(tmp_path)
    with pytest.raises((OutsideError, UserError)):
        file_text(tmp_path / ("x" * 5000))


def test_a_byte_order_mark_is_no_part_of_the_policy(tmp_path: Path) -> None:
    (tmp_path / "bom.yaml").write_bytes(b"\xef\xbb\xbf" + POLICY.encode())
    assert file_text(tmp_path / "bom.yaml") == POLICY


def test_the_same_text_is_stored_once(empty_office: Office) -> None:
    first, second = (version_of(POLICY, origin=origin, now=NOW, author="ana") for origin in ("file a", "file b"))
    with empty_office.parts.catalog.write() as tx:
        assert stored(tx, first) == first
        assert stored(tx, second) == first
