"""Reading for the policies page. Nothing is written; all of it is called through the bridge."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.domain.policy import Policy
from app.errors import SandkeeperError
from app.policy.parse import PolicyError, Problem
from app.services.policy_texts import file_text
from app.services.reviews import RunApproval
from ui.models.policies import Library, PolicyFacts, UseRow, library_of
from ui.models.policies_columns import Review, review_of

if TYPE_CHECKING:
    from app.services import Services

NUMBERED_UPTO = 60  # environments of one policy whose versions are looked up one by one


def read_library(services: "Services") -> Library:
    """Every pack and every environment that has a policy."""
    return library_of(services.policy_versions.library(), services.environments.all())


def read_policy(services: "Services", ref: str) -> PolicyFacts:
    """What the catalog knows of an environment's policy. Raises UserError when it has none, or is gone."""
    environment = services.environments.get(ref)
    text = services.policies.text_of(ref)
    policy: Policy | None = None
    runs: tuple[RunApproval, ...] = ()
    problem = ""
    try:
        policy, runs = services.policies.policy_of(ref), services.reviews.runs(ref)
    except SandkeeperError as unreadable:  # stored by a version of Sandkeeper that read other files
        problem = unreadable.sentence
    same = next((e.environments for e in services.policy_versions.library() if ref in e.environments), (ref,))
    return PolicyFacts(
        environment=environment,
        policy=policy,
        text=text,
        problem=problem,
        history=services.policy_versions.history(ref),
        runs=runs,
        uses=_uses(services, same),
        masks=services.policies.masks(),
    )


def read_pack(services: "Services", name: str) -> PolicyFacts:
    """A pack as it is shipped, and who has it. Raises UserError when there is none of that name."""
    entry = next((e for e in services.policy_versions.library() if e.pack and e.name == name), None)
    return PolicyFacts(
        policy=services.policies.pack(name),
        text=services.policies.pack_text(name),
        uses=_uses(services, entry.environments if entry is not None else ()),
    )


def read_review(services: "Services", ref: str) -> Review:
    """Every column as the next copy would treat it, and what changed in production: both ends are looked at.

    Raises UserError without a source, OutsideError when production cannot be read.
    """
    drift = services.reviews.drift(ref)
    policy = services.policies.policy_of(ref)
    return review_of(services.operations.plan(ref), drift, policy)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRead:
    """A policy file somebody wants to use: `policy` is None where `problems` say what is wrong with its `text`."""

    path: Path
    text: str
    policy: Policy | None = None
    problems: tuple[Problem, ...] = ()


def read_file(services: "Services", path: Path) -> FileRead:
    """Raises UserError when it is no text or too large, OutsideError when it cannot be read."""
    text = file_text(path)
    try:
        return FileRead(path=path, text=text, policy=services.policies.check(text, path.name))
    except PolicyError as wrong:
        return FileRead(path=path, text=text, problems=wrong.problems)


def _uses(services: "Services", refs: tuple[str, ...]) -> tuple[UseRow, ...]:
    known = {environment.ref: environment for environment in services.environments.all()}
    rows = []
    for ref in refs:
        if ref not in known:
            continue
        history = services.policy_versions.history(ref) if len(refs) <= NUMBERED_UPTO else ()
        of_copy = next((entry.number for entry in history if entry.of_copy), 0)
        rows.append(UseRow(environment=known[ref], number=history[0].number if history else 0, of_copy=of_copy))
    return tuple(rows)
