"""What columns say about each other: foreign keys, keys made from names, and the same values in two places."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from app.domain.policy import Treatment
from app.domain.schema import Schema, Table
from app.policy.suggest.meanings import Meaning
from app.policy.suggest.names import folded
from app.policy.suggest.values import ValueFacts
from app.policy.suggest.verdict import Verdict, review
from app.ports.databases import RowValue

Place = tuple[str, str]
"""Table and column."""

_NAMES = frozenset({Meaning.FULL_NAME, Meaning.FIRST_NAME, Meaning.LAST_NAME, Meaning.COMPANY, Meaning.EMAIL})
_FOLLOWED: Mapping[Treatment, frozenset[Meaning]] = {
    Treatment.MASK: _NAMES
    | {
        Meaning.PHONE,
        Meaning.STREET,
        Meaning.NATIONAL_ID,
        Meaning.BANK_ACCOUNT,
        Meaning.CARD,
        Meaning.USERNAME,
        Meaning.NUMBER,
        Meaning.VEHICLE,
        Meaning.DEVICE,
    },
    Treatment.REVIEW: frozenset({Meaning.KEY, Meaning.NUMBER, Meaning.USERNAME}),
    Treatment.KEEP: frozenset(),
}


def referring(schema: Schema) -> dict[Place, list[Place]]:
    """For each column of a foreign key the columns it refers to, as far as they exist."""
    found: dict[Place, list[Place]] = defaultdict(list)
    for table in schema.tables:
        for key in table.foreign_keys:
            parent = schema.table(key.table)
            if parent is None:
                continue
            targets = key.referred or parent.primary_key
            for name, target in zip(key.columns, targets, strict=False):
                column, referred = table.column(name), parent.column(target)
                if column is not None and referred is not None:
                    found[table.name, column.name].append((parent.name, referred.name))
    return dict(found)


def groups(schema: Schema, references: Mapping[Place, Sequence[Place]]) -> list[list[Place]]:
    """Columns that must keep holding the same values, those referred to first; columns without such ties alone."""
    leader: dict[Place, Place] = {(t.name, c.name): (t.name, c.name) for t in schema.tables for c in t.columns}

    def find(place: Place) -> Place:
        while leader[place] != place:
            leader[place] = leader[leader[place]]
            place = leader[place]
        return place

    for child, parents in references.items():
        for parent in parents:
            leader[find(child)] = find(parent)
    found: dict[Place, list[Place]] = defaultdict(list)
    for place in leader:
        found[find(place)].append(place)
    return [sorted(places, key=lambda p: is_child(p, references)) for places in found.values()]


def is_child(place: Place, references: Mapping[Place, Sequence[Place]]) -> bool:
    """Whether the column refers to another one (not merely to itself)."""
    return any(parent != place for parent in references.get(place, ()))


def made_from(table: Table, columns: Sequence[str], rows: Sequence[Sequence[RowValue]]) -> dict[str, set[str]]:
    """For each text key the columns whose words it is made of in at least half of the sampled rows (`ALFKI` from
    Alfreds Futterkiste)."""
    keys = {*table.primary_key, *(k.columns[0] for k in table.unique_keys if len(k.columns) == 1)}
    found: dict[str, set[str]] = {}
    for at, name in enumerate(columns):
        if name not in keys:
            continue
        codes = [row[at] for row in rows]
        if not any(isinstance(code, str) and len(code) <= 24 for code in codes):
            continue
        for other_at, other in enumerate(columns):
            pairs = [
                (code, row[other_at])
                for code, row in zip(codes, rows, strict=True)
                if other != name and isinstance(code, str) and isinstance(row[other_at], str)
            ]
            hits = sum(_abbreviates(code, str(text)) for code, text in pairs)
            if len(pairs) >= 3 and hits >= 0.5 * len(pairs):
                found.setdefault(name, set()).add(other)
    return found


def _abbreviates(code: str, text: str) -> bool:
    letters = "".join(c for c in folded(code[:40]).lower() if c.isalpha())
    words = [w for w in (folded(word).lower() for word in text[:200].split()) if w[:1].isalpha()]
    if not 2 <= len(letters) <= 24 or not words:
        return False
    initials = "".join(word[0] for word in words)
    if len(letters) <= 3:
        return letters in (initials, initials[0] + words[-1][: len(letters) - 1], words[-1][: len(letters)])
    return any(len(word) >= 3 and letters.startswith(word[:3]) for word in words) or letters[1:4] == words[-1][:3]


def derived(key: Verdict, sources: Iterable[Verdict]) -> Verdict:
    """The verdict about a key, given those about the columns it seems made from."""
    source = next((v for v in sources if v.treatment is not Treatment.KEEP and v.meaning in _NAMES), None)
    if source is None or key.treatment is Treatment.MASK:
        return key
    return review(Meaning.KEY, f"A key made from a {source.meaning}: it gives part of it away.", 0.6)


def same_values(verdicts: Mapping[Place, Verdict], facts: Mapping[Place, ValueFacts]) -> dict[Place, Verdict]:
    """Columns whose values mostly stand in a column already found to be personal; they are that, too, and get the
    same mask, or the rows would no longer find each other."""
    personal = {place: v for place, v in verdicts.items() if v.meaning in _FOLLOWED[v.treatment]}
    index: dict[str, list[Place]] = defaultdict(list)
    for place in personal:
        for text in facts[place].texts:
            if len(text) >= (8 if text.isdigit() else 4):
                index[text].append(place)
    found: dict[Place, Verdict] = {}
    for place, verdict in verdicts.items():
        texts = facts[place].texts
        if len(texts) < 3 or (verdict.treatment is Treatment.MASK and verdict.meaning is not Meaning.FULL_NAME):
            continue
        shared = Counter(other for text in texts for other in index.get(text, ()) if other != place)
        for other, hits in shared.most_common(1):
            source = personal[other]
            stricter = source.weight[0] > verdict.weight[0] or source.treatment is Treatment.MASK
            same = (source.treatment, source.meaning) == (verdict.treatment, verdict.meaning)
            if hits >= max(3, 0.5 * len(texts)) and stricter and not same:
                reason = f"Most of its values also stand in {place_name(other)}, a {source.meaning}."
                found[place] = Verdict(source.treatment, source.meaning, reason, min(0.9, source.confidence))
    return found


def named_alike(schema: Schema, verdicts: Mapping[Place, Verdict]) -> dict[Place, Verdict]:
    """Columns called like the whole primary key of one other table refer to it, whether or not that is declared: a key
    that is masked or asked about is so wherever it stands, and one that says nothing says nothing there either."""
    owners: dict[str, list[Place]] = defaultdict(list)
    families = {(t.name, c.name): c.family for t in schema.tables for c in t.columns}
    for table in schema.tables:
        if len(table.primary_key) == 1 and len(table.primary_key[0]) >= 5:
            owners[table.primary_key[0].casefold()].append((table.name, table.primary_key[0]))
    found: dict[Place, Verdict] = {}
    for place, verdict in verdicts.items():
        keys = owners.get(place[1].casefold(), [])
        if len(keys) != 1 or keys[0] == place or keys[0] not in verdicts or families[place] is not families[keys[0]]:
            continue
        key = verdicts[keys[0]]
        if key.weight[0] > verdict.weight[0]:
            reason = f"Called like the key {place_name(keys[0])}, and treated alike. {key.reason}"
            found[place] = Verdict(key.treatment, key.meaning, reason, min(key.confidence, 0.6))
        elif (
            key.treatment is Treatment.KEEP and verdict.treatment is Treatment.REVIEW and verdict.meaning is Meaning.KEY
        ):
            reason = f"Called like the key {place_name(keys[0])}, which says nothing of its own."
            found[place] = Verdict(Treatment.KEEP, Meaning.KEY, reason, min(key.confidence, 0.6))
    return found


def place_name(place: Place) -> str:
    """`table.column`, cut where a name is absurdly long."""
    return ".".join(part if len(part) <= 60 else part[:57] + "..." for part in place)
