from app.domain.schema import TypeFamily
from app.policy.masks import MASKS
from app.services.mask_choices import mask_choices


def test_every_mask_can_be_chosen_with_its_help_and_its_parameters() -> None:
    choices = {choice.name: choice for choice in mask_choices()}
    assert list(choices) == list(MASKS)
    for name, choice in choices.items():
        assert choice.title
        assert choice.help
        assert choice.families <= {str(family) for family in TypeFamily}
        assert [p.id for p in choice.parameters] == [p.name for p in MASKS[name].parameters]
