"""Plans and impacts of the invented world: rich enough for every step of the flow."""

from app.domain.environments import Environment
from app.domain.findings import Finding, error, note, warning
from app.domain.operations import OperationKind
from app.domain.plan import ColumnPlan, Impact, Plan, TableChange, TablePlan
from app.domain.policy import Option, OptionRef, OptionType, PolicyWarning, Scalar, Treatment


def impact_of(env: Environment) -> Impact:
    if env.copied_at is None:
        return Impact(exists=False)
    changes = (
        TableChange(table="activity", added=121, changed=0, removed=4),
        TableChange(table="suspense", added=31, changed=22, removed=0),
        TableChange(table="customer", added=4, changed=19, removed=1),
        TableChange(table="policy", added=2, changed=8, removed=0),
        TableChange(table="claim", added=1, changed=0, removed=0),
        TableChange(table="dependent", added=1, changed=0, removed=0),
    )
    quiet = env.name.startswith("training")
    return Impact(
        exists=True,
        last_copied_at=env.copied_at,
        changes=() if quiet else changes,
        connected=() if quiet else ("DB Browser, process 2211, this computer",),
        size_bytes=env.size_bytes,
        destroys=("the copy, 1.2 GB", "the baseline as published, 1.2 GB", "the key of its masks")
        if env.copied_at
        else (),
    )


_WARNINGS = (
    PolicyWarning(id="not-a-backup", text="A sandbox is not a backup: nothing in it is kept for you."),
    PolicyWarning(
        id="changes-lost", text="Everything changed here since the copy will be lost.", on=("refresh", "reset", "wipe")
    ),
    PolicyWarning(
        id="no-continuity",
        text="Logins, links and numbers made here will not be there afterwards.",
        on=("refresh", "reset"),
    ),
)

_OPTIONS = (
    Option(
        id="test_email",
        type=OptionType.EMAIL,
        title="Test mailbox",
        help="Masked addresses become aliases of this mailbox, which your agency controls.",
        default="qa@agency.example",
    ),
    Option(
        id="attachments",
        type=OptionType.CHOICE,
        title="Attachments",
        help="Scanned documents cannot be masked. Leave them out unless you need their number.",
        default="none",
        choices=("none", "all"),
    ),
    Option(
        id="history_years",
        type=OptionType.INTEGER,
        title="Years of activity history",
        help="Older activities stay behind.",
        default=2,
    ),
    Option(
        id="keep_test_users",
        type=OptionType.BOOLEAN,
        title="Keep the sandbox's test users",
        help="They survive the refresh with their passwords.",
        default=True,
    ),
    Option(id="offices", type=OptionType.LIST, title="Offices", help="Leave empty to take all.", default=()),
)


def _column(
    name: str,
    type_: str,
    mask: str | None,
    before: tuple[str, ...],
    after: tuple[str, ...],
    *,
    treatment: Treatment | None = None,
    reason: str = "",
) -> ColumnPlan:
    return ColumnPlan(
        column=name,
        type=type_,
        family="text",
        treatment=treatment or (Treatment.MASK if mask else Treatment.KEEP),
        mask=mask,
        before=before,
        after=after,
        reason=reason,
        decided=treatment is not Treatment.REVIEW,
    )


def plan_of(
    env: Environment, kind: OperationKind, options: dict[str, Scalar | tuple[Scalar, ...]], *, samples: int
) -> Plan:
    """A rich plan: masks, one column under review for Orchard, warnings, impact."""

    def shown(*values: str) -> tuple[str, ...]:
        return values[:samples]

    customer = TablePlan(
        table="customer",
        rows=48_204,
        copied="all",
        columns=(
            _column("customer_id", "INTEGER", None, shown("1", "2", "3"), shown("1", "2", "3")),
            _column(
                "first_name", "TEXT", "first_name", shown("Margaret", "Luis", "Ines"), shown("Paula", "Edwin", "Ruth")
            ),
            _column(
                "last_name",
                "TEXT",
                "last_name",
                shown("Ostrowski", "Calderon", "Weber"),
                shown("Hartley", "Moss", "Quinn"),
            ),
            _column(
                "email",
                "TEXT",
                "email",
                shown("m.ostrowski@web.example", "luis@calderon.example", "ines.weber@post.example"),
                shown("u7f3a9c@example.invalid", "u11b04e@example.invalid", "u9d2c77@example.invalid"),
            ),
            _column(
                "birth_date",
                "DATE",
                "year_only",
                shown("1961-04-02", "1988-11-30", "1974-07-19"),
                shown("1961-01-01", "1988-01-01", "1974-01-01"),
            ),
            _column(
                "ssn",
                "TEXT",
                "national_id",
                shown("512-44-9021", "301-22-7745", "644-09-1180"),
                shown("904-17-3342", "977-58-1206", "918-63-4471"),
            ),
            _column("state", "TEXT", None, shown("OH", "TX", "WI"), shown("OH", "TX", "WI")),
            _column(
                "remarks",
                "TEXT",
                None if env.tenant.startswith("Orchard") else "lorem",
                shown("Prefers calls after five", "", "Moved in May"),
                shown("Lorem ipsum dolor sit amet", "", "Lorem ipsum dolor"),
                treatment=Treatment.REVIEW if env.tenant.startswith("Orchard") else None,
                reason="free text, confidence 0.55",
            ),
        ),
    )
    policy = TablePlan(
        table="policy",
        rows=91_377,
        copied="all",
        columns=(
            _column("policy_id", "INTEGER", None, shown("10", "11", "12"), shown("10", "11", "12")),
            _column(
                "policy_number",
                "TEXT",
                "digits",
                shown("HO-4471-002", "PA-9917-441", "HO-1182-300"),
                shown("HO-8820-713", "PA-1035-986", "HO-5574-221"),
            ),
            _column(
                "premium",
                "REAL",
                "number_noise",
                shown("1204.50", "880.00", "2310.00"),
                shown("1187.20", "902.40", "2288.90"),
            ),
            _column(
                "effective",
                "DATE",
                "date_shift",
                shown("2024-03-01", "2024-05-15", "2023-12-01"),
                shown("2024-03-09", "2024-05-23", "2023-12-09"),
            ),
        ),
    )
    outbox = TablePlan(
        table="outbox", rows=312, copied="none", columns=(), reason="queued mail never leaves production"
    )
    findings: tuple[Finding, ...] = (
        warning(
            "journal",
            "Production is in rollback mode: people who save there wait while it is read.",
            env.source or "",
            "Switch it to WAL, or choose a quiet hour.",
        ),
        note("fts", "1 full-text index is rebuilt from masked rows.", "customer_search"),
    )
    if env.tenant.startswith("Orchard"):
        findings = (
            error("review", "1 column waits for a decision.", "customer.remarks", "Decide it in the preview."),
            *findings,
        )
    if kind in (OperationKind.RESET, OperationKind.WIPE):
        findings = ()
    return Plan(
        operation=str(kind),
        environment=env.ref,
        source=f"{env.tenant}/{env.source}" if env.source else None,
        policy=env.policy,
        policy_hash="9f2c41",
        tables=(customer, policy, outbox),
        options=_OPTIONS if kind in (OperationKind.PROVISION, OperationKind.REFRESH) else (),
        chosen={**{o.id: o.default for o in _OPTIONS if not isinstance(o.default, OptionRef)}, **options},
        warnings=tuple(w for w in _WARNINGS if str(kind) in w.on),
        findings=findings,
        impact=impact_of(env),
        lifetime_days=14,
    )
