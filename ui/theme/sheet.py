"""The style sheet, built from the tokens. What it cannot do well, the widgets paint themselves."""

from ui.theme.tokens import MONO_FAMILIES, WEIGHT_STRONG, Colours, Height, Radius, Size, Space, Tone

_TEXT_ROLES = {
    "title": (Size.TITLE, True),
    "section": (Size.SECTION, True),
    "strong": (Size.BODY, True),
    "body": (Size.BODY, False),
    "detail": (Size.DETAIL, False),
    "label": (Size.LABEL, True),
}


def style_sheet(c: Colours) -> str:
    """All rules for one scheme."""
    return "\n".join((_ground(c), _texts(c), _buttons(c), _fields(c), _lists(c), _surfaces(c), _bars(c)))


def _ground(c: Colours) -> str:
    return f"""
* {{ outline: none; }}
QWidget {{ color: {c.text}; font-size: {Size.BODY}px; }}
QMainWindow, QDialog, QWidget#page {{ background: {c.window}; }}
QToolTip {{ background: {c.tip}; color: {c.on_tip}; border: 0; padding: 4px 8px; font-size: {Size.DETAIL}px; }}
QMenu {{ background: {c.panel}; border: 1px solid {c.line}; border-radius: {Radius.CONTROL}px; padding: 4px; }}
QMenu::item {{ padding: 6px 24px 6px 12px; border-radius: 4px; }}
QMenu::item:selected {{ background: {c.accent_soft}; color: {c.text}; }}
QMenu::item:disabled {{ color: {c.disabled}; }}
QMenu::separator {{ height: 1px; background: {c.line}; margin: 4px 8px; }}
QSplitter::handle {{ background: {c.line}; }}
"""


def _texts(c: Colours) -> str:
    rules = [
        f'QLabel[role="{role}"] {{ font-size: {size}px; font-weight: {WEIGHT_STRONG if strong else 400}; }}'
        for role, (size, strong) in _TEXT_ROLES.items()
    ]
    mono = ", ".join(f'"{family}"' for family in MONO_FAMILIES)
    rules.append(f'QLabel[role="mono"] {{ font-family: {mono}; font-size: {Size.DETAIL}px; }}')
    rules += [f'QLabel[tone="{tone}"] {{ color: {c.of(tone)}; }}' for tone in Tone]
    rules.append(f"QLabel:disabled {{ color: {c.disabled}; }}")
    return "\n".join(rules)


def _buttons(c: Colours) -> str:
    plain = f"""
QPushButton {{ background: {c.panel}; border: 1px solid {c.control_line}; border-radius: {Radius.CONTROL}px;
  padding: 0 12px; min-height: {Height.CONTROL - 2}px; font-weight: 500; }}
QPushButton:hover {{ background: {c.hover}; }}
QPushButton:pressed {{ background: {c.pressed}; }}
QPushButton:disabled {{ color: {c.disabled}; border-color: {c.line}; background: {c.panel}; }}
QPushButton:focus {{ border: 2px solid {c.focus}; padding: 0 11px; min-height: {Height.CONTROL - 4}px; }}
"""
    primary = f"""
QPushButton[look="primary"] {{ background: {c.accent_fill}; border-color: {c.accent_fill}; color: {c.on_fill};
  font-weight: {WEIGHT_STRONG}; }}
QPushButton[look="primary"]:hover {{ background: {c.accent_fill_hover}; }}
QPushButton[look="primary"]:pressed {{ background: {c.accent_fill_pressed}; }}
QPushButton[look="primary"]:disabled {{ background: {c.neutral_soft}; border-color: {c.neutral_soft};
  color: {c.disabled}; }}
QPushButton[look="primary"]:focus {{ border: 2px solid {c.text}; }}
"""
    danger = f"""
QPushButton[look="danger"] {{ color: {c.danger}; }}
QPushButton[look="danger"]:hover {{ background: {c.danger_soft}; border-color: {c.danger}; }}
QPushButton[look="danger"]:focus {{ border-color: {c.danger}; }}
QPushButton[look="danger"]:disabled {{ color: {c.disabled}; }}
QPushButton[look="destroy"] {{ background: {c.danger_fill}; border-color: {c.danger_fill}; color: {c.on_fill};
  font-weight: {WEIGHT_STRONG}; }}
QPushButton[look="destroy"]:hover {{ background: {c.danger_fill_hover}; }}
QPushButton[look="destroy"]:focus {{ border: 2px solid {c.text}; }}
QPushButton[look="destroy"]:disabled {{ background: {c.neutral_soft}; border-color: {c.neutral_soft};
  color: {c.disabled}; }}
"""
    quiet = f"""
QPushButton[look="quiet"] {{ background: transparent; border-color: transparent; }}
QPushButton[look="quiet"]:hover {{ background: {c.hover}; }}
QPushButton[look="quiet"]:focus {{ border: 2px solid {c.focus}; }}
QPushButton[look="link"] {{ background: transparent; border: 0; padding: 0; min-height: 20px; color: {c.accent};
  text-align: left; }}
QPushButton[look="link"]:hover {{ text-decoration: underline; }}
QPushButton[look="link"]:focus {{ border: 0; padding: 0; min-height: 20px; text-decoration: underline;
  background: {c.accent_soft}; }}
QPushButton[look="link"]:disabled {{ color: {c.disabled}; }}
"""
    return plain + primary + danger + quiet


def _fields(c: Colours) -> str:
    return f"""
QLineEdit, QPlainTextEdit, QTextEdit {{ background: {c.field}; border: 1px solid {c.control_line};
  border-radius: {Radius.CONTROL}px; padding: 0 8px; min-height: {Height.CONTROL - 2}px; font-size: {Size.BODY}px;
  selection-background-color: {c.accent_fill}; selection-color: {c.on_fill}; }}
QLineEdit[look="bare"], QLineEdit[look="bare"]:focus {{ background: transparent; border: 0; padding: 0;
  font-size: {Size.SECTION}px; }}
QPlainTextEdit, QTextEdit {{ padding: 4px; }}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus {{ border: 2px solid {c.focus};
  padding: 0 7px; min-height: {Height.CONTROL - 4}px; }}
QPlainTextEdit:focus, QTextEdit:focus {{ padding: 3px; }}
QLineEdit[wrong="true"] {{ border-color: {c.danger}; }}
QLineEdit:disabled, QPlainTextEdit:disabled {{ color: {c.disabled}; background: {c.hover}; }}
QPlainTextEdit[look="log"] {{ font-family: "JetBrains Mono", "DejaVu Sans Mono", monospace;
  font-size: {Size.DETAIL}px; }}
QPlainTextEdit[look="tail"] {{ font-family: "JetBrains Mono", "DejaVu Sans Mono", monospace;
  font-size: {Size.DETAIL}px; background: transparent; border: 0; }}
"""


def _lists(c: Colours) -> str:
    return f"""
QAbstractItemView {{ background: {c.panel}; border: 0; color: {c.text};
  selection-background-color: {c.accent_soft}; selection-color: {c.text}; }}
QListView::item, QTableView::item, QTreeView::item {{ padding: 0 8px; border: 0; }}
QTableView {{ gridline-color: transparent; alternate-background-color: {c.panel}; }}
QTableView::item:hover {{ background: {c.hover}; }}
QTableView::item:selected {{ background: {c.accent_soft}; color: {c.text}; }}
QTableView[look="tree"] {{ selection-background-color: transparent; }}
QTableView[look="tree"]::item:hover, QTableView[look="tree"]::item:selected {{ background: transparent; }}
QHeaderView {{ background: {c.panel}; border: 0; }}
QHeaderView::section {{ background: {c.panel}; color: {c.muted}; border: 0; border-bottom: 1px solid {c.line};
  padding: 0 11px; height: {Height.ROW}px; font-size: {Size.LABEL}px; font-weight: {WEIGHT_STRONG}; }}
QHeaderView::section:hover {{ color: {c.text}; }}
QComboBox QAbstractItemView {{ border: 1px solid {c.line}; padding: 4px; }}
"""


def _surfaces(c: Colours) -> str:
    return f"""
QFrame[surface="card"] {{ background: {c.panel}; border: 1px solid {c.line}; border-radius: {Radius.CARD}px; }}
QFrame[surface="panel"] {{ background: {c.panel}; border: 0; }}
QFrame[surface="rail"] {{ background: {c.rail}; border: 0; border-right: 1px solid {c.line}; }}
QFrame[surface="line"] {{ background: {c.line}; border: 0; }}
QFrame[surface="plain"] {{ background: transparent; border: 0; }}
QScrollArea, QScrollArea > QWidget > QWidget#scrolled {{ background: transparent; border: 0; }}
QStackedWidget {{ background: transparent; }}
"""


def _bars(c: Colours) -> str:
    return f"""
QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 0; }}
QScrollBar::handle {{ background: {c.scroll}; border-radius: 3px; }}
QScrollBar::handle:vertical {{ min-height: 32px; margin: {Space.XS - 1}px; }}
QScrollBar::handle:horizontal {{ min-width: 32px; margin: {Space.XS - 1}px; }}
QScrollBar::handle:hover {{ background: {c.muted}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QAbstractScrollArea::corner {{ background: transparent; border: 0; }}
QProgressBar {{ background: {c.neutral_soft}; border: 0; border-radius: 2px; max-height: 4px; }}
QProgressBar::chunk {{ background: {c.accent_fill}; border-radius: 2px; }}
"""
