import pytest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.domain.policy import Option, OptionType
from ui.widgets.fields import Check, Choice
from ui.widgets.forms import FormFromOptions
from ui.widgets.text import Text

OPTIONS = (
    Option(id="mail", type=OptionType.EMAIL, title="Mailbox", default="qa@agency.example"),
    Option(id="files", type=OptionType.CHOICE, title="Files", default="none", choices=("none", "all")),
    Option(id="years", type=OptionType.INTEGER, title="Years", default=2),
    Option(id="keep", type=OptionType.BOOLEAN, title="Keep", default=True),
    Option(id="offices", type=OptionType.LIST, title="Offices", default=("Oslo", "Bergen")),
    Option(id="note", type=OptionType.TEXT, title="Note"),
)


@pytest.fixture
def form(qtbot: QtBot) -> FormFromOptions:
    made = FormFromOptions(OPTIONS)
    qtbot.addWidget(made)
    return made


def test_defaults_come_back_typed_as_the_options_say(form: FormFromOptions) -> None:
    assert form.values() == {
        "mail": "qa@agency.example",
        "files": "none",
        "years": 2,
        "keep": True,
        "offices": ("Oslo", "Bergen"),
        "note": "",
    }
    assert form.problems() == {}


def test_what_the_person_changes_comes_back(form: FormFromOptions, qtbot: QtBot) -> None:
    with qtbot.waitSignal(form.changed):
        form.findChild(Choice, "files").setCurrentText("all")  # type: ignore[union-attr]  # it is there
    form.findChild(QLineEdit, "years").setText("5")  # type: ignore[union-attr]  # it is there
    form.findChild(QLineEdit, "offices").setText("Oslo, , Bodø ")  # type: ignore[union-attr]  # it is there
    form.findChild(Check, "keep").click()  # type: ignore[union-attr]  # it is there
    values = form.values()
    assert (values["files"], values["years"], values["offices"], values["keep"]) == ("all", 5, ("Oslo", "Bodø"), False)


def test_what_is_wrong_is_said_at_its_field_until_it_is_right(form: FormFromOptions) -> None:
    mail, years = form.findChild(QLineEdit, "mail"), form.findChild(QLineEdit, "years")
    assert mail is not None
    assert years is not None
    mail.setText("qa@")
    years.setText("two")
    assert form.problems() == {"mail": "This is not an e-mail address.", "years": "This is not a whole number."}
    assert mail.property("wrong") is True
    mail.setText("qa@agency.example")
    years.setText("-3")
    assert form.problems() == {}
    assert mail.property("wrong") is False
    assert form.values()["years"] == -3


def test_what_was_chosen_before_wins_over_the_default(qtbot: QtBot) -> None:
    form = FormFromOptions(OPTIONS, {"years": 7, "keep": False})
    qtbot.addWidget(form)
    assert (form.values()["years"], form.values()["keep"]) == (7, False)


def test_help_of_several_lines_lies_below_its_field_and_not_over_it(qtbot: QtBot) -> None:
    options = [
        Option(
            id=f"o{n}",
            type=OptionType.TEXT,
            title="Title",
            help=f"Some words {n} that take several lines. " * (n * 3 + 1),
        )
        for n in range(3)
    ]
    form = FormFromOptions(options)
    qtbot.addWidget(form)
    form.resize(400, form.heightForWidth(400))
    form.show()
    for number, field in enumerate(form.fields):
        (words,) = [w for w in form.findChildren(Text) if w.isVisible() and w.text() == options[number].help]
        assert words.y() >= field.geometry().bottom()
        assert words.height() >= words.heightForWidth(words.width())
