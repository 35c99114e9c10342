"""Filters that several lists share: what they cannot read they refuse, never pass over."""

import re
from datetime import date, datetime, timedelta

import django_filters
from django.core.exceptions import ValidationError
from django.forms import DateField, IntegerField
from django.utils.translation import gettext_lazy as _
from django_filters.fields import BaseRangeField, IsoDateTimeField
from drf_spectacular.utils import extend_schema_field

from crm.lib import clock

_LARGEST_ID = 2**63 - 1
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@extend_schema_field({"type": "integer", "minimum": 1, "maximum": _LARGEST_ID})
class IdFilter(django_filters.Filter):
    """Rows that point at one by its id: `client=17`."""

    field_class = IntegerField

    def __init__(self, *args, **kwargs):
        super().__init__(*args, min_value=1, max_value=_LARGEST_ID, **kwargs)


@extend_schema_field({"type": "boolean"})
class YesNoFilter(django_filters.TypedChoiceFilter):
    """`true` or `false`; Django's own takes anything else for no filter at all."""

    def __init__(self, *args, **kwargs):
        answers = (("true", _("Yes")), ("false", _("No")))
        super().__init__(*args, choices=answers, coerce="true".__eq__, **kwargs)


class _DayField(DateField):
    """A day as programs and date fields write it; Django's own reads 2026-1-5 too."""

    def strptime(self, value, _format):
        if not _DAY.fullmatch(value):
            raise ValueError(value)
        return date.fromisoformat(value)


class DayFilter(django_filters.DateFilter):
    """A day, written 2026-11-23."""

    field_class = _DayField


class _SpanField(BaseRangeField):
    """Two ends with a comma between them."""

    default_error_messages = {
        "invalid_values": _("Two ends with a comma between them: 2026-11-01,2026-11-30."),
    }

    def clean(self, value):
        ends = super().clean(value)
        if ends and None in ends:
            raise ValidationError(self.error_messages["invalid_values"], code="invalid_values")
        return ends


@extend_schema_field({"type": "string"})
class DaysFilter(django_filters.BaseRangeFilter, DayFilter):
    """Days from the first to the last, both included: `day=2026-11-01,2026-11-30`."""

    base_field_class = _SpanField

    def __init__(self, *args, **kwargs):
        super().__init__(*args, lookup_expr="range", **kwargs)


class _EndField(_DayField):
    """A day, or a moment with its offset from UTC."""

    def to_python(self, value):
        if value in self.empty_values or _DAY.fullmatch(value):
            return super().to_python(value)
        return IsoDateTimeField().to_python(value)


class _EndFilter(django_filters.Filter):
    field_class = _EndField


@extend_schema_field({"type": "string"})
class SpanFilter(django_filters.BaseRangeFilter, _EndFilter):
    """Moments between two days of Shanghai, or two moments; both ends belong to it.

    `between=2026-11-01,2026-11-30`, or `between=2026-11-23T00:00:00Z,2026-11-23T12:00:00Z`.
    """

    base_field_class = _SpanField

    def filter(self, qs, value):
        if not value:
            return qs
        first, last = value
        if not isinstance(first, datetime):
            first = clock.start_of_day(first)
        until = {f"{self.field_name}__lte": last}
        if not isinstance(last, datetime):
            until = {f"{self.field_name}__lt": clock.start_of_day(last + timedelta(days=1))}
        return qs.filter(**{f"{self.field_name}__gte": first}, **until)
