import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.lib import masking


def revealed(mask):
    return mask.replace("*", "").replace(" ", "")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("王小明", "王**"),
        ("王明", "王**"),
        (" 王小明 ", "王**"),
        ("欧阳小明", "欧阳*"),
        ("欧阳", "欧**"),
        ("阿依古丽·买买提", "阿**"),
        ("王", "***"),
        ("Jane Smith", "J*** S***"),
        ("Jane  Mary Smith", "J*** M*** S***"),
        ("", ""),
        (" ", ""),
    ],
)
def test_of_a_name_the_surname_is_shown(name, shown):
    assert masking.name(name) == shown


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13812345678", "138****5678"),
        ("02112345678", "021****5678"),
        ("+447911123456", "+44****3456"),
        ("12345678", "****5678"),
        ("95588", "****"),
        ("", ""),
    ],
)
def test_of_a_phone_number_the_ends_are_shown(phone, shown):
    assert masking.phone(phone) == shown


@pytest.mark.parametrize(
    ("identity", "shown"),
    [("11010519491231002X", "1****************X"), ("E1234", "****"), ("", "")],
)
def test_of_an_identity_number_the_first_and_last_are_shown(identity, shown):
    assert masking.identity(identity) == shown


@pytest.mark.parametrize(
    ("card", "shown"),
    [("6222 0212 3456 7890", "****7890"), ("62220212345678901", "****8901"), ("123", "****")],
)
def test_of_a_card_the_last_four_are_shown(card, shown):
    assert masking.card(card) == shown


@pytest.mark.parametrize(
    ("email", "shown"),
    [
        ("zhang.san@mail.example", "z***@mail.example"),
        ("z@mail.example", "z***@mail.example"),
        ("@mail.example", "***"),
        ("not an address", "***"),
        ("", ""),
    ],
)
def test_of_an_address_the_first_letter_and_the_domain_are_shown(email, shown):
    assert masking.email(email) == shown


digits = st.text("0123456789", max_size=30)
han = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=8)


@given(digits)
def test_no_number_is_shown_but_for_its_allowed_digits(text):
    assert len(revealed(masking.phone(text))) <= 7
    assert len(revealed(masking.identity(text))) <= 2
    assert len(revealed(masking.card(text))) <= 4


@given(digits.filter(bool))
def test_at_least_four_digits_of_any_number_stay_hidden(text):
    hidden = [
        len(text) - len(revealed(mask(text)))
        for mask in (masking.phone, masking.identity, masking.card)
    ]

    assert min(hidden) >= min(len(text), 4)


@given(han)
def test_of_a_chinese_name_never_more_than_the_surname_is_shown(text):
    shown = revealed(masking.name(text))

    assert len(shown) <= min(2, len(text) - 1)
    assert text.startswith(shown)


@given(st.text())
def test_any_text_can_be_masked(text):
    for mask in (masking.name, masking.phone, masking.identity, masking.card, masking.email):
        assert isinstance(mask(text), str)
