"""Every shortcut of the console."""

from enum import StrEnum


class Shortcut(StrEnum):
    """The value is a portable key sequence; `words` say what it does, for help and tooltips."""

    PALETTE = "Ctrl+K"
    SEARCH = "Ctrl+F"
    REFRESH = "Ctrl+R"
    RESET = "Ctrl+Shift+R"
    COPY_CONNECTION = "Ctrl+Shift+C"
    ADD = "Ctrl+N"
    NEXT_TAB = "Ctrl+PgDown"
    PREVIOUS_TAB = "Ctrl+PgUp"
    BACK = "Alt+Left"
    QUIT = "Ctrl+Q"

    @property
    def words(self) -> str:
        return {
            Shortcut.PALETTE: "Find anything, do anything",
            Shortcut.SEARCH: "Search",
            Shortcut.REFRESH: "Refresh or provision the chosen environment",
            Shortcut.RESET: "Reset the chosen environment",
            Shortcut.COPY_CONNECTION: "Copy how to connect",
            Shortcut.ADD: "Add",
            Shortcut.NEXT_TAB: "Next tab",
            Shortcut.PREVIOUS_TAB: "Previous tab",
            Shortcut.BACK: "Back to the page before",
            Shortcut.QUIT: "Close the window",
        }[self]


def page_shortcut(number: int) -> str:
    """Ctrl+1 to Ctrl+9 for the pages in the rail, counted from 1."""
    return f"Ctrl+{number}"
