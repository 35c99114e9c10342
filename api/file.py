"""What clients told: the days that return each year."""

import django_filters as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from api.views import ReadOnlyResource
from clients.file.rules import occurrence
from clients.models import ImportantDate
from crm.lib import clock
from crm.lib.filtering import IdFilter
from managers.access.scopes import Group


class ImportantDateSerializer(serializers.ModelSerializer):
    """A day of the year, solar or lunar; `next_on` is when it comes next, by the solar calendar."""

    next_on = serializers.SerializerMethodField(help_text="Null beyond the lunar tables.")

    class Meta:
        model = ImportantDate
        fields = [
            "id",
            "client",
            "kind",
            "whose",
            "label",
            "calendar",
            "month",
            "day",
            "is_leap_month",
            "year",
            "next_on",
            "version",
        ]

    def get_next_on(self, row) -> str | None:
        day = occurrence(row, on=clock.today())
        return day.on.isoformat() if day else None


class ImportantDateFilter(filters.FilterSet):
    """Dates of a client or of a kind."""

    client = IdFilter(field_name="client_id")
    date_kind = filters.ChoiceFilter(field_name="kind", choices=ImportantDate.Kind.choices)

    class Meta:
        model = ImportantDate
        fields = ["client", "date_kind"]


@extend_schema_view(
    list=extend_schema(description="Important dates of clients whose file the caller may open."),
    retrieve=extend_schema(description="One important date."),
)
class ImportantDateViewSet(ReadOnlyResource):
    """Important dates."""

    token_group = Group.CLIENTS
    model = ImportantDate
    serializer_class = ImportantDateSerializer
    filterset_class = ImportantDateFilter
    orderings = {"id": ("pk",)}

    def visible(self):
        return ImportantDate.objects.visible_to(self.request.user)
