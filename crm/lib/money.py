"""Money and points: exact in Python, whole hundredths in the database, short on a page.

SQLite keeps a decimal as a float (three times 0.10 is not 0.30 there), so amounts
are stored as BIGINT fen, points as BIGINT hundredths.
"""

from decimal import ROUND_HALF_UP, Context, Decimal, Inexact, InvalidOperation

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.expressions import Combinable, register_combinable_fields
from django.utils.translation import gettext_lazy as _

CENT = Decimal("0.01")
MAX_DIGITS = 18  # two of them after the point: well inside a BIGINT
MINUS = "\N{MINUS SIGN}"

_UNIT = Decimal(1)
_EXACT = Context(prec=MAX_DIGITS, traps=[Inexact, InvalidOperation])
_WIDE = Context(prec=60)  # room for a product of two amounts before it is rounded
_SYMBOLS = {"CNY": "¥"}

# (size of the unit, smallest step shown in it, name), smallest first.
_ENGLISH_UNITS = (
    (1, _UNIT, ""),
    (10**3, _UNIT, "K"),
    (10**6, CENT, "M"),
    (10**9, CENT, "B"),
)
_CHINESE_UNITS = (
    (1, _UNIT, ""),
    (10**4, Decimal("0.1"), "万"),
    (10**8, Decimal("0.1"), "亿"),
)


def round_cents(amount: Decimal) -> Decimal:
    """The amount in whole cents; half a cent goes away from zero."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP, context=_WIDE)


def exact(amount: Decimal, currency: str = "CNY") -> str:
    """The amount to the cent: ¥1,234,567.00; another currency goes by its code: CZK 1,234.00."""
    cents = round_cents(amount)
    symbol = _SYMBOLS.get(currency, f"{currency} ")
    return f"{_sign(cents)}{symbol}{abs(cents):,}"


def compact(amount: Decimal, language: str) -> str:
    """A CNY amount at a glance: ¥864K and ¥1.23M, in Chinese ¥86.4万 and ¥1.2亿."""
    units = _CHINESE_UNITS if language.startswith("zh") else _ENGLISH_UNITS
    for position, (size, step, name) in enumerate(units, start=1):
        short = (amount / size).quantize(step, rounding=ROUND_HALF_UP, context=_WIDE)
        # Compared after rounding: 999,999 is ¥1.00M, not ¥1,000K.
        if position == len(units) or abs(short) * size < units[position][0]:
            return f"{_sign(short)}¥{abs(short):,}{name}"
    raise AssertionError("The largest unit holds every amount.")


class HundredthsField(models.Field):
    """An exact Decimal with two places, stored as a whole number of hundredths.

    It filters, orders and adds up in the database: sums and differences of two such
    columns, or a column times a whole number, come back as amounts. A constant in
    such an expression must say what it is, `F("aum") + Value(amount, MoneyField())`:
    a bare number would reach the database as hundredths. Floats, NaN and a third
    decimal are refused, never rounded.
    """

    empty_strings_allowed = False

    def db_type(self, connection):
        # Not through get_internal_type(): Django would cut an average down to a whole fen.
        return models.BigIntegerField().db_type(connection)

    def to_python(self, value):
        if value is None:
            return None
        try:
            return _from_hundredths(_to_hundredths(value))
        except (TypeError, ValueError) as refused:
            raise ValidationError(
                _("“%(value)s” is not an amount with at most two decimals."),
                code="invalid",
                params={"value": value},
            ) from refused

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return None if value is None else _to_hundredths(value)

    def from_db_value(self, value, expression, connection):
        return None if value is None else _from_hundredths(value)

    def value_to_string(self, obj):
        return str(self.value_from_object(obj))

    def formfield(self, **kwargs):
        as_decimal = {
            "form_class": forms.DecimalField,
            "max_digits": MAX_DIGITS,
            "decimal_places": 2,
        }
        return super().formfield(**(as_decimal | kwargs))


class MoneyField(HundredthsField):
    """An amount in CNY."""

    description = _("Amount in CNY")


class PointsField(HundredthsField):
    """Points or a score with two places; no currency, and never mixed with money."""

    description = _("Points with two places")


for _kind in (MoneyField, PointsField):
    for _connector in (Combinable.ADD, Combinable.SUB):
        register_combinable_fields(_kind, _connector, _kind, _kind)
    register_combinable_fields(_kind, Combinable.MUL, models.IntegerField, _kind)
    register_combinable_fields(models.IntegerField, Combinable.MUL, _kind, _kind)


def _sign(amount: Decimal) -> str:
    return MINUS if amount < 0 else ""


def _to_hundredths(value: Decimal | int | str) -> int:
    if isinstance(value, bool) or not isinstance(value, Decimal | int | str):
        raise TypeError(f"{type(value).__name__} is not an exact amount.")
    try:
        amount = Decimal(value)
        if not amount.is_finite():
            raise ValueError(f"{value} is not an amount.")
        return int(amount.quantize(CENT, context=_EXACT).scaleb(2))
    except ArithmeticError as refused:
        raise ValueError(f"{value} is not an amount with at most two decimals.") from refused


def _from_hundredths(value: int | Decimal | float) -> Decimal:
    # An average comes back as a fraction of a cent, from SQLite as a float.
    if not isinstance(value, int):
        value = Decimal(value).quantize(_UNIT, rounding=ROUND_HALF_UP, context=_WIDE)
    return Decimal(value).scaleb(-2)
