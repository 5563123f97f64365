"""Verbs of policies: decide, accept, follow, restore, export, import, waive, approve. Each says what came of it."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from app.domain.policy import ColumnPolicy, Gone
from app.domain.versions import VersionEntry
from app.errors import OutsideError
from app.services.reviews import RunApproval
from ui.actions.policy_reading import FileRead, read_file
from ui.bridge.desk import Desk
from ui.models.words import count, moment
from ui.theme.tokens import Tone
from ui.widgets.question import QuestionDialog

if TYPE_CHECKING:
    from app.services import Services

Decision = tuple[str, str, ColumnPolicy]
Settled = Callable[[], None]


def decide(
    *,
    owner: QWidget,
    desk: Desk,
    ref: str,
    decisions: Sequence[Decision],
    on_taken: Settled,
    on_settled: Settled,
    on_error: Callable[[Exception], None],
) -> None:
    """Record how these columns are treated, as one new version that can be undone; `on_taken` comes once, and
    `on_settled` after an undoing too."""
    what = f"{decisions[0][0]}.{decisions[0][1]}" if len(decisions) == 1 else count(len(decisions), "column")

    def record() -> str:
        desk.services.reviews.decide_many(ref, decisions)
        return f"{what} decided in {ref}"

    _change(owner, desk, ref, record, on_settled, on_error, on_taken)


def accept(*, owner: QWidget, desk: Desk, ref: str, places: Sequence[str] | None, on_settled: Settled) -> None:
    """Take what is suggested at these places, or everywhere."""

    def take() -> str:
        taken = desk.services.reviews.accept(ref, places)
        if not taken:
            return f"Nothing could be accepted in {ref}: only somebody can decide what is left"
        return f"{count(len(taken), 'suggestion')} accepted in {ref}"

    _change(owner, desk, ref, take, on_settled)


def follow(*, owner: QWidget, desk: Desk, ref: str, table: str, column: str, gone: Gone, on_settled: Settled) -> None:
    """Say what happens to rows whose reference leads to one that stays behind."""

    def record() -> str:
        desk.services.reviews.follow(ref, table, column, gone)
        how = "follow what they refer to" if gone is Gone.FOLLOW else "are detached from what stays behind"
        return f"Rows of {table} {how} through {column}"

    _change(owner, desk, ref, record, on_settled)


def restore(*, owner: QWidget, desk: Desk, ref: str, entry: VersionEntry, on_settled: Settled) -> None:
    """Ask, then give an old version again."""
    desk.dialogs.show(
        QuestionDialog(
            f"Restore version {entry.number}?",
            f"{ref} gets the policy of {moment(entry.at)} again, as its newest version. Nothing is lost: every version "
            "stays on record. The copy stays as it is until its next refresh.",
            "Restore",
            lambda _said: _restore(owner, desk, ref, entry.number, on_settled),
            parent=owner.window(),
        )
    )


def _restore(owner: QWidget, desk: Desk, ref: str, number: int, on_settled: Settled) -> None:
    def go_back() -> str:
        desk.services.policy_versions.restore(ref, number)
        return f"{ref} has version {number} again"

    _change(owner, desk, ref, go_back, on_settled)


def export(*, owner: QWidget, desk: Desk, ref: str) -> None:
    """Ask where, and write the version in force there, comments included."""
    name = f"{ref.replace('/', '-').replace(' ', '-').casefold()}.yaml"
    desk.dialogs.choose_file_to_save(
        owner, "Export the policy", name, lambda path: export_to(owner=owner, desk=desk, ref=ref, path=path)
    )


def export_to(*, owner: QWidget, desk: Desk, ref: str, path: Path) -> None:
    """Write the version in force to `path`."""

    def write() -> None:
        text = desk.services.policy_versions.export(ref)
        try:
            path.write_text(text, encoding="utf-8")
        except OSError as problem:
            raise OutsideError(
                f"{path.name} could not be written",
                f"The system says: {problem.strerror or type(problem).__name__}.",
                "Choose another folder.",
            ) from problem

    desk.bridge.submit(
        write,
        owner=owner,
        on_done=lambda _nothing: desk.notify.say(f"Policy of {ref} exported to {path.name}", Tone.GOOD),
        on_error=lambda error: desk.dialogs.error(owner, error),
    )


def import_policy(
    *, owner: QWidget, desk: Desk, ref: str, on_wrong: Callable[[FileRead], None], on_settled: Settled
) -> None:
    """Ask for a file; see `import_from`."""
    desk.dialogs.choose_file(
        owner,
        "Import a policy",
        lambda path: import_from(owner=owner, desk=desk, ref=ref, path=path, on_wrong=on_wrong, on_settled=on_settled),
    )


def import_from(
    *,
    owner: QWidget,
    desk: Desk,
    ref: str,
    path: Path,
    on_wrong: Callable[[FileRead], None],
    on_settled: Settled,
) -> None:
    """Read it; hand over what is wrong with it, or ask and give it to the environment as its newest version."""

    def read(found: FileRead) -> None:
        if found.policy is None:
            on_settled()
            on_wrong(found)
            return
        policy = found.policy
        desk.dialogs.show(
            QuestionDialog(
                f"Give {ref} this policy?",
                f"{path.name} is valid: {policy.title}, {count(len(policy.tables), 'table')}, "
                f"{count(len(policy.checks), 'check')}. It becomes the newest version; those before stay on record, "
                "and the copy stays as it is until its next refresh. You give it for production as it is now: nothing "
                "counts as changed since.",
                "Import",
                lambda _said: _import(owner, desk, ref, path, on_settled),
                parent=owner.window(),
            )
        )

    desk.bridge.submit(
        read_file,
        desk.services,
        path,
        owner=owner,
        topic="import",
        on_done=read,
        on_error=_failed(owner, desk, on_settled),
    )


def _import(owner: QWidget, desk: Desk, ref: str, path: Path, on_settled: Settled) -> None:
    def give() -> str:
        desk.services.environments.set(ref, policy=str(path))
        return f"{ref} has the policy of {path.name}"

    _change(owner, desk, ref, give, on_settled)


def waive(*, owner: QWidget, desk: Desk, ref: str, way: str, title: str, on_settled: Settled) -> None:
    """Ask for the reason, then let that way out stay open."""

    def waived(reason: str) -> None:
        def let() -> str:
            desk.services.reviews.waive(ref, way, reason)
            return f"{title} is waived in {ref}"

        _change(owner, desk, ref, let, on_settled)

    desk.dialogs.show(
        QuestionDialog(
            f"Waive “{title}”?",
            "This way out may stay open in the copy then. Your reason stands in every certificate, with your name.",
            "Waive",
            waived,
            asks="Why it may stay open",
            parent=owner.window(),
        )
    )


def approve(*, owner: QWidget, desk: Desk, ref: str, run: RunApproval, on_settled: Settled) -> None:
    """Ask, then approve exactly the text that was shown."""
    entry = run.run

    def approved(_said: str) -> None:
        def say_so() -> str:
            desk.services.reviews.approve(ref, entry.id, digest=entry.digest)
            return f"{entry.title} is approved"

        _change(owner, desk, ref, say_so, on_settled)

    desk.dialogs.show(
        QuestionDialog(
            f"Approve “{entry.title}”?",
            "You approve exactly this text, wherever a policy runs it on a copy. Another text, by a single character, "
            "needs another approval.",
            "Approve",
            approved,
            facts=f"SHA-256 {entry.digest}",
            parent=owner.window(),
        )
    )


def _change(
    owner: QWidget,
    desk: Desk,
    ref: str,
    act: Callable[[], str],
    on_settled: Settled,
    on_error: Callable[[Exception], None] | None = None,
    on_taken: Settled | None = None,
) -> None:
    """Do it and say so; where a version came of it, with a way back."""

    def done(result: tuple[str, int | None]) -> None:
        said, before = result
        if on_taken is not None:
            on_taken()
        on_settled()
        if before is None:
            desk.notify.say(said, Tone.GOOD)
        else:
            undo = before
            desk.notify.say(said, Tone.GOOD, action="Undo", act=lambda: _restore(owner, desk, ref, undo, on_settled))

    desk.bridge.submit(
        _with_way_back,
        desk.services,
        ref,
        act,
        owner=owner,
        on_done=done,
        on_error=on_error or _failed(owner, desk, on_settled),
    )


def _with_way_back(services: "Services", ref: str, act: Callable[[], str]) -> tuple[str, int | None]:
    """What was done, and the number of the version before where there is another one now."""
    before = services.policy_versions.history(ref)[0].number
    said = act()
    return said, before if services.policy_versions.history(ref)[0].number != before else None


def _failed(owner: QWidget, desk: Desk, on_settled: Settled) -> Callable[[Exception], None]:
    def failed(error: Exception) -> None:
        on_settled()
        desk.dialogs.error(owner, error)

    return failed
