"""What is said of a promotion engine's environments, on a copy of an account of either kind of database: T4 as checks,
and of T1 to T3, T9 and T10 what a copy of a whole account can show."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import JSON

from app.databases.demo.promotions import PROMOTIONS
from app.databases.demo.promotions.tables import METADATA
from app.domain.operations import ItemState, OperationKind, OperationState
from tests.requirements.provisioned import ENGINES, REF, Provisioned, in_use, provisioned

ROWS = 240
ALIAS = "qa@tidewater-rewards.example"
APART = ("apart-audiences", "apart-pools", "apart-programs", "apart-achievements", "apart-profiles")
CROSSINGS = {
    "audience-application-sandbox-to-live": "audience_application (audience_id, application_id) VALUES (5, 1)",
    "audience-application-live-to-sandbox": "audience_application (audience_id, application_id) VALUES (1, 4)",
    "audience-profile-sandbox-to-live": "audience_membership (audience_id, profile_id) VALUES (5, 1)",
    "audience-profile-live-to-sandbox": "audience_membership (audience_id, profile_id) VALUES (1, 8)",
    "pool-application-sandbox-to-live": "giveaways_pool_application (pool_id, application_id) VALUES (3, 1)",
    "pool-application-live-to-sandbox": "giveaways_pool_application (pool_id, application_id) VALUES (1, 4)",
    "program-application-sandbox-to-live": "loyalty_program_application (program_id, application_id) VALUES (3, 1)",
    "program-application-live-to-sandbox": "loyalty_program_application (program_id, application_id) VALUES (1, 4)",
    "achievement-application-sandbox-to-live": "achievement_application (achievement_id, application_id) VALUES (3, 1)",
    "achievement-application-live-to-sandbox": "achievement_application (achievement_id, application_id) VALUES (1, 4)",
}
"""By the check that must see it: a row that connects what belongs to different environments."""
MOVED = {
    "pool-profile-sandbox-to-live": ("giveaway", "pool_id = 3", "pool_id IN (1, 2)"),
    "program-profile-sandbox-to-live": ("loyalty_card", "program_id = 4", "program_id = 2"),
    "achievement-profile-sandbox-to-live": ("achievement_progress", "achievement_id = 3", "achievement_id IN (1, 2)"),
    "session-sandbox-to-live": ("customer_session", "application_id = 4", "application_id = 1"),
}
"""By the check that must see it: a table, and how one row of the live environment comes into the sandbox."""


@pytest.fixture(scope="module", params=ENGINES)
def account(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provisioned]:
    """A copy in which one user is active and whose mail reaches an address of the account's own."""
    options = {"mail_alias": ALIAS, "active_users": ("1",)}
    folder = tmp_path_factory.mktemp("promotions")
    with provisioned(PROMOTIONS, "promotions", request.param, folder, ROWS, options) as made:
        yield made


def _read(value: Any) -> Any:
    """A document, which one kind of database hands out as text."""
    return json.loads(value) if isinstance(value, str) else value


def _column(account: Provisioned, table: str, column: str, *, production: bool = False) -> list[Any]:
    ask = account.ask_production if production else account.ask
    return [value for (value,) in ask(f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL ORDER BY 1")]


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _leaves(each)
    elif isinstance(value, str):
        yield value


def test_nothing_stands_in_the_way_and_every_item_is_green_but_those_for_people(account: Provisioned) -> None:
    assert [f for f in account.plan().findings if f.severity != "note"] == []
    items = account.checklist().values()
    assert {i.id: i.evidence for i in items if i.state is ItemState.FAILED} == {}
    assert {i.id for i in items if i.state is ItemState.OPEN} == {"new-keys", "attributes", "rules"}
    assert [i.id for i in items if i.state is not ItemState.OPEN and not i.evidence] == []


def test_t1_t9_the_copy_has_users_and_a_login_of_its_own_and_no_key(account: Provisioned) -> None:
    login = account.checklist()["login"]
    assert login.state is (ItemState.PASSED if account.server else ItemState.NOT_APPLICABLE)
    for table in ("application_api_key", "management_key", "webhook_authentication"):
        assert len(_column(account, table, "id", production=True)) > 1
        assert _column(account, table, "id") == []
    users = account.ask("SELECT id, state, password_hash, invite_token, auth_method FROM user_account ORDER BY id")
    assert users[0] == (1, "active", None, None, "basic_auth")
    assert {user[1:] for user in users[1:]} == {("deactivated", None, None, "basic_auth")}
    with in_use(account.keyring):
        plan = account.office.services.operations.plan(REF, OperationKind.REFRESH, {}, samples=1)
    names = account.ask_production("SELECT id, name FROM user_account WHERE state = 'active' ORDER BY id")
    assert sorted((int(str(o.value)), o.label) for o in plan.offers["active_users"]) == names


def test_t2_one_person_has_a_profile_in_each_environment_under_one_id(account: Provisioned) -> None:
    both = "SELECT count(*) FROM customer_profile a JOIN customer_profile b USING (integration_id) WHERE a.id < b.id"
    assert account.ask(both) == account.ask_production(both) > [(5,)]


def test_t3_t4_nothing_crosses_between_the_environments_and_each_item_says_how_that_is_known(
    account: Provisioned,
) -> None:
    items = account.checklist()
    for id_ in (*APART, *CROSSINGS, *MOVED):
        assert items[id_].state is ItemState.PASSED, id_
        assert items[id_].query
    assert {check for step in account.plan().steps if step.id in APART for check in step.checks} > {*CROSSINGS, *MOVED}


def test_t4_a_connection_that_crosses_fails_the_copy_and_leaves_the_old_one(account: Provisioned) -> None:
    undo = []
    for row in CROSSINGS.values():
        account.change_production(f"INSERT INTO {row}")
        table, names, values = re.fullmatch(r"(\w+) \((.*)\) VALUES \((.*)\)", row).groups()  # type: ignore[union-attr]
        pairs = zip(names.split(", "), values.split(", "), strict=True)
        undo.append(f"DELETE FROM {table} WHERE " + " AND ".join(f"{name} = {value}" for name, value in pairs))
    for table, there, here in MOVED.values():
        [(number, before)] = account.ask_production(
            f"SELECT id, {there.split()[0]} FROM {table} WHERE {here} ORDER BY id LIMIT 1"
        )
        account.change_production(f"UPDATE {table} SET {there} WHERE id = {number}")
        undo.append(f"UPDATE {table} SET {there.split()[0]} = {before} WHERE id = {number}")
    copied = account.ask("SELECT count(*) FROM audience_application")
    try:
        ended = account.run(OperationKind.REFRESH)
    finally:
        for statement in undo:
            account.change_production(statement)
    assert ended.state is OperationState.FAILED
    titles = {check.id: check.title for check in account.plan().checks}
    assert [id_ for id_ in (*CROSSINGS, *MOVED) if f"{titles[id_]}: 1 of " not in ended.reason] == []
    assert account.ask("SELECT count(*) FROM audience_application") == copied
    assert account.checklist()["apart-audiences"].state is ItemState.PASSED


def test_t10_what_means_all_applications_when_it_names_none_is_off_or_gone(account: Provisioned) -> None:
    for table, own, link in (
        ("webhook", "webhook_id", "webhook_application"),
        ("management_key", "management_key_id", "management_key_application"),
    ):
        for_all = f"SELECT count(*) FROM {table} WHERE id NOT IN (SELECT {own} FROM {link})"
        assert account.ask_production(for_all) > [(0,)]
    hooks = account.ask("SELECT enabled, url, headers, payload, params, authentication_id FROM webhook")
    assert len(hooks) == 4
    for enabled, url, headers, *rest in hooks:
        assert (bool(enabled), _read(headers), rest) == (False, [], [None, None, None])
        assert url.startswith("https://example.invalid/")
    ways = {way.id: way.check for way in account.plan().outward}
    proven = {i.id for i in account.checklist().values() if i.state is ItemState.PASSED}
    assert {ways["webhooks-for-all"], ways["management-key-scopes"], ways["webhooks"], ways["api-keys"]} <= proven


def test_nobody_is_named_anywhere_in_the_copy(account: Provisioned) -> None:
    """Names, addresses, telephone numbers and ids of production's customers, in every text and document."""
    people = [_read(value) for value in _column(account, "customer_profile", "attributes", production=True)]
    known = {
        leaf
        for person in people
        for key in ("Name", "Email", "PhoneNumber", "BillingAddress1", "Household")
        for leaf in _leaves([person.get(key)])
    }
    known |= {e for (e,) in account.ask_production("SELECT integration_id FROM customer_profile")}
    known |= {e for (e,) in account.ask_production("SELECT email FROM user_account")}
    assert len(known) > 4 * ROWS
    met = []
    for name, table in METADATA.tables.items():
        for row in account.ask(f"SELECT * FROM {name}"):
            for column, value in zip(table.c, row, strict=True):
                read = _read(value) if isinstance(column.type, JSON) else value
                met += [f"{name}.{column.name}" for leaf in _leaves([read]) if leaf in known]
    assert set(met) <= {"user_account.name"}  # an invented name, which a customer may have by chance


def test_ids_that_were_addresses_still_lead_to_their_profiles(account: Provisioned) -> None:
    assert [i for i in _column(account, "customer_profile", "integration_id") if "@" in i] == []
    for query in (
        "loyalty_transaction AS x JOIN customer_profile AS p ON p.integration_id = x.customer_profile_id",
        "loyalty_transaction AS x JOIN loyalty_card AS c ON c.identifier = x.card_identifier",
        "loyalty_transaction AS x JOIN customer_session AS s ON s.integration_id = x.customer_session_id",
        "loyalty_transaction AS x JOIN user_account AS u ON u.id = x.user_id AND u.email = x.user_email",
        "coupon AS x JOIN customer_profile AS p ON p.integration_id = x.recipient_integration_id",
        "referral AS x JOIN customer_profile AS p ON p.integration_id = x.advocate_profile_integration_id",
        "giveaway AS x JOIN customer_profile AS p ON p.id = profile_id AND p.integration_id = profile_integration_id",
    ):
        met = account.ask(f"SELECT count(*) FROM {query}")
        assert met == account.ask_production(f"SELECT count(*) FROM {query}") > [(1,)], query
    cards = set(_column(account, "loyalty_card", "identifier"))
    named = {c for value in _column(account, "customer_session", "loyalty_cards") for c in _read(value)}
    assert named
    assert named <= cards


def test_no_code_of_the_copy_can_be_redeemed_in_production(account: Provisioned) -> None:
    for table, column in (
        ("coupon", "value"),
        ("giveaway", "code"),
        ("referral", "code"),
        ("loyalty_card", "identifier"),
    ):
        real, copied = _column(account, table, column, production=True), _column(account, table, column)
        assert len(copied) == len(set(copied)) == len(real) > 10
        assert not set(copied) & set(real)


def test_documents_keep_their_shape_and_what_rules_look_at(account: Provisioned) -> None:
    pairs = [
        (_read(before), _read(after))
        for (before,), (after,) in zip(
            account.ask_production("SELECT attributes FROM customer_profile ORDER BY id"),
            account.ask("SELECT attributes FROM customer_profile ORDER BY id"),
            strict=True,
        )
    ]
    for before, after in pairs:
        assert before.keys() == after.keys()
        same = {key for key in before if before[key] == after[key]}
        assert same == {"BillingCountry", "NewsletterOptIn"}
        assert after["Email"].startswith("qa+")
        assert after["Email"].endswith("@" + ALIAS.partition("@")[2])
    gifts = 0
    carts = "SELECT cart_items FROM customer_session ORDER BY id"
    for (before,), (after,) in zip(account.ask_production(carts), account.ask(carts), strict=True):
        for real, copied in zip(_read(before), _read(after), strict=True):
            gift, instead = real.pop("attributes", None), copied.pop("attributes", None)
            assert real == copied
            if gift is not None:
                gifts += 1
                assert gift.keys() == instead.keys()
                assert gift["GiftFor"] != instead["GiftFor"]
    assert gifts > 3


def test_points_add_up_to_what_they_are_in_production(account: Provisioned) -> None:
    item = account.checklist()["reconciliation"]
    assert item.state is ItemState.PASSED
    balances = "SELECT program_id, round(sum(points), 2) FROM points_balance GROUP BY program_id ORDER BY program_id"
    assert account.ask(balances) == account.ask_production(balances)
    assert any("loyalty_transaction" in " ".join(row) for row in item.details)
