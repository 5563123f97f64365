from app.domain.schema import Column, Schema, Table, TypeFamily, UniqueKey
from app.domain.structure import ColumnFact, Structure, structure_of


def a_table(name: str, *columns: Column, shadow_of: str | None = None, rows: int | None = None) -> Table:
    return Table(name=name, columns=columns, shadow_of=shadow_of, rows=rows)


def test_a_structure_has_each_columns_type_and_whether_it_may_be_empty() -> None:
    id_ = Column(name="id", type="INTEGER", family=TypeFamily.INTEGER, nullable=False)
    name = Column(name="Name", type="varchar(40)", family=TypeFamily.TEXT, length=40)
    schema = Schema(
        tables=(a_table("note", id_, name), a_table("words_data", id_, shadow_of="words"), a_table("words", name))
    )
    assert structure_of(schema) == Structure(
        tables={
            "note": {
                "id": ColumnFact(type="INTEGER", nullable=False),
                "Name": ColumnFact(type="varchar(40)", nullable=True),
            },
            "words": {"Name": ColumnFact(type="varchar(40)", nullable=True)},
        }
    )


def test_more_rows_or_another_key_is_the_same_structure() -> None:
    id_ = Column(name="id", type="INTEGER", family=TypeFamily.INTEGER, nullable=False)
    keyed = Table(name="note", columns=(id_,), unique_keys=(UniqueKey(name="pk", columns=("id",), primary=True),))
    assert structure_of(Schema(tables=(keyed,))) == structure_of(Schema(tables=(a_table("note", id_, rows=7),)))
