"""A plan while it is being made."""

from collections.abc import Collection

from app.domain.findings import Finding
from app.domain.plan import ColumnPlan, TablePlan
from app.domain.schema import Schema, Table
from app.planning.names import Names


class Draft:
    """The source's structure, what is planned for each table, and everything found so far."""

    def __init__(self, schema: Schema, ref: str, optional: Collection[str] = ()) -> None:
        """`optional` are tables that the policy says may be missing, as it spells them."""
        self.ref = ref
        self.schema = schema
        self.names: Names[Table] = Names(schema.tables, lambda table: table.name)
        self.tables: dict[str, TablePlan] = {}
        self.findings: list[Finding] = []
        self._optional = {name.casefold() for name in optional}
        for name in optional:
            if (table := self.names.find(name)) is not None:
                self._optional.add(table.name.casefold())

    def optional(self, table: str) -> bool:
        """Whether the policy says that the table, or a column of it, may be missing."""
        return table.casefold() in self._optional

    def column(self, table: str, column: str) -> ColumnPlan | None:
        """What is planned for a column; None for one that is not copied as a column of its own."""
        plan = self.tables.get(table)
        folded = column.casefold()
        columns = plan.columns if plan else ()
        return next((c for c in columns if c.column == column), None) or next(
            (c for c in columns if c.column.casefold() == folded), None
        )

    def hint(self, place: str, choice: str = "keep|MASK") -> str:
        """How to decide a column, ready to be pasted where the names need no other quoting."""
        return f'sandkeeper policy decide "{self.ref}" "{place}" {choice}'

    def suggested(self, place: str) -> str:
        """How to take what is suggested for a place."""
        return f'Take what is suggested: sandkeeper policy drift "{self.ref}" --accept "{place}"'


def place(table: str, column: str) -> str:
    return f"{table}.{column}"
