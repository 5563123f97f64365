from app.domain.schema import Column, Schema, Table, TypeFamily


def text(name: str) -> Column:
    return Column(name=name, type="TEXT", family=TypeFamily.TEXT)


def test_names_are_found_exactly_or_else_without_case() -> None:
    table = Table(name="Order Details", columns=(text("Name"), text("name"), text("Photo Path")))
    schema = Schema(tables=(table, Table(name="order details", columns=())))
    assert schema.table("Order Details") is table
    assert schema.table("ORDER DETAILS") is table
    assert schema.table("order details") is schema.tables[1]
    assert schema.table("orders") is None
    assert table.column("name") is table.columns[1]
    assert table.column("PHOTO PATH") is table.columns[2]
    assert table.column("photo") is None
