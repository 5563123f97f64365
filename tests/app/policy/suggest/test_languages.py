"""Databases whose names are German, French, Norwegian and Spanish, filled with invented people."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from faker import Faker

from app.domain.policy import Treatment
from app.ports.databases import RowValue
from tests.app.policy.suggest.databases import columns, database, kept, plan_errors, suggested

PEOPLE = 40

GERMAN = """
CREATE TABLE kundenstamm (
    kundennr INTEGER PRIMARY KEY, anrede VARCHAR(10), vorname VARCHAR(40) NOT NULL, nachname VARCHAR(40) NOT NULL,
    geburtsdatum DATE, strasse VARCHAR(60), hausnr VARCHAR(6), plz CHAR(5), ort VARCHAR(40), land CHAR(2),
    telefonnr VARCHAR(24), emailadresse VARCHAR(80) UNIQUE, steuerid CHAR(11), iban VARCHAR(34), bemerkung TEXT,
    gesperrt INTEGER NOT NULL DEFAULT 0, angelegt_am TIMESTAMP);
CREATE TABLE artikel (artikelnr INTEGER PRIMARY KEY, bezeichnung TEXT NOT NULL, preis NUMERIC(10,2),
    lagerbestand INTEGER);
CREATE TABLE bestellung (bestellnr INTEGER PRIMARY KEY, kundennr INTEGER REFERENCES kundenstamm (kundennr),
    bestelldatum DATE, lieferanschrift TEXT, gesamtbetrag NUMERIC(10,2), status VARCHAR(12));
"""
FRENCH = """
CREATE TABLE clients (
    id INTEGER PRIMARY KEY, civilite VARCHAR(4), nom VARCHAR(40) NOT NULL, prenom VARCHAR(40) NOT NULL,
    dateNaissance DATE, rue VARCHAR(80), codePostal CHAR(5), ville VARCHAR(40), pays VARCHAR(30),
    telephone VARCHAR(20), courriel VARCHAR(80), numeroSecu CHAR(15), commentaires TEXT);
CREATE TABLE produits (id INTEGER PRIMARY KEY, libelle TEXT, prix NUMERIC, quantite INTEGER);
CREATE TABLE commandes (id INTEGER PRIMARY KEY, client_id INTEGER REFERENCES clients (id), date_commande DATE,
    montant NUMERIC, destinataire TEXT);
"""
NORWEGIAN = """
CREATE TABLE ansatte (
    ansattnr INTEGER PRIMARY KEY, fornavn TEXT, etternavn TEXT, fødselsdato DATE, fødselsnummer CHAR(11) UNIQUE,
    gateadresse TEXT, postnr CHAR(4), poststed TEXT, mobil TEXT, epost TEXT, kontonummer TEXT, lønn NUMERIC,
    stilling TEXT, merknad TEXT, opprettet TIMESTAMP);
CREATE TABLE varer (varenr INTEGER PRIMARY KEY, betegnelse TEXT, pris NUMERIC, antall INTEGER);
CREATE TABLE saker (saksnr INTEGER PRIMARY KEY, ansattnr INTEGER REFERENCES ansatte (ansattnr), emne TEXT,
    beskrivelse TEXT, status TEXT, frist DATE);
"""
SPANISH = """
CREATE TABLE empleados (
    id INTEGER PRIMARY KEY, nombre TEXT, apellidos TEXT, fecha_nacimiento DATE, dni CHAR(9), direccion TEXT,
    ciudad TEXT, codigo_postal CHAR(5), telefono_movil TEXT, correo_electronico TEXT, sueldo NUMERIC,
    contrasena TEXT, observaciones TEXT);
CREATE TABLE productos (id INTEGER PRIMARY KEY, descripcion TEXT, precio NUMERIC, cantidad INTEGER);
CREATE TABLE pedidos (id INTEGER PRIMARY KEY, empleado_id INTEGER REFERENCES empleados (id), fecha_pedido DATE,
    importe NUMERIC, estado TEXT);
"""

Row = tuple[RowValue, ...]


def german(fake: Faker, n: int) -> dict[str, Row]:
    return {
        "kundenstamm": (
            n, fake.random_element(("Herr", "Frau")), fake.first_name(), fake.last_name(),
            str(fake.date_of_birth()), fake.street_name(), fake.building_number(), fake.postcode(), fake.city(), "DE",
            fake.phone_number(), f"{n}.{fake.email()}", fake.numerify("###########"), fake.iban(), fake.sentence(9), 0,
            "2024-03-01 10:00:00",
        ),
        "artikel": (n, f"Schraube M{n} verzinkt", n * 1.5, n),
        "bestellung": (n, n, "2024-05-01", fake.address(), n * 9.9, fake.random_element(("offen", "bezahlt"))),
    }  # fmt: skip


def french(fake: Faker, n: int) -> dict[str, Row]:
    return {
        "clients": (
            n, fake.random_element(("M", "Mme")), fake.last_name(), fake.first_name(), str(fake.date_of_birth()),
            fake.street_address(), fake.postcode(), fake.city(), "France", fake.phone_number(), fake.email(),
            fake.ssn(), fake.sentence(9),
        ),
        "produits": (n, f"Vis M{n} zinguée", n * 1.5, n),
        "commandes": (n, n, "2024-05-01", n * 9.9, fake.name()),
    }  # fmt: skip


def norwegian(fake: Faker, n: int) -> dict[str, Row]:
    return {
        "ansatte": (
            n, fake.first_name(), fake.last_name(), str(fake.date_of_birth(minimum_age=20)), fake.ssn(),
            fake.street_address(), fake.postcode(), fake.city(), fake.phone_number(), fake.email(),
            fake.numerify("####.##.#####"), 400000 + n, fake.job(), fake.sentence(9), "2024-03-01 10:00:00",
        ),
        "varer": (n, f"Skrue M{n} galvanisert", n * 1.5, n),
        "saker": (n, n, fake.sentence(4), fake.text(150), fake.random_element(("åpen", "lukket")), "2024-05-01"),
    }  # fmt: skip


def spanish(fake: Faker, n: int) -> dict[str, Row]:
    return {
        "empleados": (
            n, fake.first_name(), fake.last_name(), str(fake.date_of_birth(minimum_age=20)), fake.nif(),
            fake.street_address(), fake.city(), fake.postcode(), fake.phone_number(), fake.email(), 20000 + n,
            fake.sha256(), fake.sentence(9),
        ),
        "productos": (n, f"Tornillo M{n} cincado", n * 1.5, n),
        "pedidos": (n, n, "2024-05-01", n * 9.9, fake.random_element(("abierto", "cerrado"))),
    }  # fmt: skip


Maker = Callable[[Faker, int], dict[str, Row]]
CASES: dict[str, tuple[str, str, Maker, str]] = {
    "german": (
        GERMAN, "de_DE", german,
        "artikel.artikelnr artikel.bezeichnung artikel.preis artikel.lagerbestand bestellung.bestellnr "
        "bestellung.kundennr bestellung.bestelldatum bestellung.gesamtbetrag bestellung.status kundenstamm.kundennr "
        "kundenstamm.land kundenstamm.gesperrt kundenstamm.angelegt_am",
    ),
    "french": (
        FRENCH, "fr_FR", french,
        "clients.id clients.pays produits.id produits.libelle produits.prix produits.quantite commandes.id "
        "commandes.client_id commandes.date_commande commandes.montant",
    ),
    "norwegian": (
        NORWEGIAN, "no_NO", norwegian,
        "ansatte.ansattnr ansatte.opprettet varer.varenr varer.betegnelse varer.pris varer.antall saker.saksnr "
        "saker.ansattnr saker.status saker.frist",
    ),
    "spanish": (
        SPANISH, "es_ES", spanish,
        "empleados.id productos.id productos.descripcion productos.precio productos.cantidad pedidos.id "
        "pedidos.empleado_id pedidos.fecha_pedido pedidos.importe pedidos.estado",
    ),
}  # fmt: skip
MASKS = {
    "kundenstamm.vorname": "first_name", "kundenstamm.nachname": "last_name", "kundenstamm.geburtsdatum": "year_only",
    "kundenstamm.strasse": "street", "kundenstamm.plz": "postcode", "kundenstamm.ort": "city",
    "kundenstamm.telefonnr": "phone", "kundenstamm.emailadresse": "email", "kundenstamm.iban": "bank_account",
    "kundenstamm.steuerid": "national_id", "bestellung.lieferanschrift": "street",
    "clients.nom": "last_name", "clients.prenom": "first_name", "clients.dateNaissance": "year_only",
    "clients.rue": "street", "clients.codePostal": "postcode", "clients.ville": "city", "clients.courriel": "email",
    "clients.numeroSecu": "national_id", "commandes.destinataire": "full_name",
    "ansatte.fornavn": "first_name", "ansatte.etternavn": "last_name", "ansatte.fødselsdato": "year_only",
    "ansatte.fødselsnummer": "national_id", "ansatte.gateadresse": "street", "ansatte.mobil": "phone",
    "ansatte.epost": "email", "ansatte.kontonummer": "bank_account", "ansatte.lønn": "number_noise",
    "empleados.nombre": "first_name", "empleados.apellidos": "last_name", "empleados.fecha_nacimiento": "year_only",
    "empleados.dni": "national_id", "empleados.direccion": "street", "empleados.telefono_movil": "phone",
    "empleados.correo_electronico": "email", "empleados.sueldo": "number_noise", "empleados.contrasena": "null",
}  # fmt: skip


@pytest.fixture(params=sorted(CASES))
def language(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path, Path]:
    script, place, make, _ = CASES[request.param]
    fake = Faker(place)
    fake.seed_instance(7)
    random.seed(7)
    rows: dict[str, list[Row]] = {}
    for n in range(1, PEOPLE + 1):
        for table, row in make(fake, n).items():
            rows.setdefault(table, []).append(row)
    full = database(tmp_path / "full.sqlite", script, rows)
    return request.param, full, database(tmp_path / "empty.sqlite", script)


def test_only_what_is_harmless_is_kept(language: tuple[str, Path, Path]) -> None:
    name, full, _ = language
    harmless = set(CASES[name][3].split())
    suggestion = suggested(full)
    assert kept(suggestion) <= harmless
    assert len(kept(suggestion)) >= 0.85 * len(harmless), harmless - kept(suggestion)


def test_plain_names_get_their_mask(language: tuple[str, Path, Path]) -> None:
    _, full, _ = language
    found = columns(suggested(full))
    expected = {place: mask for place, mask in MASKS.items() if place in found}
    assert {place: found[place].mask for place in expected} == expected
    assert {place for place in expected if found[place].treatment is not Treatment.MASK} == set()


def test_without_any_row_nothing_personal_is_kept_either(language: tuple[str, Path, Path]) -> None:
    name, _, empty = language
    suggestion = suggested(empty)
    assert kept(suggestion) <= set(CASES[name][3].split())
    assert {p for p, c in columns(suggestion).items() if c.treatment is Treatment.KEEP and c.confidence > 0.95} == set()


def test_what_is_accepted_plans_without_an_error(language: tuple[str, Path, Path]) -> None:
    _, full, empty = language
    assert plan_errors(full) == []
    assert plan_errors(empty) == []
