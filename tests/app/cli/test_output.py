import io
import json
import sys

import pytest
from rich.console import Console

from app.cli.output import Output, clean, facts_table, table


def test_text_of_a_database_cannot_steer_the_terminal() -> None:
    assert clean("plain ü 漢") == "plain ü 漢"
    assert clean("\x1b[2Jgone\u202e") == "\\x1b[2Jgone\\u202e"
    assert clean("two\nlines") == "two\nlines"


def test_in_json_mode_only_the_object_is_on_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    out = Output(json=True)
    out.show("for people")
    out.error("Wrong", "why", "how")
    out.emit({"a": "ü"})
    said = capsys.readouterr()
    assert json.loads(said.out) == {"a": "ü"}
    assert "for people" in said.err
    assert "Wrong" in said.err


def test_json_stays_json_where_the_terminal_knows_ascii_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stream)
    out = Output(json=True)
    out.emit({"name": "Söhne 漢"})
    assert json.loads(raw.getvalue()) == {"name": "Söhne 漢"}


def test_a_terminal_that_cannot_show_a_character_gets_an_escape(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    out = Output(json=False)
    assert out.symbols is False
    out.show("Söhne")
    sys.stdout.flush()
    assert b"S\\xf6hne" in raw.getvalue()


def test_a_pipe_gets_whole_lines_and_no_colours(capsys: pytest.CaptureFixture[str]) -> None:
    Output(json=False).show(table(("Name", "Rows"), [("x" * 150, "1"), ("y", "20,000")], right=(1,)))
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert lines[1].startswith("x" * 150)
    assert lines[2].rstrip().endswith("20,000")
    assert "\x1b" not in "".join(lines)


def test_markup_in_names_is_text() -> None:
    console = Console(file=io.StringIO(), width=80)
    with console.capture() as captured:
        console.print(table(("Name",), [("[bold]x[/bold]",)]), facts_table([("Name", "[red]y"), ("Empty", "")]))
    assert "[bold]x[/bold]" in captured.get()
    assert "[red]y" in captured.get()
    assert "Empty" not in captured.get()
