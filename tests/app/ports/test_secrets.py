"""Invariant 8: a mask key shows itself nowhere by accident."""

from app.ports.secrets import MaskKey


def test_the_bytes_of_a_mask_key_stand_in_no_text_made_of_it() -> None:
    key = MaskKey(b"very secret bytes of the tenant!", stable=True)
    for text in (repr(key), str(key), f"{key}", f"{[key]}", f"{ {'key': key} }"):
        assert "secret" not in text
    assert not hasattr(key, "__dict__"), "vars() and most loggers would show it"
    assert key.reveal() == b"very secret bytes of the tenant!"
