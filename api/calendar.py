"""The bank's working calendar."""

from datetime import date, timedelta

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from crm.workdays import work_calendar
from managers.access.scopes import ANY


class CalendarDaySerializer(serializers.Serializer):
    """A day of the calendar; provisional until the State Council has announced its year."""

    date = serializers.DateField()
    is_workday = serializers.BooleanField()
    name = serializers.CharField(help_text="Name of the holiday, empty on plain days.")
    is_provisional = serializers.BooleanField()


class CalendarYearSerializer(serializers.Serializer):
    """All days of the year, in order."""

    results = CalendarDaySerializer(many=True)


class CalendarDaysView(APIView):
    """Days of one year."""

    token_group = ANY

    @extend_schema(
        operation_id="calendar_days_list",
        parameters=[
            OpenApiParameter(
                "year", int, required=True, description="From 2004 to 2100.", examples=[]
            )
        ],
        responses=CalendarYearSerializer,
        description="Working days and holidays of a year (rules F5). Another year: 400.",
    )
    def get(self, request):
        unknown = set(request.query_params) - {"year"}
        if unknown:
            raise ValidationError({name: [_("This list has no such filter.")] for name in unknown})
        text = request.query_params.get("year", "")
        if not text.isdecimal() or not 2004 <= int(text) <= 2100:
            raise ValidationError({"year": [_("A year from 2004 to 2100.")]})
        return Response({"results": CalendarDaySerializer(_days(int(text)), many=True).data})


def _days(year: int) -> list[dict]:
    calendar, first = work_calendar(), date(year, 1, 1)
    days = [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]
    return [
        {
            "date": day,
            "is_workday": calendar.is_workday(day),
            "name": calendar.name(day),
            "is_provisional": calendar.is_provisional(day),
        }
        for day in days
    ]
