"""Small pieces of a printed page. Everything that comes from outside is escaped here and nowhere else."""

import html
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

_LONGEST = 400

# Lengths in px and pt: Qt, which turns the page into a PDF, knows no others.
STYLE = """
@page { size: A4; margin: 16mm 14mm; }
body { font-family: "Inter", "Segoe UI", "Helvetica Neue", Arial, sans-serif; font-size: 10pt; line-height: 1.45;
  color: #1b2430; background: #ffffff; max-width: 190mm; margin: 12mm auto; }
h1 { font-size: 20pt; font-weight: 600; margin: 0 0 4px 0; }
h2 { font-size: 12pt; font-weight: 600; margin: 26px 0 6px 0; page-break-after: avoid; }
p { margin: 4px 0 8px 0; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 4px 14px 4px 0; border-bottom: 1px solid #dde3ea;
  overflow-wrap: anywhere; }
th { font-size: 8.5pt; font-weight: 600; color: #51606f; border-bottom: 1px solid #9aa8b6; }
tr { page-break-inside: avoid; }
thead { display: table-header-group; }
td.label { color: #51606f; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.mono { font-family: "JetBrains Mono", "Cascadia Mono", Menlo, Consolas, monospace; font-size: 8.5pt; }
.lead { font-size: 12pt; color: #51606f; }
.verdict { padding: 10px 14px; margin: 12px 0; border-left: 4px solid #51606f; background: #f3f5f8; font-weight: 600; }
.good { border-left-color: #1d7f4e; background: #eaf6f0; }
.bad { border-left-color: #b3261e; background: #fbeceb; }
.passed { color: #1d7f4e; font-weight: 600; }
.failed { color: #b3261e; font-weight: 600; }
.open { color: #8a5a00; font-weight: 600; }
.quiet { color: #51606f; }
footer { margin-top: 32px; padding-top: 10px; border-top: 1px solid #dde3ea; font-size: 8.5pt; color: #51606f; }
@media print { body { margin: 0; max-width: none; } }
"""


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Cell = str | Markup | int | None


def text(value: Cell) -> Markup:
    """Escaped, on one line, without characters that hide or turn text, and not endless."""
    if isinstance(value, Markup):
        return value
    if value is None or value == "":
        return Markup("—")
    if isinstance(value, int):
        return Markup(f"{value:,}")
    line = " ".join(value.split())
    visible = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)
    return Markup(html.escape(visible if len(visible) <= _LONGEST else visible[: _LONGEST - 1] + "…"))


def marked(value: Cell, style: str, tag: str = "span") -> Markup:
    return Markup(f'<{tag} class="{style}">{text(value)}</{tag}>')


def moment(at: datetime | None) -> str:
    """A point in time in UTC, to the second."""
    if at is None:
        return ""
    utc = at.astimezone(UTC) if at.tzinfo else at
    return f"{utc.day} {utc:%B %Y, %H:%M:%S} UTC"


def duration(seconds: float | None) -> str:
    if seconds is None:
        return ""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def facts(rows: Iterable[tuple[str, Cell]]) -> Markup:
    """A list of names and values; those without a value are left out."""
    lines = "".join(
        f'<tr><td class="label" width="30%">{text(name)}</td><td>{text(value)}</td></tr>\n'
        for name, value in rows
        if value not in (None, "")
    )
    return Markup(f'<table width="100%" cellspacing="0">\n{lines}</table>')


def table(
    head: Sequence[str], rows: Iterable[Sequence[Cell]], *, numbers: Sequence[int] = (), widths: Sequence[int] = ()
) -> Markup:
    """A table; the columns in `numbers` are set flush right, and `widths` are the columns' shares in per cent."""

    def cells(tag: str, row: Sequence[Cell], shares: Sequence[int] = ()) -> str:
        return "".join(
            f"<{tag}{_number(at in numbers)}{_share(shares, at)}>{text(cell)}</{tag}>" for at, cell in enumerate(row)
        )

    body = "".join(f"<tr>{cells('td', row)}</tr>\n" for row in rows)
    top = f"<thead><tr>{cells('th', head, widths)}</tr></thead>"
    return Markup(f'<table width="100%" cellspacing="0">\n{top}\n<tbody>\n{body}</tbody></table>')


def _number(wanted: bool) -> str:
    return ' class="number"' if wanted else ""


def _share(shares: Sequence[int], at: int) -> str:
    return f' width="{shares[at]}%"' if at < len(shares) else ""


def paragraph(value: Cell) -> Markup:
    return Markup(f"<p>{text(value)}</p>")


def page(title: str, body: Iterable[Markup]) -> str:
    """A whole document: no script, nothing loaded from anywhere, and a policy that says so to the browser."""
    inside = "\n".join(body)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>{text(title)}</title>
<style>{STYLE}</style>
</head>
<body>
{inside}
</body>
</html>
"""
