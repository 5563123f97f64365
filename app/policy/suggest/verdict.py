"""What was concluded about one column, before a mask is fitted to it."""

from dataclasses import dataclass

from app.domain.policy import Treatment
from app.policy.suggest.meanings import Meaning

_ORDER = {Treatment.KEEP: 0, Treatment.REVIEW: 1, Treatment.MASK: 2}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Treatment, what the column is taken for, why in words, and how sure (0 to 1)."""

    treatment: Treatment
    meaning: Meaning
    reason: str
    confidence: float

    @property
    def weight(self) -> tuple[int, float]:
        """The stricter verdict weighs more."""
        return _ORDER[self.treatment], self.confidence


def keep(meaning: Meaning, reason: str, confidence: float) -> Verdict:
    return Verdict(Treatment.KEEP, meaning, reason, confidence)


def mask(meaning: Meaning, reason: str, confidence: float) -> Verdict:
    return Verdict(Treatment.MASK, meaning, reason, confidence)


def review(meaning: Meaning, reason: str, confidence: float) -> Verdict:
    return Verdict(Treatment.REVIEW, meaning, reason, confidence)
