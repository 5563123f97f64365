"""The part `run` of a policy: SQL or a command, run on the finished copy once a person has approved the exact text."""

import re
from collections.abc import Iterator
from typing import Final

from app.domain.policy import Run
from app.policy.positions import Node, shown
from app.policy.reading import Fields, Reader

_KEYS: Final = ("id", "title", "sql", "command", "folder", "timeout")
_LONGEST_SQL: Final = 200_000
_LONGEST_TIME: Final = 24 * 3600
_WORD: Final = re.compile(r"\w+")
_HEAD: Final = 5
_PASSED_OVER: Final = ("OR", "REPLACE", "TEMP", "TEMPORARY", "CONSTRAINT")


def read_run(reader: Reader, node: Node) -> tuple[Run, ...]:
    found: dict[str, Run] = {}
    for item in reader.items(node, "run"):
        entry = _entry(reader, item)
        if entry is not None and entry.id in found:
            reader.problem(item, f"there are two entries {shown(entry.id)} in 'run'")
        elif entry is not None:
            found[entry.id] = entry
    return tuple(found.values())


def _entry(reader: Reader, node: Node) -> Run | None:
    fields = reader.fields(node, "an entry of 'run'", _KEYS)
    if fields is None or not reader.required(node, fields, ("id",), "an entry of 'run'"):
        return None
    id_ = reader.id(fields, "an entry of 'run'")
    what = f"run {shown(id_ or '?')}"
    if ("sql" in fields) == ("command" in fields):
        reader.problem(node, f"{what} needs exactly one of 'sql' and 'command'")
        return None
    if "folder" in fields and "sql" in fields:
        reader.problem(fields["folder"][0], f"{what} is SQL, which runs in no folder")
    sql = tuple(_sql(reader, fields["sql"][1], what)) if "sql" in fields else ()
    command = _command(reader, fields["command"][1], what) if "command" in fields else ()
    timeout = (
        reader.integer(fields["timeout"][1], "'timeout'", least=1, most=_LONGEST_TIME) if "timeout" in fields else 0
    )
    if id_ is None or not (sql or command):
        return None
    return Run(
        id=id_,
        title=reader.text(fields, "title", id_),
        sql=sql,
        command=command,
        folder=_folder(reader, fields, what),
        timeout=timeout or 300,
        position=node.position,
    )


def _sql(reader: Reader, node: Node, what: str) -> Iterator[str]:
    """Each text holds one statement; `;` at its end is left out."""
    nodes = node.items if node.items is not None else [node]
    if not nodes:
        reader.problem(node, f"{what} has no statement")
    for item in nodes:
        text = item.value if isinstance(item.value, str) else None
        if text is None:
            reader.problem(item, f"each statement of {what} is a text, not {item.kind}")
            continue
        if len(text) > _LONGEST_SQL:
            reader.problem(
                item, f"a statement of {what} is {len(text):,} characters long; {_LONGEST_SQL:,} is the limit"
            )
            continue
        several = statements(text)
        if len(several) == 1:
            yield several[0]
        elif several:
            reader.problem(
                item, f"{what} has {len(several)} statements in one text; write a list with one statement in each"
            )
        else:
            reader.problem(item, f"{what} has a text without a statement")


def _command(reader: Reader, node: Node, what: str) -> tuple[str, ...]:
    """The program and its arguments; never a line for a shell."""
    if node.is_scalar:
        reader.problem(node, f"the command of {what} is a list: the program, then each of its arguments")
        return ()
    values = reader.scalars(node, f"the command of {what}")
    words = tuple(
        str(value) for value in values if isinstance(value, str | int | float) and not isinstance(value, bool)
    )
    if not words or len(words) != len(values) or not words[0].strip() or any("\0" in word for word in words):
        reader.problem(node, f"the command of {what} is a list of texts, the program first")
        return ()
    return words


def _folder(reader: Reader, fields: Fields, what: str) -> str:
    folder = reader.text(fields, "folder")
    if folder and not folder.startswith(("/", "\\")) and folder[1:3] not in (":\\", ":/"):
        reader.problem(fields["folder"][1], f"the folder of {what} must be a whole path, not {shown(folder)}")
        return ""
    return folder


def statements(text: str) -> list[str]:
    """The SQL statements in a text: parts between semicolons that stand in no quotes, comment, dollar quotes or body
    of a trigger. Parts that say nothing are left out. Takes time in proportion to the text's length."""
    found: list[str] = []
    start = at = 0
    said = _Said()
    while at < len(text):
        end = _over(text, at)
        if end > at:
            at = end
        elif (word := _WORD.match(text, at)) is not None:
            said.add(word.group())
            at = word.end()
        else:
            at += 1
            if text[at - 1] == ";" and not said.in_body:
                found.append(text[start : at - 1])
                start, said = at, _Said()
    found.append(text[start:])
    return [part.strip() for part in found if _says_something(part)]


class _Said:
    """The words of a statement that has come so far."""

    def __init__(self) -> None:
        self._head: list[str] = []
        self._seen = self._open = 0
        self._begun = False

    def add(self, word: str) -> None:
        word = word.upper()
        self._seen += 1
        if self._seen <= _HEAD and word not in _PASSED_OVER:
            self._head.append(word)
        self._begun = self._begun or word == "BEGIN"
        self._open += (word in ("BEGIN", "CASE")) - (word == "END")

    @property
    def in_body(self) -> bool:
        """Whether it is a trigger (or a function with a body) whose END is still to come."""
        creates = self._head[:1] == ["CREATE"] and self._head[1:2] in (["TRIGGER"], ["FUNCTION"], ["PROCEDURE"])
        return creates and self._begun and self._open > 0


def _over(text: str, at: int) -> int:
    """Behind the quotes or comment that begin at `at`; `at` itself where none does. What is left open reaches to the
    end of the text."""
    character = text[at]
    if character in "'\"`":
        end = text.find(character, at + 1)
        while end >= 0 and text[end + 1 : end + 2] == character:
            end = text.find(character, end + 2)
        return len(text) if end < 0 else end + 1
    if text.startswith("--", at):
        end = text.find("\n", at)
        return len(text) if end < 0 else end + 1
    if text.startswith("/*", at):
        end = text.find("*/", at + 2)
        return len(text) if end < 0 else end + 2
    if character == "$" and not (at and (text[at - 1].isalnum() or text[at - 1] == "_")):
        close = text.find("$", at + 1)
        tag = text[at + 1 : close] if close > 0 else " "
        if close > 0 and (not tag or (tag.replace("_", "a").isalnum() and not tag[0].isdigit())):
            end = text.find(f"${tag}$", close + 1)
            return len(text) if end < 0 else end + len(tag) + 2
    return at


def _says_something(text: str) -> bool:
    at = 0
    while at < len(text):
        if text[at] in "'\"`$":
            return True
        end = _over(text, at)
        if end == at and not text[at].isspace():
            return True
        at = max(end, at + 1)
    return False


def run_data(run: Run) -> dict[str, object]:
    """An entry as it is written in a file."""
    data: dict[str, object] = {"id": run.id, "title": run.title}
    if run.sql:
        data["sql"] = run.sql[0] if len(run.sql) == 1 else list(run.sql)
    else:
        data["command"] = list(run.command)
    if run.folder:
        data["folder"] = run.folder
    return {**data, "timeout": run.timeout}
