"""Numbers and times as people read them. Times are UTC; `now` is always given, so that words can be tested."""

from datetime import datetime


def count(number: int, noun: str = "", plural: str = "") -> str:
    """12480 -> "12,480"; with a noun "1 row", "12,480 rows"."""
    if not noun:
        return f"{number:,}"
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def span(seconds: float) -> str:
    """A length of time in one unit: "3 days", "1 hour", "41 days", "8 months"."""
    seconds = max(0.0, seconds)
    if seconds < 60:
        return "a moment"
    for unit, length, upto in (("minute", 60, 3600), ("hour", 3600, 86400), ("day", 86400, 86400 * 60)):
        if seconds < upto:
            return count(int(seconds // length), unit)
    months = int(seconds // (86400 * 30.44))
    return count(months, "month") if months < 24 else count(months // 12, "year")


def age(at: datetime | None, now: datetime) -> str:
    """How old something is, without "ago"; "" when it never was. A time in the future (a clock set back) is "now"."""
    if at is None:
        return ""
    seconds = (now - at).total_seconds()
    return "now" if seconds < 60 else span(seconds)


def ago(at: datetime | None, now: datetime) -> str:
    """ "3 days ago", "just now", "never"."""
    if at is None:
        return "never"
    seconds = (now - at).total_seconds()
    return "just now" if seconds < 60 else f"{span(seconds)} ago"


def until(at: datetime, now: datetime) -> str:
    """ "in 11 days", "3 days overdue"."""
    seconds = (at - now).total_seconds()
    return f"in {span(seconds)}" if seconds >= 0 else f"{span(-seconds)} overdue"


def duration(seconds: float | None) -> str:
    """How long something took: "0.4 s", "31 s", "1 min 12 s", "2 h 5 min"."""
    if seconds is None:
        return ""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def size(number: int | None) -> str:
    """Bytes in decimal units: "84 MB", "1.5 GB"; "" when unknown."""
    if number is None:
        return ""
    value, units = float(number), ("B", "kB", "MB", "GB", "TB", "PB")
    for unit in units:
        if value < 999.5 or unit == units[-1]:
            return f"{value:.1f} {unit}" if unit in units[3:] and value < 9.95 else f"{value:.0f} {unit}"
        value /= 1000
    return ""


def moment(at: datetime | None) -> str:
    """A point in time in the person's own zone: "21 Nov 2025, 10:15"."""
    if at is None:
        return ""
    local = at.astimezone()
    return f"{local.day} {local:%b %Y, %H:%M}"
