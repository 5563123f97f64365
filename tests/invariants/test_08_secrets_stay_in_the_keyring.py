"""Invariant 8. No key and no password stands in a file, a process list, a text or a certificate."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring

from app.bootstrap import build_parts, services_of
from app.domain.ids import TenantId
from app.domain.operations import OperationKind
from app.ports.databases import Connection
from app.ports.secrets import MaskKey
from app.system.keyring_secrets import KeyringSecrets
from tests.app.office import Office, open_office
from tests.invariants.conftest import Run
from tests.invariants.witness import Witness

PASSWORD = "geheim-4711-korrekt"


def spellings(secret: bytes) -> list[bytes]:
    texts = [repr(secret)[2:-1], secret.hex(), base64.b64encode(secret).decode()[:40]]
    return [secret, *(text.encode() for text in texts)]


def files_with(folder: Path, needles: list[bytes]) -> list[str]:
    found = []
    for path in folder.rglob("*"):
        if path.is_file() and any(needle in path.read_bytes() for needle in needles):
            found.append(path.name)
    return found


def test_the_keys_that_were_looked_for_are_the_ones_in_use(witness: Witness) -> None:
    kinds = {name.split()[0].partition("/")[2].partition("/")[0] for name in witness.secrets()}
    assert {"mask", "integrity"} <= kinds or len(kinds) >= 3, kinds
    kept = witness.keyring.read_bytes()
    assert sum(value in kept for value in witness.secrets().values()) >= 3


def test_no_key_stands_in_any_file_or_in_the_process_list_at_any_moment(witness: Witness) -> None:
    assert [(s.operation, s.moment, s.secrets) for s in witness.seen if s.secrets] == []
    looked = [s for s in witness.seen if {"/proc/cmdline", "/proc/environ"} <= s.files]
    assert len(looked) > 20


def test_no_key_shows_when_parts_and_services_are_printed(office: Office) -> None:
    parts = office.parts
    keys = [
        parts.secrets.mask_key(TenantId("t")).reveal(),
        parts.secrets.integrity_key("audit"),
        parts.secrets.integrity_key("marker"),
    ]
    services = services_of(parts)
    everything = [parts, services, parts.secrets, parts.signer, parts.home, MaskKey(keys[0], stable=True)]
    everything += [vars(type(services)), *(getattr(services, name) for name in type(services).__slots__)]
    text = " ".join(f"{thing!r} {thing!s}" for thing in everything).encode()
    for key in keys:
        assert not [spelling for spelling in spellings(key) if spelling in text]
    assert PASSWORD not in repr(Connection("postgresql://ana@host/db", PASSWORD))


def test_no_key_stands_in_what_is_exported_or_said(
    provisioned: Office, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    tenant = provisioned.services.tenants.get("Harbor").id
    secrets = provisioned.parts.secrets
    keys = [secrets.mask_key(tenant).reveal(), secrets.integrity_key("audit"), secrets.integrity_key("marker")]
    assert run("audit", "export", str(provisioned.folder / "audit.jsonl")) == 0
    for words in (("inspect", "Harbor/sandbox"), ("plan", "Harbor/sandbox", "--samples"), ("audit", "verify")):
        assert run(*words) == 0
    said = capsys.readouterr()
    text = (said.out + said.err).encode() + (provisioned.folder / "audit.jsonl").read_bytes()
    for key in keys:
        assert not [spelling for spelling in spellings(key) if spelling in text]
        assert files_with(provisioned.folder, spellings(key)) == []


@pytest.mark.parametrize(
    "words",
    [
        (
            "environment",
            "add",
            "Harbor",
            "pg",
            "--kind",
            "sandbox",
            "--database",
            f"postgresql://ana:{PASSWORD}@host/db",
        ),
        (
            "environment",
            "add",
            "Harbor",
            "pg",
            "--kind",
            "sandbox",
            "--database",
            f"postgresql://ana:{PASSWORD}@[host/db",
        ),
        ("environment", "add", "Harbor", "pg", "--kind", "sandbox", "--database", f"sqlite://ana:{PASSWORD}@/x.sqlite"),
        (
            "environment",
            "add",
            "Harbor",
            "pg",
            "--kind",
            "production",
            "--database",
            f"oracle://ana:{PASSWORD}@host/db",
        ),
        ("environment", "set", "Harbor/sandbox", "--database", f"postgresql://host/db?password={PASSWORD}"),
    ],
    ids=lambda words: words[-1].split(":")[0] + str(len(words[-1])),
)
def test_a_password_in_a_url_that_cannot_be_used_is_repeated_nowhere(
    office: Office, run: Run, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    assert run(*words) in (1, 2, 3)
    said = capsys.readouterr()
    assert json.loads(said.out)["error"]["title"]
    assert PASSWORD not in said.out + said.err
    assert files_with(office.folder, [PASSWORD.encode()]) == []


@pytest.mark.parametrize(
    "url", [f"postgresql://ana:{PASSWORD}@host/db", f"sqlite://ana:{PASSWORD}@host//tmp/no.sqlite"]
)
def test_a_password_in_a_catalogs_url_never_gets_as_far_as_a_workers_command_line(tmp_path: Path, url: str) -> None:
    with pytest.raises(Exception) as refused:
        build_parts(tmp_path / "home", catalog_url=url).catalog.close()
    assert getattr(refused.value, "hint", "")
    assert PASSWORD not in str(refused.value)
    assert files_with(tmp_path, [PASSWORD.encode()]) == []


@pytest.fixture
def keyless(tmp_path: Path) -> Iterator[Office]:
    """A machine without a keyring."""
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call]  # keyring's base class has no types here
    with open_office(tmp_path) as made:
        made.populate()
        yield made


def test_without_a_keyring_the_key_of_an_operation_is_written_nowhere(
    keyless: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    used: list[bytes] = []
    real = KeyringSecrets.mask_key

    def noted(self: KeyringSecrets, tenant: TenantId) -> MaskKey:
        key = real(self, tenant)
        used.append(key.reveal())
        return key

    monkeypatch.setattr(KeyringSecrets, "mask_key", noted)
    for kind in (OperationKind.PROVISION, OperationKind.REFRESH):
        assert keyless.run(kind).state == "succeeded"
    assert len(set(used)) >= 2, "a key of its own for each operation"
    for key in used:
        assert files_with(keyless.folder, spellings(key)) == []
    integrity = keyless.home / "integrity.json"
    assert integrity.stat().st_mode & 0o077 == 0
    marker = keyless.parts.secrets.integrity_key("marker")
    assert files_with(keyless.folder, spellings(marker)) in (["integrity.json"], [])
