"""The widgets by themselves, for eyes."""

from PySide6.QtWidgets import QDialog, QWidget

from app.domain.policy import Option, OptionType
from tests.shots.stage import Stage, scene
from ui.theme.tokens import Space, Tone
from ui.widgets.badge import Badge
from ui.widgets.buttons import Button, DangerButton, DestroyButton, LinkButton, PrimaryButton, QuietButton
from ui.widgets.facts import Notice
from ui.widgets.fields import Check, Choice, SearchField
from ui.widgets.forms import FormFromOptions
from ui.widgets.header import FilterBar, PageHeader, StepHeader
from ui.widgets.layouts import Card, column, holder, row
from ui.widgets.progress import PhaseTrack, ProgressRow, RingGauge, Segment, SegmentBar, Step
from ui.widgets.states import EmptyState
from ui.widgets.text import Text

_OPTIONS = (
    Option(
        id="mail",
        type=OptionType.EMAIL,
        title="Test mailbox",
        help="Masked addresses become its aliases.",
        default="qa@",
    ),
    Option(id="files", type=OptionType.CHOICE, title="Attachments", default="none", choices=("none", "all")),
    Option(id="years", type=OptionType.INTEGER, title="Years of history", default=2),
    Option(
        id="keep",
        type=OptionType.BOOLEAN,
        title="Keep the sandbox's test users",
        help="With their passwords.",
        default=True,
    ),
)


def _gallery() -> QWidget:
    ring, bar, track = RingGauge(), SegmentBar(), PhaseTrack()
    ring.show_share(8 / 11, "8/11", Tone.WARNING)
    bar.set_segments(
        [
            Segment(name="copy", share=38, note="38 s"),
            Segment(name="build", share=16, note="16 s"),
            Segment(name="prove", share=6, note="6 s"),
        ]
    )
    names = ("preflight", "stage", "copy", "build", "neutralise", "finish", "check", "prove", "publish", "settle")
    states = ("done", "done", "done", "failed", *("waiting",) * 6)
    track.set_steps(
        [Step(name=n, state=s, note="1.2 s" if s == "done" else "") for n, s in zip(names, states, strict=True)]
    )
    half, whole, unknown = ProgressRow(), ProgressRow(), ProgressRow()
    half.show_progress("policy_transaction", 0.62, "249,313 of 402,118")
    whole.show_progress("customer", 1.0, "48,204 of 48,204")
    unknown.show_progress("a_table_with_a_very_long_name_that_will_not_fit", None, "1,204")
    steps = StepHeader(["Source", "Options", "Preview", "Warnings", "Run"])
    steps.show_step(2)
    filters = FilterBar("State", [("all", "All"), ("running", "Running"), ("failed", "Failed")])
    filters.set_count("failed", 3)
    header = PageHeader("Operations", "Everything that ran or runs")
    header.aside.addWidget(PrimaryButton("Primary", "mdi6.refresh"))
    disabled = PrimaryButton("Disabled")
    disabled.setEnabled(False)
    buttons = row(
        Button("Plain"),
        disabled,
        DangerButton("Wipe…", "mdi6.trash-can-outline"),
        DestroyButton("Wipe"),
        QuietButton("Quiet"),
        LinkButton("Link"),
        None,
    )
    badges = row(*[Badge(str(tone), tone, "mdi6.circle-outline") for tone in Tone], None)
    choice = Choice("Choice")
    choice.addItems(["One of several", "Another"])
    check = Check("I know that everything changed here since the copy will be lost, and that nobody can bring it back.")
    check.setChecked(True)
    one = Card("Progress", aside="62 %")
    for part in (track, half, whole, unknown):
        one.body.addWidget(part)
    two = Card("Fields")
    two.body.addLayout(row(SearchField("Search"), choice))
    two.body.addWidget(check)
    two.body.addWidget(FormFromOptions(_OPTIONS))
    three = Card("Statements")
    three.body.addWidget(
        Notice("Production is in rollback mode.", "People who save there wait while it is read.", Tone.WARNING)
    )
    three.body.addWidget(Notice("It is not ours.", "Look who made it.", Tone.DANGER))
    three.body.addLayout(row(ring, bar))
    empty = Card()
    empty.body.addWidget(EmptyState("Nothing here", "Something will be.", "mdi6.tray", "Do it"))
    left = column(one, three, Text("Body text", "body"), None, spacing=Space.L)
    right = column(two, empty, None, spacing=Space.L)
    both = row(holder(left), holder(right), spacing=Space.L)
    page = QWidget()
    page.setObjectName("page")
    page.setLayout(column(header, steps, filters, buttons, badges, both, spacing=Space.L, margins=(Space.PAGE,) * 4))
    return page


@scene("widgets")
def widgets(stage: Stage) -> None:
    dialog = QDialog(stage.shell)
    dialog.setLayout(column(_gallery()))
    dialog.resize(1200, 780)
    dialog.open()
