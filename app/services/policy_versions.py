"""Policies over time: the versions an environment had, what differs between them, going back, and who uses which."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from app.domain.environments import Environment
from app.domain.ids import PolicyVersionId
from app.domain.versions import PolicyDiff, PolicyEntry, VersionEntry
from app.errors import RefusedError, UserError
from app.policy.difference import difference, text_difference
from app.policy.packs import pack_names, pack_text
from app.policy.parse import PolicyError, parse_policy
from app.ports.catalog import Catalog, PolicyOutline, Transaction
from app.services.names import the_environment
from app.services.policy_texts import PACK_ORIGIN, hash_of, refuse_busy, version_in_force

_Key = tuple[str, bool]
"""A policy's name, and whether it is the pack of that name: people change packs and leave the name."""


class PolicyVersions:
    """What the catalog keeps of each policy. Nothing is rewritten: going back gives an old text once more."""

    def __init__(self, *, catalog: Catalog) -> None:
        self._catalog = catalog
        self._read: dict[str, PolicyEntry] = {}  # by hash; what a text says never changes

    def history(self, ref: str) -> tuple[VersionEntry, ...]:
        """Every version the environment was given, newest first. Raises UserError when it has no policy."""
        with self._catalog.read() as tx:
            return _history(tx, the_environment(tx, ref))

    def diff(self, ref: str, old: int | None = None, new: int | None = None) -> PolicyDiff:
        """What differs from version number `old` to `new`.

        Without `new` it is the one in force. Without `old` it is the one the copy was made with where that is another,
        else the one before `new`. Raises UserError for a number there is not, or where there is nothing to compare,
        PolicyError for a text that this version of Sandkeeper no longer reads.
        """
        with self._catalog.read() as tx:
            environment = the_environment(tx, ref)
            entries = _history(tx, environment)
            newer = _numbered(environment, entries, entries[0].number if new is None else new)
            older = _numbered(environment, entries, _before(environment, entries, newer) if old is None else old)
            texts = [_text(tx, entry.version) for entry in (older, newer)]
        names = [f"{entry.name}, version {entry.number} of {ref}" for entry in (older, newer)]
        return PolicyDiff(
            old=older.number,
            new=newer.number,
            changes=difference(*(parse_policy(text, name=name) for text, name in zip(texts, names, strict=True))),
            text=text_difference(texts[0], texts[1], names[0], names[1]),
        )

    def restore(self, ref: str, number: int) -> VersionEntry:
        """Give the environment an old version again, as its newest; its copy stays as it is until the next refresh.

        Raises UserError for a number there is not, RefusedError for the one in force and while busy, PolicyError when
        this version of Sandkeeper no longer reads it.
        """
        with self._catalog.write() as tx:
            environment = the_environment(tx, ref)
            refuse_busy(tx, environment)
            old = _numbered(environment, _history(tx, environment), number)
            if old.version == environment.policy_version:
                raise RefusedError(
                    f"Version {number} is what {environment.ref} has already",
                    "Nothing was changed.",
                    f'`sandkeeper policy history "{environment.ref}"` lists the others.',
                )
            parse_policy(_text(tx, old.version), name=f"{old.name}, version {number}")
            tx.environments.set(environment.id, policy_version=old.version)
            tx.audit.append("policy.restore", environment.ref, number=number, policy=old.name, policy_hash=old.hash)
            return _history(tx, tx.environments.get(environment.id) or environment)[0]

    def export(self, ref: str) -> str:
        """The file of the version in force, comments included. Raises UserError when there is none."""
        with self._catalog.read() as tx:
            return version_in_force(tx, the_environment(tx, ref)).text

    def library(self) -> tuple[PolicyEntry, ...]:
        """Every pack, then every policy of one's own that the catalog holds, each by name."""
        packs = {name: pack_text(name) for name in pack_names()}
        hashes = {name: hash_of(text) for name, text in packs.items()}
        with self._catalog.read() as tx:
            outlines = tx.policies.outlines()
            environments = tx.environments.all()
            known: dict[_Key, list[PolicyOutline]] = {(name, True): [] for name in packs}
            keys: dict[PolicyVersionId, _Key] = {}
            for outline in outlines:
                pack = outline.origin == f"{PACK_ORIGIN}{outline.name}" or outline.hash == hashes.get(outline.name)
                keys[outline.id] = (outline.name, pack and outline.name in packs)
                known.setdefault(keys[outline.id], []).append(outline)
            said = {key: self._said(tx, key, versions, packs) for key, versions in known.items()}
        used = _used(environments, keys)
        ordered = sorted(known, key=lambda key: (not key[1], key[0].casefold(), key[0]))
        return tuple(
            replace(
                said[key],
                newest=known[key][-1].id if known[key] else None,
                versions=len(known[key]),
                changed_at=known[key][-1].created_at if known[key] else None,
                author=known[key][-1].author if known[key] and not key[1] else "",
                environments=tuple(e.ref for e in used.get(key, ())),
                outdated=tuple(e.ref for e in used.get(key, ()) if e.policy_outdated),
            )
            for key in ordered
        )

    def _said(
        self, tx: Transaction, key: _Key, versions: Sequence[PolicyOutline], packs: Mapping[str, str]
    ) -> PolicyEntry:
        """What the newest text says of itself: a pack's own as it is shipped now, else the version stored last."""
        name, pack = key
        digest = hash_of(packs[name]) if pack else versions[-1].hash
        if digest not in self._read:
            self._read[digest] = _entry(name, packs[name] if pack else _text(tx, versions[-1].id))
        return replace(self._read[digest], name=name, pack=pack)


def _entry(name: str, text: str) -> PolicyEntry:
    try:
        policy = parse_policy(text, name=name)
    except PolicyError as problem:  # stored by a version of Sandkeeper that read other files
        return PolicyEntry(name=name, title=name, pack=False, version=0, tables=0, problem=problem.sentence)
    return PolicyEntry(name=name, title=policy.title, pack=False, version=policy.version, tables=len(policy.tables))


def _history(tx: Transaction, environment: Environment) -> tuple[VersionEntry, ...]:
    """Raises UserError when it has no policy."""
    version_in_force(tx, environment)
    uses = tx.policies.uses(environment.id)
    outlines = {outline.id: outline for outline in tx.policies.outlines({use.version for use in uses})}
    of_copy = next((at for at, use in enumerate(uses) if use.version == environment.copied_policy), None)
    return tuple(
        VersionEntry(
            version=use.version,
            number=len(uses) - at,
            name=outlines[use.version].name,
            hash=outlines[use.version].hash,
            origin=outlines[use.version].origin,
            author=outlines[use.version].author,
            by=use.by,
            at=use.at,
            current=at == 0,
            of_copy=at == of_copy,
        )
        for at, use in enumerate(uses)
    )


def _numbered(environment: Environment, entries: tuple[VersionEntry, ...], number: int) -> VersionEntry:
    found = next((entry for entry in entries if entry.number == number), None)
    if found is None:
        there = f"They are numbered from 1 to {len(entries)}." if len(entries) > 1 else "There is number 1 alone."
        raise UserError(
            f"The policy of {environment.ref} has no version {number}",
            there,
            f'`sandkeeper policy history "{environment.ref}"` lists them.',
        )
    return found


def _before(environment: Environment, entries: tuple[VersionEntry, ...], newer: VersionEntry) -> int:
    """The number of the version that `newer` is compared with when none is named."""
    of_copy = next((entry for entry in entries if entry.of_copy), None)
    if newer.current and of_copy is not None and of_copy.version != newer.version:
        return of_copy.number
    if newer.number == 1:
        raise UserError(
            f"The policy of {environment.ref} has nothing before version 1",
            "There is nothing to compare it with.",
            f'`sandkeeper policy show "{environment.ref}"` shows it whole.',
        )
    return newer.number - 1


def _text(tx: Transaction, version: PolicyVersionId) -> str:
    found = tx.policies.get(version)
    if found is None:
        raise RuntimeError("a policy version that is in use is not in the catalog")
    return found.text


def _used(environments: Iterable[Environment], keys: Mapping[PolicyVersionId, _Key]) -> dict[_Key, list[Environment]]:
    used: dict[_Key, list[Environment]] = {}
    for environment in environments:
        if environment.policy_version is not None:
            used.setdefault(keys[environment.policy_version], []).append(environment)
    return used
