from app.ports.databases import Signer


def test_a_signature_verifies_for_its_text_and_key_alone() -> None:
    signer, other = Signer.of(b"a" * 32), Signer.of(b"b" * 32)
    signature = signer.sign(b"text")
    assert signer.verify(b"text", signature)
    assert not signer.verify(b"texT", signature)
    assert not other.verify(b"text", signature)


def test_a_forged_signature_of_any_characters_is_simply_wrong() -> None:
    signer = Signer.of(b"a" * 32)
    assert [signer.verify(b"text", forged) for forged in ("", "ü" * 64, "\udcff", "0" * 64)] == [False] * 4
