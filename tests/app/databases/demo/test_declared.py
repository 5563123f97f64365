"""Tables declared once, written for either kind of database."""

from sqlalchemy import Table

from app.databases.demo import declared


def test_what_was_written_for_a_server_is_not_lost_to_sqlite_afterwards() -> None:
    metadata = declared.new_metadata()
    Table("parent", metadata, declared.key())
    Table("child", metadata, declared.key(), declared.to("parent_id", "parent"))
    first = declared.before(metadata, "sqlite")
    assert "FOREIGN KEY" in declared.after(metadata, "postgresql")
    assert declared.before(metadata, "sqlite") == first
    assert "FOREIGN KEY" in first
