"""Options that matter only when another was chosen."""

import pytest

from app.policy.parse import parse_policy
from ui.models.options import idle_options

POLICY = """\
policy: p
options:
  - {id: documents, type: choice, title: Documents, choices: [none, some, all], default: none}
  - {id: mails, type: choice, title: Mails, choices: [none, some, all], default: none}
  - {id: since, type: text, title: Since, default: "2026-01-01"}
  - {id: office, type: text, title: Office, default: "1"}
  - {id: domain, type: text, title: Domain, default: x.invalid}
tables:
  document:
    rows: {option: documents, where: {written: {at_least: {option: since}}, office: {option: office}}}
    columns: {id: keep}
  mail:
    rows: {option: mails, where: {document_id: {in_rows: {table: document, column: id, where: {at: {option: since}}}}}}
    columns: {sender: {mask: email, domain: {option: domain}}}
actions: [{id: only, title: Only this office, table: mail, set: {office: {option: office}}}]
"""


@pytest.mark.parametrize(
    ("chosen", "idle"),
    [
        ({"documents": "none", "mails": "all"}, {"since"}),
        ({"documents": "some", "mails": "none"}, set()),
        ({"documents": "none", "mails": "some"}, set()),
        ({}, {"since"}),
    ],
)
def test_since_matters_for_some_rows_alone_and_what_is_used_elsewhere_always(
    chosen: dict[str, str], idle: set[str]
) -> None:
    assert idle_options(parse_policy(POLICY), chosen) == idle
    assert idle_options(None, chosen) == frozenset()
