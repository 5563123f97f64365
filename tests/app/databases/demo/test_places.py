"""Where the demo's databases lie."""

from pathlib import Path

from app.databases.demo import PostgresqlDemo, SqliteDemo
from app.databases.postgresql.embedded import READER, WORKER, PrivateServer
from app.databases.postgresql.urls import normalise, place_of


def test_files_lie_in_the_tenants_folder(tmp_path: Path) -> None:
    demo = SqliteDemo(tmp_path)
    url = demo.production("harbor-insurance", 3, world="agency", seed=1)
    made = tmp_path / "harbor-insurance" / "production.sqlite"
    assert url == f"sqlite:///{made}"
    before = made.stat().st_mtime_ns
    assert demo.production("harbor-insurance", 99, world="agency", seed=2) == url
    assert made.stat().st_mtime_ns == before
    assert demo.copy("harbor-insurance", "training-01") == f"sqlite:///{made.with_name('training-01')}.sqlite"


def test_databases_stand_on_one_private_server_under_roles_of_their_own(tmp_path: Path) -> None:
    demo, server = PostgresqlDemo(tmp_path), PrivateServer(tmp_path / "postgresql")
    try:
        urls = [
            demo.production(tenant, 3, world="agency", seed=1) for tenant in ("harbor-insurance", "kestrel-brokers")
        ]
        assert urls == [
            demo.production(tenant, 99, world="agency", seed=2) for tenant in ("harbor-insurance", "kestrel-brokers")
        ]
        place = place_of(urls[0])
        assert (place.database, place.parameters["user"]) == ("harbor_production", READER)
        copy = normalise(demo.copy("harbor-insurance", "training-01"), Path("/"))
        assert (place_of(copy).database, place_of(copy).parameters["user"]) == ("harbor_training_01", WORKER)
        assert server.running()
    finally:
        server.remove()
