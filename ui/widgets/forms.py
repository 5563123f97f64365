"""A form made from declarations: titles, help, defaults and validation come from what the options say of themselves."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.domain.policy import Option, OptionRef, OptionType, Scalar, Value
from ui.theme.tokens import Space, Tone
from ui.widgets.fields import WORDS_AT, Check, Choice
from ui.widgets.layouts import column
from ui.widgets.pick_list import PickList
from ui.widgets.text import Text

Chosen: TypeAlias = "Scalar | tuple[Scalar, ...]"

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_INTEGER = re.compile(r"[+-]?[0-9]{1,9}")


class FormFromOptions(QWidget):
    """One field per option, in the order declared. `offers` say by an option's id what can be chosen for it, as (value,
    what people read): a list that is not among them is typed. Fields that do not apply are hidden, and never wrong.

    Signals:
        changed(): some value changed; ask `values` and `problems`.
    """

    changed = Signal()

    def __init__(
        self,
        options: Sequence[Option],
        chosen: Mapping[str, Chosen] | None = None,
        parent: QWidget | None = None,
        *,
        offers: Mapping[str, Sequence[tuple[str, str]]] | None = None,
    ) -> None:
        super().__init__(parent)
        self._options = tuple(options)
        self._offers = dict(offers or {})
        self._parts: dict[str, list[QWidget]] = {}
        self._unwanted: frozenset[str] = frozenset()
        self._fields: dict[str, QWidget] = {}
        self._problems: dict[str, Text] = {}
        body = column(spacing=0)  # one flat layout: layouts within it give wrapped lines less than they take
        for option in self._options:
            self._add_field(body, option, (chosen or {}).get(option.id, _plain(option.default)))
        self.setLayout(body)
        self._on_changed()

    @property
    def fields(self) -> tuple[QWidget, ...]:
        """What the keys go to, in order."""
        return tuple(self._fields.values())

    def values(self) -> dict[str, Chosen]:
        """What the person chose, by option id, typed as the option says."""
        return {option.id: self._value(option) for option in self._options}

    def hide_options(self, unwanted: Collection[str]) -> None:
        """Show all options but these: what they say would change nothing."""
        if frozenset(unwanted) == self._unwanted:
            return
        self._unwanted = frozenset(unwanted)
        for key, parts in self._parts.items():
            for part in parts:
                part.setVisible(key not in self._unwanted)
        self._on_changed()

    def problems(self) -> dict[str, str]:
        """What is wrong, by option id, in words; empty when the form may be sent."""
        found = {option.id: self._problem(option) for option in self._options if option.id not in self._unwanted}
        return {key: words for key, words in found.items() if words}

    def _add_field(self, body: QVBoxLayout, option: Option, value: Chosen) -> None:
        field = self._make(option, value)
        field.setAccessibleDescription(option.help)
        field.setObjectName(option.id)
        self._fields[option.id] = field
        parts: list[QWidget] = []
        if self._parts:
            parts.append(_gap(Space.L))
        if option.type is not OptionType.BOOLEAN:
            title = Text(option.title, "strong")
            title.setBuddy(field)
            parts += [title, _gap(Space.XS)]
        parts.append(field)
        if option.help:
            words = Text(option.help, "detail", Tone.MUTED, wrap=True)
            words.setIndent(WORDS_AT if option.type is OptionType.BOOLEAN else 0)
            parts += [_gap(Space.XS), words]
        for part in parts:
            body.addWidget(part)
        self._parts[option.id] = parts
        wrong = Text("", "detail", Tone.DANGER, wrap=True)
        wrong.setContentsMargins(0, Space.XS, 0, 0)
        wrong.hide()
        self._problems[option.id] = wrong
        body.addWidget(wrong)

    def _make(self, option: Option, value: Chosen) -> QWidget:
        if option.type is OptionType.BOOLEAN:
            check = Check(option.title)
            check.setChecked(bool(value))
            check.toggled.connect(self._on_changed)
            return check
        offers = self._offers.get(option.id)
        if option.type is OptionType.LIST and offers is not None:
            chosen = value if isinstance(value, tuple) else ()
            picked = PickList(option.title, offers, [str(one) for one in chosen])
            picked.changed.connect(self._on_changed)
            return picked
        if option.type is OptionType.CHOICE and offers is not None:
            return self._pick_one(option, offers, value)
        if option.type is OptionType.CHOICE:
            choice = Choice(option.title)
            choice.addItems(list(option.choices))
            choice.setCurrentText(str(value) if value is not None else "")
            choice.currentTextChanged.connect(self._on_changed)
            choice.setMaximumWidth(360)
            return choice
        line = QLineEdit(
            ", ".join(str(v) for v in value) if isinstance(value, tuple) else "" if value is None else str(value)
        )
        line.setMaxLength(10_000)
        line.setAccessibleName(option.title)
        line.setMaximumWidth(160 if option.type is OptionType.INTEGER else 480)
        if option.type is OptionType.LIST:
            line.setPlaceholderText("Several, with commas between them")
        line.textChanged.connect(self._on_changed)
        return line

    def _pick_one(self, option: Option, offers: Sequence[tuple[str, str]], value: Chosen) -> QWidget:
        """One of those offered; what holds now stays a choice though it is not among them."""
        choice = Choice(option.title)
        now = "" if value is None else str(value)
        known = dict(offers)
        for key in (*(() if now in known else (now,)), *known):
            choice.addItem(known.get(key, key or "None chosen"), key)
        choice.setCurrentIndex(max(0, choice.findData(now)))
        choice.currentIndexChanged.connect(lambda _index: self._on_changed())
        choice.setMaximumWidth(480)
        return choice

    def _value(self, option: Option) -> Chosen:
        field = self._fields[option.id]
        if isinstance(field, PickList):
            return field.values
        if isinstance(field, Choice) and field.currentData() is not None:
            return str(field.currentData())
        if isinstance(field, Check):
            return field.isChecked()
        if isinstance(field, Choice):
            return field.currentText()
        text = field.text().strip() if isinstance(field, QLineEdit) else ""
        if option.type is OptionType.LIST:
            return tuple(part.strip() for part in text.split(",") if part.strip())
        if option.type is OptionType.INTEGER:
            return int(text) if _INTEGER.fullmatch(text) else None
        return text

    def _problem(self, option: Option) -> str:
        value = self._value(option)
        if option.type is OptionType.EMAIL and value and not _EMAIL.fullmatch(str(value)):
            return "This is not an e-mail address."
        if option.type is OptionType.INTEGER and value is None:
            return "This is not a whole number."
        return ""

    def _on_changed(self) -> None:
        for key, words in self._problems.items():
            problem = self.problems().get(key, "")
            field = self._fields[key]
            if field.property("wrong") != bool(problem):
                field.setProperty("wrong", bool(problem))
                field.style().polish(field)
            words.setText(problem)
            words.setVisible(bool(problem))
        self.changed.emit()


def _gap(height: int) -> QWidget:
    """Room between two fields that goes with them; a layout's own spacing would stay."""
    gap = QWidget()
    gap.setFixedHeight(height)
    return gap


def _plain(value: Value) -> Chosen:
    return None if isinstance(value, OptionRef) else value
