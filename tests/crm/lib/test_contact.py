from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.lib.contact import normal_identity, normal_phone


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("13812345678", "13812345678"),
        ("138 1234 5678", "13812345678"),
        ("+86-138-1234-5678", "13812345678"),
        ("0086 13812345678", "13812345678"),
        ("１３８１２３４５６７８", "13812345678"),
        ("(021) 1234 5678", "02112345678"),
        ("+86 21 1234 5678", "02112345678"),
        ("010-12345678", "01012345678"),
        ("0571-8765432", "05718765432"),
        ("400-810-8888", "4008108888"),
        ("+44 7911 123456", "+447911123456"),
        ("00 44 7911 123456", "+447911123456"),
        ("+852 5123 4567", "+85251234567"),
    ],
)
def test_a_phone_number_has_one_normal_form(typed, normal):
    assert normal_phone(typed) == normal
    assert normal_phone(normal) == normal


def test_a_number_without_a_country_code_belongs_to_the_region():
    assert normal_phone("07911 123456", region="GB") == "+447911123456"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "only digits"),
        ("call me", "only digits"),
        ("1-800-FLOWERS", "only digits"),
        ("021 1234 5678 ext 9", "only digits"),
        ("13812345678/13912345678", "only digits"),
        ("+", "only digits"),
        ("1", "not a phone number"),
        ("+999 123456", "not a phone number"),
        ("1381234567", "11 digits; this one has 10"),
        ("138123456789", "11 digits; this one has 12"),
        ("12345678", "11 digits; this one has 8"),
        ("62345678", "area code"),
        ("95588", "area code"),
        ("+44 79", "too short or too long"),
    ],
)
def test_a_wrong_phone_number_is_refused_with_the_reason(typed, reason):
    with pytest.raises(ValueError, match=reason):
        normal_phone(typed)


@pytest.mark.parametrize(
    "typed",
    ["11010519491231002X", "11010519491231002x", " 110105 19491231 002X ", "110105-19491231-002X"],
)
def test_an_identity_number_has_one_normal_form(typed):
    assert normal_identity(typed) == "11010519491231002X"


@pytest.mark.parametrize(
    "typed", ["110105491231002", "110105 491231 002", "１１０１０５４９１２３１００２"]
)
def test_an_old_number_of_15_digits_is_the_same_person_as_the_new_one(typed):
    assert normal_identity(typed) == "11010519491231002X"


def test_the_region_of_an_old_number_may_be_one_that_was_dissolved():
    assert normal_identity("110103491231002").startswith(
        "11010319491231002"
    )  # Chongwen, until 2010


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "18 digits"),
        ("11010549123100", "18 digits"),
        ("110105490230002", "birth date"),
        ("990105491231002", "No region"),
        ("119905491231002", "No region"),
        ("1101051949123100ZX", "18 digits"),
        ("110105194912310021", "check digit"),
        ("11010519491230002X", "check digit"),
        ("110105194902300028", "birth date"),
    ],
)
def test_a_wrong_identity_number_is_refused_with_the_reason(typed, reason):
    with pytest.raises(ValueError, match=reason):
        normal_identity(typed)


@given(position=st.integers(0, 16), digit=st.sampled_from("0123456789"))
def test_one_mistyped_digit_is_always_noticed(position, digit):
    right = "11010519491231002X"
    typed = right[:position] + digit + right[position + 1 :]

    if typed == right:
        assert normal_identity(typed) == right
    else:
        with pytest.raises(ValueError, match=r"check digit|birth date"):
            normal_identity(typed)


@given(st.text())
def test_any_text_is_either_a_number_or_refused_in_words(text):
    for normal in (normal_phone, normal_identity):
        with suppress(ValueError):
            assert normal(normal(text)) == normal(text)
