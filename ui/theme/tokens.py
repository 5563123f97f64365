"""Every colour, size and distance of the console, in one place.

The style sheet and the painted widgets both take from here; no other file names a colour. Distances are multiples of
four logical pixels.
"""

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """What a colour says. Colour never says it alone: a word or a symbol stands beside it."""

    NEUTRAL = "neutral"
    MUTED = "muted"
    ACCENT = "accent"
    DANGER = "danger"  # production, failure, destruction
    WARNING = "warning"  # sandbox, attention
    TRAINING = "training"
    GOOD = "good"


@dataclass(frozen=True, slots=True, kw_only=True)
class Colours:
    """One scheme. `*_soft` lie under text of the same tone; `*_fill` lie under white text; bands are 4 pixels high."""

    dark: bool
    window: str
    panel: str
    rail: str
    field: str
    hover: str
    pressed: str
    line: str
    control_line: str
    text: str
    muted: str
    disabled: str
    accent: str
    accent_soft: str
    accent_fill: str
    accent_fill_hover: str
    accent_fill_pressed: str
    on_fill: str
    danger: str
    danger_soft: str
    danger_fill: str
    danger_fill_hover: str
    warning: str
    warning_soft: str
    training: str
    training_soft: str
    good: str
    good_soft: str
    neutral_soft: str
    production_band: str
    sandbox_band: str
    training_band: str
    focus: str
    scroll: str
    tip: str
    on_tip: str
    veil: str  # with its transparency first: what a thing lies over that wants all attention

    def of(self, tone: Tone) -> str:
        """The colour of text and symbols of that tone."""
        return {
            Tone.NEUTRAL: self.text,
            Tone.MUTED: self.muted,
            Tone.ACCENT: self.accent,
            Tone.DANGER: self.danger,
            Tone.WARNING: self.warning,
            Tone.TRAINING: self.training,
            Tone.GOOD: self.good,
        }[tone]

    def soft(self, tone: Tone) -> str:
        """The ground under text of that tone."""
        return {
            Tone.NEUTRAL: self.neutral_soft,
            Tone.MUTED: self.neutral_soft,
            Tone.ACCENT: self.accent_soft,
            Tone.DANGER: self.danger_soft,
            Tone.WARNING: self.warning_soft,
            Tone.TRAINING: self.training_soft,
            Tone.GOOD: self.good_soft,
        }[tone]


LIGHT = Colours(
    dark=False,
    window="#F6F7F9",
    panel="#FFFFFF",
    rail="#EEF0F3",
    field="#FFFFFF",
    hover="#F1F3F6",
    pressed="#E6E9EE",
    line="#DFE3E8",
    control_line="#CBD2DB",
    text="#1B2430",
    muted="#5C677A",
    disabled="#A3ABB8",
    accent="#2563DC",
    accent_soft="#E8F0FE",
    accent_fill="#2F6FED",
    accent_fill_hover="#2561DA",
    accent_fill_pressed="#1D52BF",
    on_fill="#FFFFFF",
    danger="#B42318",
    danger_soft="#FEE4E2",
    danger_fill="#C4291C",
    danger_fill_hover="#A92117",
    warning="#845A06",
    warning_soft="#FCF0C9",
    training="#0B6C75",
    training_soft="#DFF5F4",
    good="#17733E",
    good_soft="#E3F5EA",
    neutral_soft="#E9ECF0",
    production_band="#C4291C",
    sandbox_band="#E3A008",
    training_band="#0E7C86",
    focus="#2F6FED",
    scroll="#C3CAD4",
    tip="#1B2430",
    on_tip="#F6F7F9",
    veil="#331B2430",
)

DARK = Colours(
    dark=True,
    window="#14171C",
    panel="#1B1F26",
    rail="#101318",
    field="#15191F",
    hover="#222730",
    pressed="#2A303A",
    line="#2B313B",
    control_line="#3A424E",
    text="#E6EAF0",
    muted="#98A2B3",
    disabled="#596273",
    accent="#6EA0FF",
    accent_soft="#1E2C48",
    accent_fill="#2F6FED",
    accent_fill_hover="#2A66E0",
    accent_fill_pressed="#1D52BF",
    on_fill="#FFFFFF",
    danger="#FF8080",
    danger_soft="#3B1F22",
    danger_fill="#C4352B",
    danger_fill_hover="#D24439",
    warning="#F5B041",
    warning_soft="#3A2E17",
    training="#4FD1C5",
    training_soft="#15333A",
    good="#5BD68C",
    good_soft="#173326",
    neutral_soft="#2A303A",
    production_band="#E5484D",
    sandbox_band="#E3A008",
    training_band="#2AA7A0",
    focus="#6EA0FF",
    scroll="#3A424E",
    tip="#E6EAF0",
    on_tip="#14171C",
    veil="#99000000",
)


class Size:
    """Type sizes in logical pixels."""

    TITLE = 22
    SECTION = 15
    BODY = 13
    DETAIL = 12
    LABEL = 11


class Space:
    """Distances; all on the 4-pixel grid."""

    XS = 4
    S = 8
    M = 12
    L = 16
    XL = 24
    PAGE = 28


class Radius:
    CONTROL = 6
    CARD = 8


class Height:
    ROW = 32
    CONTROL = 32
    BADGE = 20
    BAND = 4


WEIGHT_STRONG = 600
MONO_FAMILIES = ("JetBrains Mono", "SF Mono", "Cascadia Mono", "Consolas", "DejaVu Sans Mono", "monospace")
