"""The pages about the policies that come along say what the policies say, and each policy says why."""

import re
from pathlib import Path

import pytest

from app.policy.describe_packs import cited, page, pages, write_pages
from app.policy.packs import pack_names, pack_text
from app.policy.parse import parse_policy

FOLDER = Path(__file__).parents[3] / "docs" / "guide" / "packs"
WRITTEN = "run: make docs"


def test_the_pages_in_the_guide_are_what_the_policies_say() -> None:
    written = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    assert written.keys() == pages().keys() == {"index.md", *(f"{name}.md" for name in pack_names())}, WRITTEN
    for name, text in pages().items():
        assert written[name] == text, f"{name}: {WRITTEN}"


@pytest.mark.parametrize("name", pack_names())
def test_every_table_and_column_of_a_pack_says_why_and_where_that_is_known_from(name: str) -> None:
    policy = parse_policy(pack_text(name))
    silent, unknown, used = [], [], set()
    for where, reason in cited(policy):
        sources = {key.strip() for group in re.findall(r"\[([^\]]+)\]", reason) for key in group.split(",")}
        known = sources & policy.sources.keys()
        used |= known
        if not known or not re.search(r"\w", re.sub(r"\[[^\]]*\]", "", reason)):
            silent.append(where)
        last = re.search(r"\[([^\]]+)\]\.?$", reason)
        unknown += [f"{where}: {k}" for k in (last[1].split(",") if last else ()) if k.strip() not in policy.sources]
    assert silent == []
    assert unknown == []
    assert policy.sources.keys() == used, "a source that nothing cites"


POLICY = """
policy: harbor
title: Harbor <Insurance>
version: 3
description: Made up.
sources: {own: Our own judgement}
options:
  - {id: history, type: choice, title: History, choices: [all, none, some], default: all}
  - {id: alias, type: email, title: Alias}
  - {id: who, type: list, title: Who, choices_from: {table: person, value: id, label: name}}
tables:
  person:
    reason: People, and so on [own].
    optional: true
    references: {boss_id: {to: person.id, none: [0], gone: detach}}
    checksum: {column: seal, recomputed_by: again}
    columns:
      id: {keep: "A number [own]"}
      boss_id: {keep: "A number [own]"}
      name: {mask: full_name, reason: "a | b <c> [own]"}
      mail: {mask: email, alias: {option: alias}, reason: "An address [own]"}
      seal: review
  visit: {rows: {option: history, where: {at: {at_least: "2026"}}}, columns: {id: keep, at: keep}}
  outbox: {rows: none, reason: "Waits [own]"}
preserve: [{id: boss, title: The boss, table: person, where: {boss_id: null}, match: [name], orphans: leave}]
run: [{id: again, title: Seals, sql: UPDATE person SET seal = 'a|b', timeout: 9}]
actions:
  - {id: off, title: Nobody has a boss, table: person, set: {boss_id: null}, where: {id: {not_in: {option: who}}}}
  - {id: del, title: No visits, table: visit, delete: true}
  - {id: add, title: One more, table: outbox, insert: {recipient: "a, b"}}
checks:
  - {id: off, title: Nobody has a boss, table: person, where: {boss_id: {not: null}}}
  - {id: some, title: There are people, table: person, expect: {at_least: 1}}
  - {id: few, title: Few visits, table: visit, expect: {at_least: 0, at_most: 5}}
reconcile: [{table: visit, sums: [id]}]
steps:
  - {id: s1, title: First, check: [off, rows]}
  - {id: s2, title: Second, manual: Look}
  - {id: s3, title: Third, not_applicable: There is none}
manual: [{id: look, title: Look, instructions: Open it}]
outward:
  - {id: a, title: Mail, kind: mailbox, check: off}
  - {id: b, title: Phones, kind: address, waived: Nobody dials}
warnings: [{id: told, text: Told, on: [wipe]}]
lifetime: {days: 9, remind_days: 2}
"""
SAID = (
    "# Harbor <Insurance>\n\nMade up.\n\nThe policy `harbor`, version 3: 3 tables, 1 of them left empty; "
    "7 columns of the others, 2 of them masked; 3 checks.",
    "| own | Our own judgement |",
    "| `history` | choice; one of `all`, `none`, `some` | `all` | History. |",
    "| `who` | list; chosen from `person.id` |  | Who. |",
    "### `person`\n\nPeople, and so on [own]. Rows: all. May be missing in the source. References: "
    "`{boss_id: {to: person.id, none: [0], gone: detach}}`. "
    "`seal` is a checksum over the row, computed anew by `again`.",
    "| `id`, `boss_id` | keep | A number [own] |",
    "| `name` | masked: `full_name` | a \\| b &lt;c> [own] |",
    "| `mail` | masked: `email` `{alias: {option: alias}}` | An address [own] |",
    "| `seal` | review |  |",
    "Rows: as the option `history` says; some are those with `{at: {at_least: 2026}}`.",
    "### `outbox`\n\nWaits [own]. Rows: none.\n",
    "| The boss | `person` | `{boss_id: null}` | `name` | left out |",
    "| Seals | `UPDATE person SET seal = 'a\\|b'` | 9 s |",
    "| Nobody has a boss | `person` | set `{boss_id: null}` | `{id: {not_in: {option: who}}}` |",
    "| No visits | `visit` | delete | all rows |",
    '| One more | `outbox` | insert `{recipient: "a, b"}` |  |',
    "| `off` | Nobody has a boss | `person` | `{boss_id: {not: null}}` | 0 |",
    "| `some` | There are people | `person` | all rows | 1 or more |",
    "| `few` | Few visits | `visit` | all rows | 0 to 5 |",
    "| `visit` | `id` |",
    "| `s1` | First | shown by `off`, `rows` |",
    "| `s2` | Second | by a person: Look |",
    "| `s3` | Third | not applicable: There is none |",
    "| `look` | Look | Open it |",
    "| Mail | mailbox | closed, see `off` |",
    "| Phones | address | waived: Nobody dials |",
    "| Told | wipe |",
    "9 days, with a reminder 2 days before.",
)


def test_a_page_says_all_that_a_policy_can_say() -> None:
    text = page(parse_policy(POLICY))
    assert [said for said in SAID if said not in text] == []


def test_writing_the_pages_removes_those_of_policies_that_are_gone(tmp_path: Path) -> None:
    (tmp_path / "gone.md").write_text("old")
    write_pages(tmp_path)
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == pages()
