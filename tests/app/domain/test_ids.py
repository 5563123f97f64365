from app.domain.ids import new_id


def test_ids_are_short_safe_in_file_names_and_do_not_repeat() -> None:
    made = {new_id() for _ in range(5000)}
    assert len(made) == 5000
    assert {len(i) for i in made} == {13}
    assert set("".join(made)) <= set("0123456789abcdefghjkmnpqrstvwxyz")
