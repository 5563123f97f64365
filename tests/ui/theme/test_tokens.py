import re
from pathlib import Path

import pytest

from ui.theme.tokens import DARK, LIGHT, Colours, Space, Tone

UI = Path(__file__).parents[3] / "ui"


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("c", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("tone", list(Tone))
def test_every_tone_can_be_read_on_every_ground_it_stands_on(c: Colours, tone: Tone) -> None:
    grounds = {"panel": c.panel, "window": c.window, "soft": c.soft(tone)}
    if tone in (Tone.NEUTRAL, Tone.MUTED):
        grounds |= {"rail": c.rail, "chosen": c.accent_soft, "hover": c.hover}
    poor = {name: round(contrast(c.of(tone), ground), 2) for name, ground in grounds.items()}
    assert all(value >= 4.5 for value in poor.values()), poor


@pytest.mark.parametrize("c", [LIGHT, DARK], ids=["light", "dark"])
def test_white_can_be_read_on_filled_buttons_and_focus_can_be_seen(c: Colours) -> None:
    for ground in (c.accent_fill, c.accent_fill_hover, c.accent_fill_pressed, c.danger_fill, c.danger_fill_hover):
        assert contrast(c.on_fill, ground) >= 4.5, ground
    for ground in (c.panel, c.window, c.rail):
        assert contrast(c.focus, ground) >= 3, ground


def test_no_colour_is_named_outside_the_tokens() -> None:
    named = {
        str(path.relative_to(UI)): found
        for path in UI.rglob("*.py")
        if path.name != "tokens.py" and (found := re.findall(r"#[0-9A-Fa-f]{6}\b", path.read_text()))
    }
    assert named == {}


def test_distances_lie_on_the_grid_of_four() -> None:
    assert all(value % 4 == 0 for name, value in vars(Space).items() if not name.startswith("_"))
