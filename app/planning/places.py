"""Rows that must stay in their place or apart from others: partitions, exclusion constraints, unique indexes over
expressions. Masks that would move them are found before the copy."""

import re
from collections.abc import Iterator
from typing import Final

from app.domain.findings import Finding, error, warning
from app.domain.plan import ColumnPlan
from app.domain.policy import Treatment
from app.domain.schema import Table
from app.planning.comparisons import mentions
from app.planning.draft import Draft, place
from app.planning.names import short
from app.policy.spellings import plain

_TO_TEXT: Final = re.compile(r"::\s*(?:text|character varying|varchar|character|bpchar)\b", re.IGNORECASE)


def look_at_places(draft: Draft) -> None:
    for table in draft.schema.tables:
        plan = draft.tables.get(table.name)
        for column in plan.columns if plan is not None and plan.copied != "none" else ():
            if column.treatment is Treatment.MASK:
                draft.findings.extend(_partition(table, column))
                draft.findings.extend(_exclusions(table, column))
                draft.findings.extend(_unique(table, column))
                draft.findings.extend(_computed(table, column))


def _partition(table: Table, column: ColumnPlan) -> Iterator[Finding]:
    if column.column in table.partition_key:
        yield error(
            "mask-on-partition-key",
            f"{short(column.column)} chooses the partition of {short(table.name)} a row stands in; masked values would "
            "belong into others.",
            place(table.name, column.column),
            "Keep the column, or leave the rows behind (rows: none).",
        )


def _exclusions(table: Table, column: ColumnPlan) -> Iterator[Finding]:
    """What is compared for equality is kept apart like a key; how else masked values compare, nobody can tell."""
    if column.mask == "null":
        return  # what has no value excludes nothing
    for exclusion in table.exclusions:
        if column.column in exclusion.others:
            yield warning(
                "mask-may-break-exclusion",
                f"The exclusion constraint {short(exclusion.name)} of {short(table.name)} compares "
                f"{short(column.column)}; masked rows may exclude each other. If they do, the operation stops while "
                "building and the environment stays as it is.",
                place(table.name, column.column),
                "Keep the column, or empty it with the mask null.",
            )


def _unique(table: Table, column: ColumnPlan) -> Iterator[Finding]:
    for key in table.unique_keys:
        if column.column not in key.columns:
            continue
        if column.mask == "null" and not key.nulls_distinct:
            yield error(
                "null-in-unique",
                f"The unique index {short(key.name)} of {short(table.name)} takes rows without a value for alike, so "
                f"{short(column.column)} cannot be emptied.",
                place(table.name, column.column),
                "Choose a mask that keeps values apart.",
            )
        elif column.mask != "null" and key.expression and mentions(key.expression, column.column):
            yield warning(
                "mask-may-break-unique",
                f"The unique index {short(key.name)} of {short(table.name)} is over ({_line(key.expression)}); masked "
                f"values of {short(column.column)} are kept apart, but what is computed from them may coincide. If it "
                "does, the operation stops while building and the environment stays as it is.",
                place(table.name, column.column),
                "Choose a mask with many values, token or email for example, or keep the column.",
            )


def _computed(table: Table, column: ColumnPlan) -> Iterator[Finding]:
    for other in table.columns:
        if other.expression is None or not mentions(other.expression, column.column):
            continue
        converts = "::" in _TO_TEXT.sub("", _literal_free(other.expression))
        ruled = any(mentions(plain(check), other.name) for check in table.checks)
        if converts or ruled or not other.nullable:
            yield warning(
                "mask-may-break-generated",
                f"{short(other.name)} of {short(table.name)} is computed from {short(column.column)} as "
                f"({_line(other.expression)}), which may fail for masked values. If it does, the operation stops in "
                "the copy and the environment stays as it is.",
                place(table.name, column.column),
                "Choose a mask that keeps the shape of the values, or keep the column.",
            )


def _literal_free(expression: str) -> str:
    """Without constants, whose casts cannot fail."""
    return re.sub(r"'(?:[^']|'')*'::\"?[\w. ]+\"?", "''", expression)


def _line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 120 else line[:119] + "…"
