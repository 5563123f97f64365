"""Adding an environment, and changing what was said of one."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCompleter, QDialog, QLineEdit, QWidget

from app.domain.environments import Environment, EnvironmentKind
from app.domain.policy import Policy
from app.errors import SandkeeperError
from ui.bridge.desk import Desk
from ui.theme.tokens import Space, Tone
from ui.widgets.buttons import Button, PrimaryButton
from ui.widgets.facts import Notice
from ui.widgets.fields import Choice
from ui.widgets.header import FilterBar
from ui.widgets.layouts import Line, clear, column, holder, row
from ui.widgets.text import Text

_KINDS = (
    (EnvironmentKind.PRODUCTION, "Production"),
    (EnvironmentKind.SANDBOX, "Sandbox"),
    (EnvironmentKind.TRAINING, "Training"),
)
_FILE = "A policy file…"
_DRAFT = "Drafted from the production database"


class EnvironmentForm(QDialog):
    """Asks for everything at once and says in place what is wrong. With `changed`, only what may be changed is open.

    The dialog closes when the service took it; until then nothing is lost. A plain path is taken as an SQLite file.
    """

    def __init__(
        self,
        desk: Desk,
        environments: Sequence[Environment],
        *,
        tenant: str = "",
        changed: Environment | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk, self._changed = desk, changed
        self._sources: dict[str, list[str]] = {}
        for known in environments:
            if known.kind is EnvironmentKind.PRODUCTION:
                self._sources.setdefault(known.tenant, []).append(known.name)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setFixedWidth(560)
        title = f"Change {changed.name}" if changed else "Add an environment"
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.tenant = _line("Tenant", "Name of the customer organisation")
        self.tenant.setCompleter(_completer(sorted({e.tenant for e in environments}, key=str.casefold), self))
        self.kind = FilterBar("Kind", [(str(kind), words) for kind, words in _KINDS])
        self.name = _line("Name", "production, sandbox, training-01…")
        self.database = _line("Database", "A SQLite file, or postgresql://user@host:5432/name")
        self.password = _line("Password", "")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self._browse = Button("Browse…", "mdi6.folder-open-outline")
        self.source, self.policy = Choice("Copied from"), Choice("Policy")
        self.policy_file = _line("Policy file", "Path of a policy file")
        self._wrong = column()
        self._send = PrimaryButton("Save" if changed else "Add")
        self._cancel = Button("Cancel")
        self._build(title)
        self.tenant.setText(changed.tenant if changed else tenant)
        self._fill(changed)
        self.tenant.textChanged.connect(self._on_shape)
        self.kind.chosen.connect(self._on_shape)
        self.database.textChanged.connect(self._on_shape)
        self.policy.currentIndexChanged.connect(self._on_shape)
        self._browse.clicked.connect(self._on_browse)
        self._cancel.clicked.connect(self.reject)
        self._send.clicked.connect(self._on_send)
        self._on_shape()
        desk.bridge.submit(desk.services.policies.packs, owner=self, on_done=self._on_packs, on_error=self._show_error)

    def _build(self, title: str) -> None:
        self._drafted = Text(
            "Every column is looked at; what is unclear gets a mask. You see each with its reason, and can change it, "
            "before anything is copied.",
            "detail",
            Tone.MUTED,
            wrap=True,
        )
        copies = column(
            _named("Copied from", self.source),
            _named("Policy", self.policy, "What must be true of the copy: how each column is treated."),
            self.policy_file,
            self._drafted,
            spacing=Space.M,
        )
        self._copies = holder(copies)
        database = row(self.database, self._browse)
        help_ = "A production is only ever read. A copy's database must not exist yet: Sandkeeper makes it."
        self._secret = holder(
            column(
                Text("Password", "strong"),
                self.password,
                Text(
                    "Kept in your system's keychain. Leave it empty where ~/.pgpass or a service file has it.",
                    "detail",
                    Tone.MUTED,
                    wrap=True,
                ),
                spacing=Space.XS,
            )
        )
        body = column(
            Text(title, "title"),
            _named("Tenant", self.tenant),
            _named("Kind", self.kind),
            _named("Name", self.name),
            column(
                Text("Database", "strong"), database, Text(help_, "detail", Tone.MUTED, wrap=True), spacing=Space.XS
            ),
            self._secret,
            self._copies,
            self._wrong,
            spacing=Space.L,
            margins=(Space.XL, Space.XL, Space.XL, Space.L),
        )
        foot = row(None, self._cancel, self._send, margins=(Space.XL, Space.L, Space.XL, Space.L))
        outer = column(spacing=0)
        outer.addLayout(body)
        outer.addWidget(Line())
        outer.addLayout(foot)
        self.setLayout(outer)
        self._send.setDefault(True)

    def _fill(self, changed: Environment | None) -> None:
        if changed is None:
            (self.name if self.tenant.text() else self.tenant).setFocus()
            has_source = self.tenant.text() in self._sources
            self.kind.choose(EnvironmentKind.SANDBOX if has_source else EnvironmentKind.PRODUCTION)
            return
        self.kind.choose(changed.kind)
        self.name.setText(changed.name)
        self.database.setText(changed.database)
        for fixed in (self.tenant, self.kind, self.name):
            fixed.setEnabled(False)
        self.database.setFocus()

    def _on_shape(self) -> None:
        """What is asked depends on the kind, the tenant and the policy."""
        self._copies.setVisible(self.kind.key != EnvironmentKind.PRODUCTION)
        server = self.database.text().lstrip().casefold().startswith("postgres")
        self._secret.setVisible(server)
        self._browse.setVisible(not server)
        wanted = self._sources.get(self.tenant.text().strip(), [])
        if [self.source.itemText(i) for i in range(self.source.count())] != wanted:
            self.source.clear()
            self.source.addItems(wanted)
            if self._changed is not None and self._changed.source:
                self.source.setCurrentText(self._changed.source)
        self.policy_file.setVisible(self.policy.currentText() == _FILE)
        self._drafted.setVisible(self.policy.currentText() == _DRAFT)

    def _on_packs(self, packs: Sequence[Policy]) -> None:
        if self._changed is not None and self._changed.policy:
            self.policy.addItem(f"As it is ({self._changed.policy})", "")
        for pack in packs:
            self.policy.addItem(pack.title or pack.name, pack.name)
        self.policy.addItem(_DRAFT, "")
        self.policy.addItem(_FILE, "")

    def _on_browse(self) -> None:
        self._desk.dialogs.choose_file(
            self,
            "Database file",
            lambda path: self.database.setText(str(path)),
            existing=self.kind.key == EnvironmentKind.PRODUCTION,
        )

    def _on_send(self) -> None:
        tenant, name, kind = self.tenant.text().strip(), self.name.text().strip(), self.kind.key
        copy = kind != EnvironmentKind.PRODUCTION
        database = as_url(self.database.text())
        source = (self.source.currentText() or None) if copy else None
        policy = self._policy() if copy else None
        draft = copy and self.policy.currentText() == _DRAFT
        password = self.password.text() or None if self.password.isVisibleTo(self) else None
        services, changed = self._desk.services, self._changed

        def send() -> Environment:
            made = add_or_change()
            if draft:
                services.policies.draft(made.ref)
            return made

        def add_or_change() -> Environment:
            if changed is not None:
                return services.environments.set(
                    changed.ref,
                    database=database if database != changed.database else None,
                    source=source if source != changed.source else None,
                    policy=policy,
                    password=password,
                )
            if all(known.name != tenant for known in services.tenants.all()):
                services.tenants.add(tenant)
            return services.environments.add(
                tenant,
                name,
                kind=EnvironmentKind(kind),
                database=database,
                source=source,
                policy=policy,
                password=password,
            )

        clear(self._wrong)
        self._send.setEnabled(False)
        self._desk.bridge.submit(send, owner=self, on_done=self._on_taken, on_error=self._show_error)

    def _policy(self) -> str | None:
        if self.policy.currentText() == _FILE:
            return self.policy_file.text().strip() or None
        return self.policy.currentData() or None

    def _on_taken(self, environment: Environment) -> None:
        self._desk.notify.say(f"{environment.ref} {'changed' if self._changed else 'added'}", Tone.GOOD)
        self.accept()

    def _show_error(self, error: Exception) -> None:
        self._send.setEnabled(True)
        clear(self._wrong)
        if isinstance(error, SandkeeperError):
            words = " ".join(part for part in (error.detail, error.hint) if part)
            self._wrong.addWidget(Notice(error.title, words, Tone.DANGER))
        else:
            self._desk.dialogs.error(self, error)
        self.adjustSize()


def as_url(database: str) -> str:
    """What was typed as a database URL: a plain path is an SQLite file."""
    text = database.strip()
    if not text or "://" in text:
        return text
    return f"sqlite:///{Path(text).expanduser()}"


def _line(name: str, placeholder: str) -> QLineEdit:
    line = QLineEdit()
    line.setAccessibleName(name)
    line.setPlaceholderText(placeholder)
    line.setMaxLength(20_000)
    return line


def _named(name: str, field: QWidget, help_: str = "") -> QWidget:
    title = Text(name, "strong")
    title.setBuddy(field)
    parts: list[QWidget] = [title, field]
    if help_:
        parts.append(Text(help_, "detail", Tone.MUTED, wrap=True))
    return holder(column(*parts, spacing=Space.XS))


def _completer(names: Sequence[str], parent: QWidget) -> QCompleter:
    made = QCompleter(list(names), parent)
    made.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    made.setFilterMode(Qt.MatchFlag.MatchContains)
    return made
