"""PostgreSQL writes a rule back in its own way; here it becomes the plain one that `comparisons` reads.

`((state)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))` becomes
`(state IN ('a', 'b'))`. What is not understood stays as it is, and is then told as not understood.
"""

import re
from typing import Final

_TEXT: Final = r"'(?:[^']|'')*'"
_NAME: Final = r'(?:"(?:[^"]|"")*"|[A-Za-z_]\w*)'
_TYPE: Final = (
    r"(?:character varying|double precision|bit varying|time(?:stamp)?(?:\(\d+\))? with(?:out)? time zone"
    rf"|{_NAME}(?:\.{_NAME})?)(?:\(\d+(?:,\s*-?\d+)?\))?(?:\[\])*"
)
_NUMBER: Final = r"-?\d+(?:\.\d+)?"
_NUMERIC: Final = r"(?:smallint|integer|bigint|numeric(?:\(\d+(?:,\s*-?\d+)?\))?|double precision|real)"
_QUOTED_NUMBER: Final = re.compile(rf"'({_NUMBER})'::{_NUMERIC}(?![\w\[(])")
_CAST: Final = re.compile(rf"(?:\(({_NAME}|{_NUMBER}|{_TEXT})\)|({_NAME}|{_NUMBER}|{_TEXT}))::{_TYPE}")
_CALL: Final = re.compile(rf"(\((?:{_NAME}\({_NAME}\)|ARRAY\[[^\[\]]*\])\)|{_NAME}\({_NAME}\))::{_TYPE}")
_ITEM: Final = rf"(?:{_TEXT}|{_NUMBER})"
_ITEMS: Final = rf"({_ITEM}(?:\s*,\s*{_ITEM})*)"
_AMONG: Final = re.compile(rf"(=\s*ANY|<>\s*ALL)\s*(?:\(\(ARRAY\[{_ITEMS}\]\)\)|\(ARRAY\[{_ITEMS}\]\))")
_LIKE: Final = re.compile(r"(?<=\s)(!?)~~\*?(?=\s)")
_MOST: Final = 6  # casts stand around casts, but not without end


def plain(expression: str) -> str:
    """The rule without casts, its lists as IN and its patterns as LIKE."""
    texts: list[str] = []

    def aside(match: re.Match[str]) -> str:
        texts.append(match[0])
        return f"'{len(texts) - 1}'"

    text = re.sub(_TEXT, aside, _QUOTED_NUMBER.sub(r"\1", expression))
    for _ in range(_MOST):
        before = text
        text = _CAST.sub(lambda match: match[1] or match[2], text)
        text = _CALL.sub(lambda match: match[1][1:-1] if match[1][0] == "(" else match[1], text)
        if text == before:
            break
    text = _AMONG.sub(lambda match: f"{'IN' if match[1][0] == '=' else 'NOT IN'} ({match[2] or match[3]})", text)
    text = _LIKE.sub(lambda match: "NOT LIKE" if match[1] else "LIKE", text)
    return re.sub(r"'(\d+)'", lambda match: texts[int(match[1])], text)
