"""Writes docs/guide/masks.md from what the masks say of themselves. Run through `make docs`."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "guide" / "masks.md"
_HEAD = """# Masks

Made by `make docs` from the masks' own declarations; change those, not this page.

A mask replaces a value. It is keyed with the tenant's secret, so the same value becomes the same new value in every
table and on every refresh, and nobody without the key can tell what it was. NULL stays NULL. Where a column must be
unique or is short, a mask either respects that or is refused before anything starts.

In a policy: `email: {mask: email}`, with parameters `email: {mask: email, domain: test.example}`.
"""


def page() -> str:
    """The whole page as text."""
    from app.policy.masks import MASKS, MaskDeclaration

    def section(mask: MaskDeclaration) -> str:
        lines = [f"## {mask.name}", "", f"**{mask.title}.** {mask.help}", ""]
        lines += [f"- Keeps: {mask.keeps}", f"- Breaks: {mask.breaks}"]
        lines += [f"- For columns of: {', '.join(sorted(mask.families))}", ""]
        if mask.parameters:
            lines += ["| parameter | what it does | if left out |", "|---|---|---|"]
            for parameter in mask.parameters:
                choices = f" One of {', '.join(f'`{c}`' for c in parameter.choices)}." if parameter.choices else ""
                default = "must be given" if parameter.required else _shown(parameter.default)
                lines.append(f"| `{parameter.name}` | {parameter.title}. {parameter.help}{choices} | {default} |")
            lines.append("")
        if mask.examples:
            lines += ["| before | after | with |", "|---|---|---|"]
            for example in mask.examples:
                given = ", ".join(f"{k}: {_shown(v)}" for k, v in example.parameters.items())
                lines.append(f"| {_shown(example.before)} | {_shown(example.after)} | {given} |")
            lines.append("")
        return "\n".join(lines)

    index = ", ".join(f"[{name}](#{name})" for name in MASKS)
    return "\n".join((_HEAD, index, "", *(section(mask) for mask in MASKS.values()))).rstrip() + "\n"


def _shown(value: object) -> str:
    """A value as it may stand in a cell of a Markdown table."""
    if value is None or value in ("", ()):
        return "nothing"
    text = value.hex() if isinstance(value, bytes) else str(value).lower() if isinstance(value, bool) else str(value)
    return "`" + text.replace("|", "\\|").replace("\n", "⏎") + "`"


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    PAGE.write_text(page(), encoding="utf-8")
