from app.domain.policy import Policy, TablePolicy


def test_a_table_is_found_as_the_database_spells_it_the_exact_name_first() -> None:
    tables = {name: TablePolicy(name=name) for name in ("Customer", "customer", "STRASSE")}
    policy = Policy(name="p", title="P", version=1, tables=tables)
    assert policy.table("customer") is tables["customer"]
    assert policy.table("Customer") is tables["Customer"]
    assert policy.table("straße") is tables["STRASSE"]
    assert policy.table("outbox") is None
