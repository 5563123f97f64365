"""The rest: tokens, digits, amounts, addresses of machines and of pages, texts and documents."""

import json
from ipaddress import ip_address, ip_network

import pytest

from app.domain.schema import TypeFamily
from app.policy.masks import bind, could_produce
from app.ports.secrets import MaskKey
from tests.app.policy.masks.columns import column, masked

DOCUMENTATION = [ip_network(n) for n in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")]


@pytest.mark.parametrize("address", ["10.1.2.3", "8.8.8.8", "fe80::1", "2a00:1450:400f:80c::200e"])
def test_a_network_address_lies_in_a_range_for_documentation(address: str) -> None:
    result = str(masked("ip")(address))
    assert any(ip_address(result) in network for network in DOCUMENTATION)
    assert could_produce(column("ip"), result)
    assert not could_produce(column("ip"), address)


def test_ports_and_prefixes_stay_and_the_address_behind_them_is_the_same() -> None:
    mask = masked("ip")
    assert mask("10.1.2.3:8080") == f"{mask('10.1.2.3')}:8080"
    assert mask("10.1.2.3/24") == f"{mask('10.1.2.3')}/24"
    assert mask("[fe80::1]:443") == f"[{mask('fe80:0:0::1')}]:443"


def test_scheme_host_and_query_go_and_the_path_stays() -> None:
    mask = masked("url_template", template="[csti]")
    assert mask("https://online.crm.example/Cust1/scripts/x.fcgi?key=secret#a") == "[csti]/Cust1/scripts/x.fcgi"
    assert mask("//online.crm.example/a") == "[csti]/a"
    assert mask("online.crm.example/a") == "[csti]/a"
    assert mask("https://user:password@online.crm.example/") == "[csti]/"
    assert mask("Anna's page") == "[csti]"
    for address in ("https://a.example/unsubscribe/anna@x.example/now", "https://a.example/u/anna%40x.example"):
        assert "anna" not in str(mask(address))


def test_unique_pages_stay_different() -> None:
    mask = masked("url_template", unique=True)
    assert mask("https://a.example/x?id=1") != mask("https://a.example/x?id=2")


@pytest.mark.parametrize("value", [1, -1, 3, 100, 32_767, 2**31 - 1, 2**63 - 1, -(2**63 - 1)])
def test_an_amount_moves_a_little_and_still_fits(value: int) -> None:
    result = masked("number_noise", family=TypeFamily.INTEGER)(value)
    assert isinstance(result, int)
    assert result != value
    assert (result > 0) == (value > 0)
    assert abs(result - value) <= max(1, abs(value) // 9)
    assert abs(result) < 2**63


def test_an_amount_keeps_decimals_signs_and_currency() -> None:
    mask = masked("number_noise")
    for text in ("$ 1,250.00", "-12.50", "1 250,00 kr", "99"):
        result = str(mask(text))
        if "kr" not in text:
            assert [c for c in result if not c.isdigit()] == [c for c in text if not c.isdigit()]
        assert result != text
    assert mask(0) == 0
    assert mask(0.0) == 0.0
    real = mask(12.34)
    assert isinstance(real, float)
    assert real == round(real, 2)


def test_a_token_keeps_what_is_equal_equal() -> None:
    mask = masked("token")
    assert mask("abc") == mask("abc") != mask("abd")
    assert str(mask("ABC")).lower() == mask("abc")
    uuid = "123e4567-e89b-12d3-a456-426614174000"
    assert [len(part) for part in str(mask(uuid)).split("-")] == [8, 4, 4, 4, 12]
    assert masked("token", prefix="key-")("abc") == f"key-{mask('abc')}"


def test_digits_keep_format_and_agree_over_separators_and_types() -> None:
    mask = masked("digits")
    assert str(mask("123-456-789")).replace("-", "") == mask("123456789") == str(mask(123456789))
    assert str(mask("ab-00123"))[3:5] == "00"
    assert mask("AB-1") == str(mask("ab-1")).upper()


def test_few_digits_prove_nothing_and_many_do() -> None:
    assert could_produce(column("digits"), "123456789")
    assert not could_produce(column("digits"), "1234567890")
    assert not could_produce(column("digits"), "a remark that was put into the wrong column")


def test_redaction_leaves_the_length_at_most() -> None:
    assert masked("redact_text")("Anna is ill") == "[removed]"
    assert masked("redact_text", length=4)("Anna") == "[rem"
    assert masked("redact_text", keep_length=True)("Anna\nis ill") == "xxxx\nxxxxxx"
    assert masked("redact_text", family=TypeFamily.BINARY)(b"\x89PNG") == b"[removed]"


def test_filler_is_about_as_long_and_never_longer() -> None:
    mask = masked("lorem")
    for size in (1, 5, 20, 200, 10_000):
        result = str(mask(("Anna was here " * 1000)[:size]))
        assert size * 0.6 - 8 <= len(result) <= size
        assert "anna" not in result.lower()


def test_filler_does_not_go_in_circles() -> None:
    mask = masked("lorem")
    for n in range(200):
        found = str(mask(f"remark {n} " * 20)).lower().rstrip(".").split()[1:]
        assert len(set(found[:15])) == 15


def test_a_fixed_value_has_the_class_of_its_column() -> None:
    assert masked("fixed", family=TypeFamily.INTEGER, value="7")(1) == 7
    assert masked("fixed", family=TypeFamily.NUMBER, value="7.5")(1.0) == 7.5
    assert masked("fixed", family=TypeFamily.BOOLEAN, value=False)(1) == 0
    assert masked("fixed", family=TypeFamily.BINARY, value="x")(b"photo") == b"x"
    assert masked("fixed", value="x")("Anna") == "x"
    assert masked("fixed", value="x")(None) is None


def test_a_photo_in_a_text_mask_becomes_other_bytes() -> None:
    photo = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
    result = masked("full_name")(photo)
    assert isinstance(result, bytes)
    assert len(result) <= 16
    assert result not in photo


def test_text_in_bytes_is_masked_as_text() -> None:
    assert masked("email")(b"anna@x.example") == str(masked("email")("anna@x.example")).encode()


def test_a_documents_leaves_are_masked_and_its_structure_kept() -> None:
    mask = masked("json", keep=("status", "items.*.state", "address.country"))
    before = {
        "status": "open",
        "name": "Anna Hansen",
        "mail": "anna@x.example",
        "born": "1984-01-31",
        "vip": True,
        "nothing": None,
        "items": [{"state": "NY", "n": 4711}, {"state": "CA", "n": 2.5}],
        "address": {"country": "NO", "street": "Storgata 5"},
    }
    after = json.loads(str(mask(json.dumps(before))))
    assert after.keys() == before.keys()
    assert after["status"] == "open"
    assert [item["state"] for item in after["items"]] == ["NY", "CA"]
    assert after["address"]["country"] == "NO"
    assert (after["vip"], after["nothing"]) == (True, None)
    assert after["mail"] == masked("email")("anna@x.example")
    text = json.dumps(after)
    for secret in ("Anna", "Hansen", "anna@x", "1984-01-31", "4711", "2.5", "Storgata"):
        assert secret not in text


@pytest.mark.parametrize("text", ["{no json", "[" * 5000, '{"a": NaN}', '"\\ud800"', "9" * 5000, '{"a": 1e999}'])
def test_what_is_no_document_becomes_one(text: str) -> None:
    result = str(masked("json")(text))
    assert json.loads(result) is not None
    assert "no json" not in result


def test_a_document_that_outgrows_its_column_becomes_a_token() -> None:
    assert len(str(masked("json", length=20)('{"a":"b@c.example"}'))) <= 20
    json.loads(str(masked("json", length=20)('{"a":"b@c.example"}')))


@pytest.mark.parametrize(
    "name", ["digits", "postcode", "phone", "number_noise", "date_shift", "year_only", "national_id", "bank_account"]
)
@pytest.mark.parametrize("value", ["ana@harbor.no", "Zebulon Quackenbush", "Quackenbush"])
def test_a_mask_of_numbers_could_not_have_written_a_name_or_an_address(name: str, value: str) -> None:
    """Else one that stands in the wrong column would never be noticed there, nor searched anywhere."""
    plan = column(name)
    assert not could_produce(plan, value)
    assert masked(name)(value) != value


def test_a_document_of_one_letter_is_masked_under_every_key() -> None:
    plan = column("json")
    for number in (*range(50), 163, 452):  # under these two the filler word and the token began with an m
        mask = bind(plan, MaskKey(number.to_bytes(32, "big"), stable=True))
        assert mask('{"size":"m"}') != '{"size":"m"}', number
