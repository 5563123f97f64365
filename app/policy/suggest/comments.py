"""What a comment on a column says it holds. It can only make a suggestion stricter: words about a column are no proof
that nothing personal is in it."""

import re

from app.policy.suggest.meanings import HARMLESS, RULES, UNREAD, Meaning, Reading
from app.policy.suggest.names import column_words

_CLAUSE = re.compile(r"[.,;:()\[\]/\n!?|]+|\s[-\u2013\u2014]\s")
_MOST_CLAUSES = 6
_MOST_WORDS = 8  # of one clause; words far apart do not mean something together
_SURE = 0.75
_DATES = frozenset({Meaning.BIRTH_DATE, Meaning.PERSONAL_DATE})


def said_in(comment: str) -> Reading:
    """The first clause that names something personal, never surer than a plain name; UNREAD where none does."""
    for clause in [part for part in _CLAUSE.split(comment[:400]) if part.strip()][:_MOST_CLAUSES]:
        words = column_words(" ".join(clause.split()[:_MOST_WORDS]))
        for rule in RULES:
            if rule.strength >= _SURE and rule.fits(words):
                if rule.meaning in HARMLESS or rule.meaning is Meaning.NAME:
                    break
                if words.first & {"date", "quantity"} and rule.meaning not in _DATES:
                    break  # "date of the last e-mail" speaks of a date
                return Reading(rule.meaning, _SURE)
    return UNREAD
