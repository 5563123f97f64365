"""Rules as PostgreSQL writes them back, and what planning reads out of them."""

import pytest

from app.domain.schema import Column, Table, TypeFamily
from app.policy.spellings import plain
from tests.app.planning.building import codes, plan


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (
            "((state)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
            "(state IN ('a', 'b'))",
        ),
        ("(state <> ALL (ARRAY['a'::text, 'it''s'::text]))", "(state NOT IN ('a', 'it''s'))"),
        ("((x)::text ~~ 'a%'::text)", "(x LIKE 'a%')"),
        ("(x !~~* '%@%'::text)", "(x NOT LIKE '%@%')"),
        ("(length((x)::text) <= 5)", "(length(x) <= 5)"),
        ("((n >= '-1'::integer) AND (n < (10)::numeric))", "((n >= -1) AND (n < 10))"),
        ("(d > '2000-01-01'::date)", "(d > '2000-01-01')"),
        ("(at < '2020-01-01 00:00:00+00'::timestamp with time zone)", "(at < '2020-01-01 00:00:00+00')"),
        ('(("Kind")::text = \'x\'::public."Odd type")', "(\"Kind\" = 'x')"),
        ("((x)::text ~ '^a::b ~~ c''s'::text)", "(x ~ '^a::b ~~ c''s')"),
        ("c IN (5) AND \"a\" LIKE '%x'", "c IN (5) AND \"a\" LIKE '%x'"),
    ],
)
def test_casts_lists_and_patterns_are_read(written: str, read: str) -> None:
    assert plain(written) == read


@pytest.mark.parametrize(
    ("check", "mask", "found"),
    [
        ("((c)::text = ANY ((ARRAY['P'::character varying, 'S'::character varying])::text[]))", "token", "breaks"),
        ("(c = ANY (ARRAY['P'::text, 'S'::text]))", "fixed, value: P", ""),
        ("((c)::text ~~ '%_@_%'::text)", "email", ""),
        ("((c)::text ~~ '%_@_%'::text)", "token", "breaks"),
        ("((c)::text !~~ '%@%'::text)", "email", "breaks"),
        ("(length((c)::text) <= 3)", "email", "breaks"),
        ("((c)::text ~ '^[A-Z]{3}$'::text)", "token", "may-break"),
        ("((c)::text ~ '^[^@[:space:]]+@[^@[:space:]]+$'::text)", "email", ""),
        ("((c)::text ~ '^[^@[:space:]]+@[^@[:space:]]+$'::text)", "token", "may-break"),
        ("((c)::text ~ '^[-+(). 0-9]+$'::text)", "phone", ""),
        ("((c)::text !~ '@'::text)", "phone", ""),
        ("((c)::text ~ '^zzz[0-9]{9}$'::text)", "email", "may-break"),
        ("((c)::text ~ '^(a+)+$'::text)", "email", "may-break"),
        ("((c)::text ~ '\\mword\\M'::text)", "email", "may-break"),
        ("((c)::text <> ''::text)", "email", ""),
    ],
)
def test_rules_in_that_spelling_are_tried_before_the_copy(check: str, mask: str, found: str) -> None:
    column = Column(name="c", type="character varying", family=TypeFamily.TEXT)
    made = plan(
        f"tables: {{t: {{columns: {{c: {{mask: {mask}}}}}}}}}",
        Table(name="t", columns=(column,), checks=(check,), rows=50),
    )
    assert [code for _, code, _ in codes(made)] == ([f"mask-{found}-check"] if found else [])
