import pytest

from app.databases.connections import without_password
from app.errors import UserError


@pytest.mark.parametrize(
    ("given", "bare", "password"),
    [
        ("postgresql://ana:s3cret@db:5432/crm", "postgresql://ana@db:5432/crm", "s3cret"),
        (
            "postgresql://ana:p%40ss%2Fword@db/crm?sslmode=require",
            "postgresql://ana@db/crm?sslmode=require",
            "p@ss/word",
        ),
        ("postgresql://ana@db/crm?password=s3cret", "postgresql://ana@db/crm", "s3cret"),
        (
            "postgresql://ana@/crm?host=/run/socket&password=s3cret",
            "postgresql://ana@/crm?host=%2Frun%2Fsocket",
            "s3cret",
        ),
    ],
)
def test_a_password_leaves_the_url_wherever_it_stands(given: str, bare: str, password: str) -> None:
    connection = without_password(given)
    assert (connection.url, connection.password) == (bare, password)
    assert password not in repr(connection)


@pytest.mark.parametrize(
    "given", ["postgresql://ana@db/crm?host=/run/x", "sqlite:///a/b:c@d.sqlite", "sqlite:////x/50%25 off?.sqlite"]
)
def test_a_url_without_a_password_stays_as_it_was_given(given: str) -> None:
    connection = without_password(given)
    assert (connection.url, connection.password) == (given, None)


@pytest.mark.parametrize(
    "given",
    [
        "just text s3cret",
        "postgresql://ana:s3cr@et@db/crm",
        "postgresql://ana:s3cret@db:notaport/crm",
        "postgresql://ana@db/crm?password=s3cret&password=b",
        "postgresql://ana@db/crm?sslpassword=s3cret",
        "postgresql://ana:s3cret\n@db/crm",
    ],
)
def test_what_is_no_url_is_refused_without_repeating_it(given: str) -> None:
    with pytest.raises(UserError) as refused:
        without_password(given)
    assert "s3c" not in str(refused.value)
    assert refused.value.hint
