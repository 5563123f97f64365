"""The ways a copy could reach the outside world, as far as a suggestion recognises them: what closes each and the check
that proves it, or what a person has to see to."""

import re
from dataclasses import dataclass, field

from app.domain.policy import (
    Action,
    ActionKind,
    Check,
    Clause,
    ColumnPolicy,
    Condition,
    ManualItem,
    Operator,
    Outward,
    OutwardKind,
    RowsKind,
    TablePolicy,
    Treatment,
)
from app.policy.suggest.meanings import Meaning
from app.policy.suggest.names import folded
from app.policy.suggest.suggestion import Fires, Suggestion, TableSuggestion

_LONGEST_ID = 60
_IN_WORDS = {
    OutwardKind.WEBHOOK: "call other systems when something happens here",
    OutwardKind.TASK: "run by themselves at set times",
    OutwardKind.ENDPOINT: "connect to other systems",
}


@dataclass(slots=True)
class WaysOut:
    """What a policy says about them; ids are unique within each part."""

    actions: list[Action] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    manual: list[ManualItem] = field(default_factory=list)
    outward: list[Outward] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    def proved(self, id_: str, title: str, kind: OutwardKind | None, table: str, condition: Condition = ()) -> None:
        """A check that finds no row, and the way out it closes; without `kind` it is no way out, only worth proving."""
        id_ = self._free(id_)
        self.checks.append(Check(id=id_, title=title, table=table, condition=condition))
        if kind is not None:
            self.outward.append(Outward(id=id_, title=title, kind=kind, check=id_))

    def asked(self, id_: str, title: str, instructions: str) -> None:
        self.manual.append(ManualItem(id=self._free(id_), title=title, instructions=instructions))

    def switched(self, id_: str, title: str, table: str, values: dict[str, bool | int]) -> None:
        self.actions.append(
            Action(id=self._free(id_), title=title, kind=ActionKind.UPDATE, table=table, values=dict(values))
        )

    def _free(self, id_: str) -> str:
        plain = re.sub(r"[^a-z0-9]+", "-", folded(id_).lower()).strip("-")[:_LONGEST_ID] or "way"
        wanted = plain
        for number in range(2, len(self.taken) + 3):
            if wanted not in self.taken:
                break
            wanted = f"{plain}-{number}"
        self.taken.add(wanted)
        return wanted


def ways_out(suggestion: Suggestion, tables: dict[str, TablePolicy]) -> WaysOut:
    """Those of the suggested database, given what its policy says of each table."""
    found = WaysOut()
    for name, table in suggestion.tables.items():
        if tables[name].rows.kind is RowsKind.NONE:
            _left_behind(found, name, table)
            continue
        if table.fires is not None:
            _fires(found, name, table.fires)
        for column, suggested in table.columns.items():
            _emptied(found, name, column, suggested.meaning, tables[name].columns[column])
        if table.kind == "queue":
            found.asked(
                f"queue-{name}",
                f"Nothing in {_short(name)} is sent",
                f"The rows of {_short(name)} look like something that waits to be sent, and they come along. "
                "Find out what would send them, and note how it was kept from doing so.",
            )
        elif table.kind == "settings":
            found.asked(
                f"settings-{name}",
                f"The settings in {_short(name)} lead nowhere",
                f"Read {_short(name)} in the copy: no host, address, key or account in it may work outside. Note what "
                "you changed, and think of an action that does it on each refresh.",
            )
    return found


def _left_behind(found: WaysOut, name: str, table: TableSuggestion) -> None:
    kind = {"queue": OutwardKind.MAILBOX, "session": OutwardKind.TOKEN}.get(table.kind)
    if kind is None and table.fires is not None:
        kind = table.fires.kind
    if kind is not None:
        found.proved(f"no-{name}", f"No row of {_short(name)} came along", kind, name)


def _fires(found: WaysOut, name: str, fires: Fires) -> None:
    if not fires.switches:
        found.asked(
            f"stop-{name}",
            f"What stands in {_short(name)} does not start",
            f"The rows of {_short(name)} {_IN_WORDS[fires.kind]}, and no flag was found that switches them off. "
            "Find out how it is done, note it, and think of `rows: none` or an action that does it on each refresh.",
        )
        return
    off = {switch.column: switch.off for switch in fires.switches}
    found.switched(f"switch-off-{name}", f"Switch off all of {_short(name)}", name, off)
    for switch in fires.switches:
        condition = (Clause(column=switch.column, operator=Operator.NOT, value=switch.off),)
        title = f"All of {_short(name)} is switched off" + (f" ({_short(switch.column)})" if len(off) > 1 else "")
        found.proved(f"{name}-{switch.column}", title, fires.kind, name, condition)


def _emptied(found: WaysOut, table: str, column: str, meaning: str, decision: ColumnPolicy) -> None:
    """A secret or an address of another system that does not come along, as a count can prove."""
    if decision.treatment is not Treatment.MASK or decision.mask not in ("null", "token"):
        return
    kinds = {Meaning.SECRET: OutwardKind.TOKEN, Meaning.TOKEN: OutwardKind.TOKEN, Meaning.URL: OutwardKind.ENDPOINT}
    kind = next((kind for of, kind in kinds.items() if of == meaning), None)
    if kind is None:
        return
    what = "address" if kind is OutwardKind.ENDPOINT else "secret"
    if decision.mask == "null":
        condition = (Clause(column=column, operator=Operator.NOT, value=None),)
    elif kind is OutwardKind.ENDPOINT:
        condition = (Clause(column=column, operator=Operator.LIKE, value="%://%"),)
    else:
        return  # no check can tell a token of ours from one that opens a door
    found.proved(
        f"no-{table}-{column}", f"No {what} stands in {_short(table)}, {_short(column)}", kind, table, condition
    )


def _short(name: str) -> str:
    return name if len(name) <= 60 else name[:57] + "..."
