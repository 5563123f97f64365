"""The stricter verdict weighs more, whatever its confidence."""

from app.policy.suggest.meanings import Meaning
from app.policy.suggest.verdict import keep, mask, review


def test_the_stricter_verdict_weighs_more() -> None:
    verdicts = [
        mask(Meaning.EMAIL, "Unsure.", 0.1),
        keep(Meaning.CODE, "Quite sure.", 0.99),
        review(Meaning.NOTE, "Not sure.", 0.5),
        mask(Meaning.EMAIL, "Sure.", 0.9),
    ]
    assert [v.confidence for v in sorted(verdicts, key=lambda v: v.weight)] == [0.99, 0.5, 0.1, 0.9]
