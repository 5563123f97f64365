"""An acknowledgement lasts until what was acknowledged changes."""

from app.domain.findings import Severity, error, note, warning


def test_the_same_finding_has_the_same_fingerprint_every_time() -> None:
    one, other = (warning("rollback-journal", "Writers wait", "crm.sqlite", "Use WAL") for _ in range(2))
    assert one.fingerprint == other.fingerprint
    assert len(one.fingerprint) == 16


def test_code_place_message_and_severity_change_the_fingerprint_and_the_hint_does_not() -> None:
    base = warning("code", "message", "where")
    changed = [
        warning("other", "message", "where"),
        warning("code", "other", "where"),
        warning("code", "message", "other"),
        error("code", "message", "where"),
        note("code", "message", "where"),
    ]
    assert len({f.fingerprint for f in (base, *changed)}) == 6
    assert warning("code", "message", "where", "a new hint").fingerprint == base.fingerprint


def test_text_moved_from_one_field_to_the_next_is_another_finding() -> None:
    assert warning("code", "b", "a").fingerprint != warning("code", "ab", "").fingerprint


def test_each_maker_has_its_severity() -> None:
    made = [make("c", "m").severity for make in (error, warning, note)]
    assert made == [Severity.ERROR, Severity.WARNING, Severity.NOTE]
