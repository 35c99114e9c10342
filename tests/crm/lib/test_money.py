from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.core.exceptions import FieldError, ValidationError
from django.db.models import Avg, F, Max, Sum, Value
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.lib.money import MoneyField, PointsField, compact, exact, round_cents

amounts = st.decimals(
    min_value="-9999999999999999.99", max_value="9999999999999999.99", places=2
).filter(Decimal.is_finite)
shared_table = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@shared_table
@given(amount=amounts)
def test_an_amount_comes_back_from_the_database_to_the_cent(purses, amount):
    purses.all().delete()
    purses.create(pk=1, amount=amount)

    assert purses.get(amount=amount).amount == amount
    assert str(purses.get().amount.as_tuple().exponent) == "-2"


@settings(parent=shared_table, max_examples=25)
@given(owned=st.lists(amounts.map(lambda amount: amount / 1000).map(round_cents), max_size=20))
def test_the_database_adds_and_orders_amounts_exactly(purses, owned):
    purses.all().delete()
    for pk, amount in enumerate(owned):
        purses.create(pk=pk, amount=amount)

    assert purses.aggregate(total=Sum("amount", default=Decimal(0)))["total"] == sum(owned)
    assert [*purses.order_by("amount").values_list("amount", flat=True)] == sorted(owned)


def test_three_times_ten_cents_are_thirty_cents(purses):
    for pk in range(3):
        purses.create(pk=pk, amount=Decimal("0.10"))

    assert purses.aggregate(total=Sum("amount"))["total"] == Decimal("0.30")


def test_amounts_can_be_filtered_by_what_people_compare_them_with(purses):
    for pk, amount in enumerate(["49999.99", "50000.00", "50000.01"]):
        purses.create(pk=pk, amount=Decimal(amount))

    def found(**by):
        return [*purses.filter(**by).order_by("pk").values_list("pk", flat=True)]

    assert found(amount__gte=50_000) == [1, 2]
    assert found(amount__lt=Decimal("50000")) == [0]
    assert found(amount__range=("49999.99", "50000.00")) == [0, 1]
    assert found(amount__in=[Decimal("50000.01")]) == [2]
    assert found(limit__isnull=True) == [0, 1, 2]


def test_columns_add_subtract_and_multiply_in_the_database(purses):
    purses.create(pk=1, amount=Decimal("10.50"), limit=Decimal("4.25"), points=Decimal("1.50"))
    row = purses.annotate(
        both=F("amount") + F("limit"),
        left=F("amount") - F("limit"),
        twice=F("amount") * 2,
        more=F("amount") + Value(Decimal("0.01"), MoneyField()),
        score=F("points") + F("points"),
    ).get()

    assert (row.both, row.left, row.twice) == (Decimal("14.75"), Decimal("6.25"), Decimal("21.00"))
    assert (row.more, row.score) == (Decimal("10.51"), Decimal("3.00"))

    purses.update(amount=F("amount") - F("limit"))
    assert purses.get().amount == Decimal("6.25")


@pytest.mark.parametrize("mixed", [F("amount") + F("points"), F("amount") + Decimal("1.00")])
def test_amounts_are_not_added_to_what_is_no_amount(purses, mixed):
    purses.create(pk=1)

    with pytest.raises(FieldError, match="Cannot infer type"):
        purses.annotate(mixed=mixed).get()


def test_an_average_is_rounded_to_the_cent(purses):
    for pk, amount in enumerate(["0.01", "0.02"]):
        purses.create(pk=pk, amount=Decimal(amount))

    assert purses.aggregate(mean=Avg("amount"), most=Max("amount")) == {
        "mean": Decimal("0.02"),
        "most": Decimal("0.02"),
    }


@pytest.mark.parametrize(
    "value",
    [
        0.1,
        True,
        Decimal("0.001"),
        Decimal("NaN"),
        Decimal("Infinity"),
        Decimal("1E+17"),
        Decimal("1E+999999"),
        "ten",
        "",
        b"1",
    ],
)
@pytest.mark.parametrize("field", [MoneyField(), PointsField()])
def test_what_is_not_an_exact_amount_is_refused(field, value):
    with pytest.raises((TypeError, ValueError)):
        field.get_prep_value(value)
    with pytest.raises(ValidationError, match="not an amount"):
        field.to_python(value)


def test_a_form_takes_an_amount_with_two_decimals():
    field = MoneyField(blank=True).formfield()

    assert field.clean("1234.5") == Decimal("1234.5")
    with pytest.raises(ValidationError, match="2 decimal places"):
        field.clean("1.005")


def test_an_empty_amount_stays_empty():
    field = MoneyField(null=True)

    assert field.to_python(None) is None
    assert field.get_prep_value(None) is None


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=4))
def test_half_a_cent_goes_away_from_zero(amount):
    rounded = round_cents(amount)

    assert abs(rounded - amount) <= Decimal("0.005")
    assert rounded == amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("1234567", "¥1,234,567.00"),
        ("0", "¥0.00"),
        ("-0.004", "¥0.00"),
        ("1234567.005", "¥1,234,567.01"),
        ("-620000", "−¥620,000.00"),
    ],
)
def test_an_exact_amount_shows_every_cent(amount, words):
    assert exact(Decimal(amount)) == words


def test_another_currency_goes_by_its_code():
    assert exact(Decimal("-1234.5"), "CZK") == "−CZK 1,234.50"


@pytest.mark.parametrize(
    ("amount", "english", "chinese"),
    [
        ("0", "¥0", "¥0"),
        ("999.49", "¥999", "¥999"),
        ("999.50", "¥1K", "¥1,000"),
        ("9999.50", "¥10K", "¥1.0万"),
        ("864000", "¥864K", "¥86.4万"),
        ("999999", "¥1.00M", "¥100.0万"),
        ("1234567", "¥1.23M", "¥123.5万"),
        ("-620000", "−¥620K", "−¥62.0万"),
        ("99999999", "¥100.00M", "¥1.0亿"),
        ("123456789", "¥123.46M", "¥1.2亿"),
        ("999999999.99", "¥1.00B", "¥10.0亿"),
        ("1234567890123", "¥1,234.57B", "¥12,345.7亿"),
    ],
)
def test_a_compact_amount_is_rounded_to_the_unit_people_say(amount, english, chinese):
    assert compact(Decimal(amount), "en") == english
    assert compact(Decimal(amount), "zh-hans") == chinese
