"""One normal form for each phone and identity number, however a person typed it.

The normal form is what is sealed and what the blind index is made of, so that a
number is found again in any spelling.
"""

import re
import unicodedata

import phonenumbers
from django.utils.translation import gettext as _
from stdnum import numdb
from stdnum.cn import ric
from stdnum.exceptions import InvalidComponent

_CHINA = 86
_TYPED = re.compile(r"\+?[\d\s().-]+", re.ASCII)
_MOBILE = re.compile(r"1\d{10}")
_SERVICE = re.compile(r"[48]00\d{7}")  # dialled without a 0 before it
_LANDLINE = re.compile(r"10\d{8}|2\d{9}|[3-9]\d{9,10}")
_IDENTITY = re.compile(r"\d{17}[\dX]", re.ASCII)
_OLD_IDENTITY = re.compile(r"\d{15}", re.ASCII)  # until 1999: no century, no check digit
_SEPARATORS = re.compile(r"[\s-]+")


def normal_phone(text: str, region: str = "CN") -> str:
    """The number as it is dialled in China, a foreign one with its country code.

    138 1234 5678 and +86-138-1234-5678 are 13812345678; (021) 1234 5678 is 02112345678;
    +44 7911 123456 is +447911123456. `region` is where a number without a country code
    belongs. Whether its range is assigned is not asked. Raises ValueError with the
    reason in words.
    """
    typed = unicodedata.normalize("NFKC", text).strip()
    if not _TYPED.fullmatch(typed):
        raise ValueError(_("A phone number has only digits, spaces, hyphens and a leading +."))
    if region == "CN" and _MOBILE.fullmatch(typed):
        return typed  # the most there are, and parsing takes twenty times as long
    try:
        number = phonenumbers.parse(typed, region)
    except phonenumbers.NumberParseException as refused:
        raise ValueError(_("This is not a phone number.")) from refused
    national = phonenumbers.national_significant_number(number)
    if number.country_code == _CHINA:
        return _chinese_phone(national)
    if not phonenumbers.is_possible_number(number):
        raise ValueError(_("This number is too short or too long for its country."))
    return f"+{number.country_code}{national}"


def normal_identity(text: str) -> str:
    """A Chinese identity number of 18 digits without separators, its X in upper case.

    Its length, birth date and check digit must be right. One of 15 digits is given the century
    and the check digit that it has on the card of today, so that both forms are one person; as
    no check digit protects it, its region must exist. Raises ValueError with the reason in words.
    """
    number = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()
    is_old = _OLD_IDENTITY.fullmatch(number)
    if is_old:
        number = _lengthened(number)
    if not _IDENTITY.fullmatch(number):
        raise ValueError(
            _("An identity number has 18 digits, the last one may be X, or 15 in its old form.")
        )
    try:
        ric.get_birth_date(number)
    except InvalidComponent as refused:
        raise ValueError(_("The birth date in this identity number does not exist.")) from refused
    if is_old and not _is_region(number[:6]):
        raise ValueError(_("No region has the first six digits of this identity number."))
    if ric.calc_check_digit(number) != number[-1]:
        raise ValueError(_("The check digit is wrong: a digit of this number was mistyped."))
    return number


def _lengthened(old: str) -> str:
    """A number of 15 digits as it has been since 1999; all its owners were born in the 1900s."""
    number = f"{old[:6]}19{old[6:]}"
    return number + ric.calc_check_digit(f"{number}0")


def _is_region(code: str) -> bool:
    """Whether a county has, or once had, this code."""
    return any("county" in facts for _part, facts in numdb.get("cn/loc").info(code))


def _chinese_phone(national: str) -> str:
    if _MOBILE.fullmatch(national) or _SERVICE.fullmatch(national):
        return national
    if _LANDLINE.fullmatch(national):
        return f"0{national}"
    if national.startswith("1"):
        raise ValueError(
            _("A Chinese mobile number has 11 digits; this one has %(count)d.")
            % {"count": len(national)}
        )
    raise ValueError(_("A landline number needs its area code, as in 021 1234 5678."))
