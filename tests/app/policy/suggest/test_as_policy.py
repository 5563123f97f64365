"""A suggestion as a policy."""

from pathlib import Path

from app.domain.policy import RowsKind, Treatment
from app.policy.parse import parse_policy
from app.policy.suggest import as_policy
from app.policy.write import write_policy
from tests.app.policy.suggest.databases import columns, database, suggested


def test_rows_that_stay_behind_do_so_in_the_policy(tmp_path: Path) -> None:
    path = database(tmp_path / "q.sqlite", "CREATE TABLE outbox (id INTEGER PRIMARY KEY, to_email TEXT, body TEXT)")
    policy = as_policy(suggested(path), name="p", title="P", accept=False)
    assert policy.tables["outbox"].rows.kind is RowsKind.NONE
    assert "waiting to be sent" in policy.tables["outbox"].reason
    assert parse_policy(write_policy(policy)).tables["outbox"].rows.kind is RowsKind.NONE


def test_accepting_turns_each_review_into_its_mask_and_never_into_keep(tmp_path: Path) -> None:
    path = database(
        tmp_path / "a.sqlite",
        "CREATE TABLE thing (id INTEGER PRIMARY KEY, zz TEXT, contact TEXT, value TEXT, lat REAL, pic BLOB, motd TEXT)",
    )
    suggestion = suggested(path)
    waiting = {p: c for p, c in columns(suggestion).items() if c.treatment is Treatment.REVIEW}
    accepted = as_policy(suggestion, name="p", title="P", accept=True).tables["thing"].columns
    asked = as_policy(suggestion, name="p", title="P", accept=False).tables["thing"].columns
    assert len(waiting) >= 4
    for place, column in waiting.items():
        name = place.removeprefix("thing.")
        assert (accepted[name].treatment, accepted[name].mask) == (Treatment.MASK, column.mask)
        assert (asked[name].treatment, asked[name].mask) == (Treatment.REVIEW, None)
        assert f"Suggested mask: {column.mask}" in asked[name].reason
