"""Policies of every shape, for property tests."""

from collections.abc import Mapping
from typing import TypeVar

from hypothesis import strategies as st

from app.domain.policy import (
    RESERVED_ITEMS,
    Action,
    ActionKind,
    Check,
    Checksum,
    ChoicesFrom,
    Clause,
    ColumnPolicy,
    Condition,
    Gone,
    Lifetime,
    ManualItem,
    Operator,
    Option,
    OptionRef,
    OptionType,
    Outward,
    OutwardKind,
    Policy,
    PolicyWarning,
    Preserve,
    Reconcile,
    ReferencePolicy,
    Rows,
    RowSet,
    RowsKind,
    Run,
    SerialNumber,
    Step,
    TablePolicy,
    Treatment,
    Value,
)

OPTIONS = (
    Option(id="box", type=OptionType.EMAIL, title="Mailbox", default="qa@agency.example"),
    Option(id="logins", type=OptionType.LIST, title="Logins", help="Who, and why", default=("a", "b: c")),
    Option(id="history", type=OptionType.CHOICE, title="History", default="none", choices=("all", "none")),
    Option(id="extras", type=OptionType.BOOLEAN, title="Extras", default=False),
    Option(id="days", type=OptionType.INTEGER, title="Days", default=3),
    Option(id="note", type=OptionType.TEXT, title="Note"),
    Option(id="part", type=OptionType.CHOICE, title="Part", default="some", choices=("all", "none", "some")),
    Option(
        id="tasks",
        type=OptionType.LIST,
        title="Tasks",
        choices_from=ChoicesFrom(
            table="odd.name",
            value='i"d',
            label="name: x",
            condition=(Clause(column="off", operator=Operator.IS, value=0),),
        ),
    ),
)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
names = texts.filter(lambda text: bool(text.strip()))
ids = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,12}", fullmatch=True).filter(lambda i: i not in RESERVED_ITEMS)
scalars = texts | st.integers(-(10**6), 10**6) | st.booleans() | st.floats(-1e6, 1e6)
lists = st.lists(scalars, min_size=1, max_size=3).map(tuple)


T = TypeVar("T", Action, Check, ManualItem, PolicyWarning, Preserve, Run)


def _several(strategy: st.SearchStrategy[T]) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(strategy, max_size=3, unique_by=lambda item: item.id).map(tuple)


clauses = st.one_of(
    st.builds(Clause, column=names, operator=st.sampled_from([Operator.IS, Operator.NOT]), value=scalars | st.none()),
    st.builds(Clause, column=names, operator=st.sampled_from([Operator.IN, Operator.NOT_IN]), value=lists),
    st.builds(Clause, column=names, operator=st.sampled_from([Operator.LIKE, Operator.NOT_LIKE]), value=texts),
    st.builds(Clause, column=names, operator=st.sampled_from([Operator.BELOW, Operator.AT_LEAST]), value=texts),
    st.builds(Clause, column=names, operator=st.just(Operator.NOT_IN), value=st.just(OptionRef("logins"))),
    st.builds(Clause, column=names, operator=st.just(Operator.IS), value=st.just(OptionRef("days"))),
    st.builds(
        Clause,
        column=names,
        operator=st.sampled_from([Operator.IN_ROWS, Operator.NOT_IN_ROWS]),
        value=st.builds(
            RowSet,
            table=names,
            column=names,
            condition=st.just(()) | st.just((Clause(column="a", operator=Operator.IN, value=(1, "x")),)),
        ),
    ),
)
conditions: st.SearchStrategy[Condition] = st.lists(
    clauses, min_size=1, max_size=3, unique_by=lambda clause: clause.column.casefold()
).map(tuple)
maybe_conditions = st.just(()) | conditions
masked = st.sampled_from(
    [
        ("email", {"alias": OptionRef("box")}),
        ("email", {"domain": "x.invalid"}),
        ("fixed", {"value": "a, b: {c} # d"}),
        ("json", {"keep": ("kind",)}),
        ("null", {}),
    ]
)
signatures = {"reason": texts, "decided_by": texts, "decided_at": texts}
columns = st.one_of(
    st.builds(ColumnPolicy, treatment=st.sampled_from([Treatment.KEEP, Treatment.REVIEW]), **signatures),
    masked.flatmap(
        lambda pair: st.builds(
            ColumnPolicy,
            treatment=st.just(Treatment.MASK),
            mask=st.just(pair[0]),
            parameters=st.just(pair[1]),
            **signatures,
        )
    ),
)
rows = st.one_of(
    st.just(Rows()),
    st.just(Rows(kind=RowsKind.NONE)),
    st.sampled_from([Rows(option="history"), Rows(option="extras")]),
    conditions.map(lambda condition: Rows(kind=RowsKind.WHERE, condition=condition)),
    conditions.map(lambda condition: Rows(option="part", condition=condition)),
)
nothing = st.lists(st.integers(-1, 1) | texts, max_size=2).map(tuple)
references = st.lists(
    st.builds(ReferencePolicy, column=names, gone=st.sampled_from(Gone), nothing=nothing)
    | st.builds(
        ReferencePolicy,
        column=names,
        table=st.sampled_from(["parent", "crm.parent", '"odd.name"']),
        referred=st.sampled_from(["id", 'i"d', "a.b"]),
        gone=st.sampled_from([Gone.STOP, Gone.DETACH]),
        nothing=nothing,
    ),
    max_size=2,
    unique_by=lambda reference: reference.column,
).map(tuple)
checksums = st.none() | st.builds(Checksum, column=names, recomputed_by=st.none() | st.just("again"))
preserved = st.builds(
    Preserve,
    id=ids,
    title=texts,
    table=names,
    condition=maybe_conditions,
    match=st.lists(names, max_size=2).map(tuple),
    leave_orphans=st.booleans(),
)
AGAIN = Run(id="again", title="Again", sql=("UPDATE t SET c = 'a;b'\n-- ; no\nWHERE 1", "DELETE FROM t"), timeout=9)
commands = st.builds(
    Run,
    id=ids.filter(lambda id_: id_ != "again"),
    title=texts,
    command=st.lists(names, min_size=1, max_size=3).map(tuple),
    folder=st.sampled_from(["", "/srv/an app"]),
    timeout=st.integers(1, 86_400),
)


def _distinct(found: Mapping[str, object]) -> bool:
    return len({name.casefold() for name in found}) == len(found)


@st.composite
def tables(draw: st.DrawFn) -> dict[str, TablePolicy]:
    found = draw(st.lists(names, max_size=3, unique_by=str.casefold))
    return {
        name: TablePolicy(
            name=name,
            rows=draw(rows),
            columns=draw(st.dictionaries(names, columns, max_size=3).filter(_distinct)),
            reason=draw(texts),
            optional=draw(st.booleans()),
            references=draw(references),
            checksum=draw(checksums),
        )
        for name in found
    }


assigned: st.SearchStrategy[Value] = st.one_of(scalars, st.none(), st.just(OptionRef("note")))
values = st.dictionaries(names, assigned, min_size=1, max_size=3).filter(_distinct)
whens = st.none() | st.just("extras")
actions = st.one_of(
    st.builds(
        Action,
        id=ids,
        title=texts,
        kind=st.just(ActionKind.UPDATE),
        table=names,
        values=values,
        condition=maybe_conditions,
        when=whens,
    ),
    st.builds(
        Action,
        id=ids,
        title=texts,
        kind=st.just(ActionKind.DELETE),
        table=names,
        condition=maybe_conditions,
        when=whens,
    ),
    st.builds(Action, id=ids, title=texts, kind=st.just(ActionKind.INSERT), table=names, values=values, when=whens),
)
bounds = st.sampled_from([(0, 0), (1, 1), (2, None), (0, 5), (2, 5)])
checks = bounds.flatmap(
    lambda pair: st.builds(
        Check,
        id=ids,
        title=texts,
        table=names,
        condition=maybe_conditions,
        at_least=st.just(pair[0]),
        at_most=st.just(pair[1]),
        help=texts,
    )
)
operations = st.lists(
    st.sampled_from(["provision", "refresh", "reset", "wipe"]), min_size=1, max_size=4, unique=True
).map(tuple)


def _closed_or_waived(check: str) -> st.SearchStrategy[dict[str, str]]:
    words = texts.map(str.strip).filter(bool)
    waived = st.fixed_dictionaries({"waived": words, "decided_by": texts, "decided_at": texts})
    return st.just({"check": check}) | waived


@st.composite
def steps(draw: st.DrawFn, known: tuple[str, ...], taken: frozenset[str]) -> tuple[Step, ...]:
    words = texts.map(str.strip).filter(bool)
    ways = st.one_of(
        st.fixed_dictionaries(
            {"checks": st.lists(st.sampled_from((*known, "rows")), min_size=1, max_size=2).map(tuple)}
        ),
        st.fixed_dictionaries({"manual": words}),
        st.fixed_dictionaries({"not_applicable": words}),
    )
    found = draw(st.lists(ids, max_size=2, unique=True))
    return tuple(Step(id=id_, title=draw(texts), **draw(ways)) for id_ in found if id_ not in taken)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    found = draw(_several(checks))
    manual = draw(_several(st.builds(ManualItem, id=ids, title=texts, instructions=texts)))
    ways = [draw(ids) for _ in found] if draw(st.booleans()) else []
    return Policy(
        name=draw(st.text(st.characters(categories=["L", "Nd"]), min_size=1, max_size=20)),
        title=draw(texts),
        version=draw(st.integers(1, 1000)),
        description=draw(texts),
        tables=draw(tables()),
        options=OPTIONS,
        actions=draw(_several(actions)),
        checks=found,
        manual=tuple(item for item in manual if item.id not in {check.id for check in found}),
        outward=tuple(
            Outward(id=way, title=draw(texts), kind=OutwardKind.TASK, **draw(_closed_or_waived(check.id)))
            for way, check in dict(zip(ways, found, strict=False)).items()
        ),
        warnings=draw(
            _several(st.builds(PolicyWarning, id=ids.filter(lambda i: i != "all"), text=texts, on=operations))
        ),
        lifetime=draw(st.none() | st.just(Lifetime(days=14, remind_days=0))),
        baseline=draw(st.booleans()),
        preserve=draw(_several(preserved)),
        run=(AGAIN, *draw(_several(commands))),
        steps=draw(steps(tuple(c.id for c in found), frozenset({c.id for c in found} | {m.id for m in manual}))),
        reconcile=tuple(
            Reconcile(table=table, sums=draw(st.lists(names, max_size=2).map(tuple)))
            for table in draw(st.lists(names, max_size=2, unique=True))
        ),
        serial_number=draw(st.none() | st.builds(SerialNumber, table=names, column=names)),
        sources=draw(st.dictionaries(names, texts, max_size=2).filter(_distinct)),
    )
