"""Preserved rows, steps, reconciliation and serial numbers of a policy file."""

from collections.abc import Callable

import pytest

from app.domain.policy import Clause, Operator, Preserve, Reconcile, SerialNumber, Step
from app.policy.copies import (
    preserve_data,
    read_preserve,
    read_reconcile,
    read_serial_number,
    read_steps,
    reconcile_data,
    step_data,
)
from app.policy.positions import Node, read_tree
from app.policy.reading import Reader
from app.policy.yaml_text import flow_text


def _steps(reader: Reader, node: Node) -> object:
    return read_steps(reader, node, ["tasks-off"])


def _read(read: Callable[[Reader, Node], object], text: str) -> tuple[object, list[str]]:
    reader = Reader()
    return read(reader, read_tree(text)), [p.message for p in reader.problems]


def test_preserved_rows_are_read_and_written_alike() -> None:
    entries = (
        Preserve(
            id="apps",
            title="Apps",
            table="OnlineApp",
            condition=(Clause(column="a", operator=Operator.IS, value=1),),
            match=("clientId",),
            leave_orphans=True,
        ),
        Preserve(id="b", title="b", table="t"),
    )
    assert _read(read_preserve, flow_text([preserve_data(e) for e in entries])) == (entries, [])


def test_steps_are_read_and_written_alike() -> None:
    steps = (
        Step(id="s1", title="One", checks=("tasks-off",)),
        Step(id="s2", title="Two", checks=("rows", "tasks-off")),
        Step(id="s3", title="Three", manual="Look"),
        Step(id="s4", title="Four", not_applicable="There is none"),
    )
    assert _read(_steps, flow_text([step_data(s) for s in steps])) == (steps, [])


def test_reconciliation_and_serial_number_are_read() -> None:
    entries = (Reconcile(table="a", sums=("x", "y")), Reconcile(table="b"))
    assert _read(read_reconcile, flow_text([reconcile_data(e) for e in entries])) == (entries, [])
    assert _read(read_serial_number, "{table: company, column: serialNo}") == (
        SerialNumber(table="company", column="serialNo"),
        [],
    )


@pytest.mark.parametrize(
    ("read", "text", "problem"),
    [
        (read_preserve, "[{id: a}]", "an entry of 'preserve' needs 'table'"),
        (read_preserve, "[{id: a, table: t, orphans: drop}]", "'orphans' of preserve 'a' is stop or leave, not 'drop'"),
        (read_preserve, "[{id: a, table: t, match: []}]", "'match' of preserve 'a' is a list of columns"),
        (read_preserve, "[{id: a, table: t}, {id: a, table: u}]", "there are two entries 'a' in 'preserve'"),
        (_steps, "[{id: s, title: S}]", "step 's' needs exactly one of 'check', 'manual' and 'not_applicable'"),
        (_steps, "[{id: s, title: S, check: task-off}]",
         "there is no check 'task-off' in this policy; did you mean 'tasks-off'?"),
        (_steps, "[{id: s, title: S, check: []}]", "'check' of step 's' names no check"),
        (_steps, "[{id: s, title: S, manual: ' '}]", "'manual' of step 's' needs words"),
        (_steps, "[{id: rows, title: S, manual: x}]",
         "there are two items 'rows': every checklist has one of its own"),
        (read_reconcile, "[{table: t}, {table: t}]", "'t' stands twice in 'reconcile'"),
        (read_reconcile, "[{table: t, sums: [1]}]", "'sums' of 't' is a list of columns"),
        (read_serial_number, "{table: t}", "'serial_number' needs 'column'"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(read: Callable[[Reader, Node], object], text: str, problem: str) -> None:
    assert problem in _read(read, text)[1]
