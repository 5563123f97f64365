"""The whole structure, made anew on real servers of the same and of other versions, compared by pg_dump."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.app.databases.postgresql.same_structure import difference
from tests.app.databases.postgresql.servers import Server
from tests.app.databases.postgresql.structures import CONTRIB, FEATURES, making

CREDENTIALS = ("USER MAPPING",)


def test_every_feature_comes_along_but_for_credentials(server18: Server) -> None:
    with making(server18, "", FEATURES, worker=None) as made:
        made.everything()
        assert difference((server18, made.source), (server18, made.target), but_for=CREDENTIALS) == ""
        assert "not-to-come-along" not in made.archive.pre_data()
        assert difference((server18, made.source), (server18, made.target)) != ""


def test_every_feature_comes_along_to_a_newer_server(server16: Server, server18: Server) -> None:
    with making(server16, "", FEATURES, other=server18, worker=None) as made:
        made.everything()
        assert difference((server16, made.source), (server18, made.target), but_for=CREDENTIALS) == ""


def test_extensions_come_along_with_what_rests_on_them(server15: Server) -> None:
    with making(server15, "", FEATURES, CONTRIB, worker=None) as made:
        made.everything()
        assert difference((server15, made.source), (server15, made.target), reader=15, but_for=CREDENTIALS) == ""


def test_without_superuser_all_comes_along_that_no_finding_names(server15: Server) -> None:
    with making(server15, "", FEATURES, CONTRIB) as made:
        made.everything()
        named = ("postgres_fdw", "partner", "branch", "watch_drops", "everything", "crm_all", "elsewhere")
        said = " ".join(finding.message for finding in made.portability.findings)
        assert all(name in said for name in named)
        assert difference((server15, made.source), (server15, made.target), reader=15) != ""
        assert difference((server15, made.source), (server15, made.target), reader=15, but_for=named) == ""


NEWEST = """
CREATE TABLE parent (id int CONSTRAINT has_id NOT NULL, note text);
CREATE TABLE child (more text) INHERITS (parent);
CREATE TABLE parted (id int NOT NULL, at date NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE odd (a int GENERATED ALWAYS AS IDENTITY, b text COMPRESSION pglz, c int);
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql RETURN a + 1;
"""


def test_a_structure_without_new_features_comes_along_to_an_older_server(server18: Server, server16: Server) -> None:
    with making(server18, NEWEST, other=server16) as made:
        assert "target-older" in made.findings
        made.everything()
        names = made.found("SELECT conname FROM pg_constraint WHERE contype = 'p' AND conrelid >= 16384 ORDER BY 1")
        assert names == [("parted_1_pkey",), ("parted_pkey",)]
        assert made.found(
            "SELECT attname FROM pg_attribute WHERE attrelid = 'child'::regclass AND attnum > 0 AND attnotnull"
        ) == [("id",)]


@pytest.mark.parametrize("name", ["chinook", "northwind"])
def test_real_databases_come_along_whole(server18: Server, real_script: Callable[[str], Path], name: str) -> None:
    with making(server18, "", real_script(name)) as made:
        assert made.portability.findings == ()
        made.everything()
        assert difference((server18, made.source), (server18, made.target)) == ""
        counted = "SELECT count(*), sum(reltuples) FROM pg_class WHERE relkind = 'r' AND oid >= 16384"
        made.read("ANALYZE")
        assert made.found(counted) == made.read(counted)
