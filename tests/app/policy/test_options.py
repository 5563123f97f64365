"""Options of a policy file."""

import pytest

from app.domain.policy import Option, OptionType
from app.policy.options import read_options, refusal
from app.policy.positions import read_tree
from app.policy.reading import Reader


def _read(text: str) -> tuple[tuple[Option, ...], list[str]]:
    reader = Reader()
    return read_options(reader, read_tree(text)), [p.message for p in reader.problems]


def test_an_option_is_read_with_everything_it_says() -> None:
    text = "- {id: history, type: choice, title: History, help: How much, choices: [all, none], default: none}"
    expected = Option(
        id="history",
        type=OptionType.CHOICE,
        title="History",
        help="How much",
        default="none",
        choices=("all", "none"),
    )
    assert _read(text) == ((expected,), [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- {id: a, type: colour}", "there is no option type 'colour'"),
        ("- {id: a, type: boolen}", "did you mean 'boolean'?"),
        ("- {type: text}", "an option needs 'id'"),
        ("- {id: a, type: text}\n- {id: a, type: text}", "there are two options 'a'"),
        ("- {id: a, type: choice}", "needs 'choices'"),
        ("- {id: a, type: choice, choices: []}", "at least one choice"),
        ("- {id: a, type: choice, choices: [1, 2]}", "each choice must be a text"),
        ("- {id: a, type: choice, choices: [x, x]}", "stands here twice"),
        ("- {id: a, type: choice, choices: [x], default: y}", "the default must be one of 'x'"),
        ("- {id: a, type: text, choices: [x]}", "only an option of type choice"),
        ("- {id: a, type: integer, default: many}", "the default must be a whole number"),
        ("- {id: a, type: integer, default: true}", "the default must be a whole number"),
        ("- {id: a, type: boolean, default: 1}", "the default must be true or false"),
        ("- {id: a, type: email, default: nobody}", "the default must be an e-mail address"),
        ("- {id: a, type: list, default: x}", "the default must be a list"),
        ("- {id: a, type: list, default: [1]}", "the default must hold texts only"),
        ("a: {type: text}", "options must be a list"),
    ],
)
def test_an_option_that_cannot_be_chosen_is_refused(text: str, said: str) -> None:
    _, problems = _read(text)
    assert len(problems) == 1
    assert said in problems[0]


@pytest.mark.parametrize("address", ["qa@agency.example", "a.b+c@x.org"])
def test_an_address_fits_an_email_option(address: str) -> None:
    assert refusal(OptionType.EMAIL, (), address) == ""


@pytest.mark.parametrize(
    "address", ["qa", "a b@c.org", "a@", "@b.org", "a@b.org\nBcc: c@d.org", "a@b@c.org", "<a@b.org>"]
)
def test_what_is_no_address_does_not(address: str) -> None:
    assert refusal(OptionType.EMAIL, (), address) == "must be an e-mail address"


@pytest.mark.parametrize("type_", list(OptionType))
def test_nothing_chosen_always_fits(type_: OptionType) -> None:
    assert refusal(type_, ("x",), None) == ""
