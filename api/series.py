"""Recurring follow-ups: their rule, the days left out or moved, and their end."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action

from api.views import ReadOnlyResource
from clients.followups import actions, recurring
from clients.followups.actions.series import MOST
from clients.followups.filters import SeriesFilter
from clients.followups.models import Every
from clients.models import Series
from crm.lib import clock
from managers.access.scopes import Group

AHEAD = 6  # coming days that one answer tells


class SeriesSerializer(serializers.ModelSerializer):
    """A follow-up that recurs; its occurrences are follow-ups that name it as `series`."""

    rule = serializers.CharField(
        read_only=True, help_text="RRULE of RFC 5545, counted from `begins_on`."
    )
    exceptions = serializers.DictField(
        child=serializers.CharField(allow_blank=True),
        read_only=True,
        help_text="Days left out, each with the day to which it moved or an empty string.",
    )

    class Meta:
        model = Series
        fields = [
            *("id", "client", "every", "rule", "begins_on", "exceptions", "channel", "purpose"),
            *("from_time", "to_time", "created_by", "created_at", "ended_at"),
        ]


class SeriesDetailSerializer(SeriesSerializer):
    """A recurring follow-up with its coming days."""

    coming = serializers.SerializerMethodField(help_text="The next days, that of today included.")

    class Meta(SeriesSerializer.Meta):
        fields = [*SeriesSerializer.Meta.fields, "coming"]

    def get_coming(self, series) -> list[str]:
        if series.ended_at:
            return []
        days = recurring.coming(series, first=clock.today(), number=AHEAD)
        return [day.isoformat() for day in days]


class ChangeDaySerializer(serializers.Serializer):
    """Which of its coming days, and to which one it moves; without `to` it is left out."""

    day = serializers.DateField()
    to = serializers.DateField(required=False, allow_null=True)


class ChangeRuleSerializer(serializers.Serializer):
    """How often from which day on; `until` or `times` end it."""

    every = serializers.ChoiceField(Every.choices)
    begins_on = serializers.DateField()
    until = serializers.DateField(required=False, allow_null=True)
    times = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=MOST)

    def validate(self, given):
        """There is one end at most."""
        if given.get("until") and given.get("times"):
            sentence = _("Please give a last day or a number, not both.")
            raise serializers.ValidationError({"times": sentence})
        return given


@extend_schema_view(
    list=extend_schema(
        description="Recurring follow-ups of the clients whose file the caller may open. They are"
        " begun by booking a follow-up with `every`."
    ),
    retrieve=extend_schema(
        responses=SeriesDetailSerializer, description="One recurring follow-up."
    ),
)
class SeriesViewSet(ReadOnlyResource):
    """Recurring follow-ups: leave days out or move them, change the rule, end."""

    token_group = Group.WORK
    model = Series
    serializer_class = SeriesSerializer
    detail_serializer_class = SeriesDetailSerializer
    filterset_class = SeriesFilter
    orderings = {"-created_at": ("-created_at", "-pk"), "created_at": ("created_at", "pk")}

    def visible(self):
        return Series.objects.visible_to(self.request.user).select_related("client")

    @extend_schema(
        request=ChangeDaySerializer,
        responses=SeriesDetailSerializer,
        description="Leave one coming day out, or move it. 409 for a day on which it does not come"
        " or that is booked already.",
        examples=[
            OpenApiExample(
                "Moved", value={"day": "2026-12-24", "to": "2026-12-23"}, request_only=True
            )
        ],
    )
    @action(detail=True, methods=["post"], url_path="change-day")
    def change_day(self, request, pk):
        given = self.read_input(ChangeDaySerializer)
        return self.answer(actions.change_day(self.get_object(), **given, **self.act()))

    @extend_schema(
        request=ChangeRuleSerializer,
        responses=SeriesDetailSerializer,
        description="Let it recur by another rule from a day on; what is booked stays. 409 for a"
        " day that is over and for an end before the beginning.",
        examples=[
            OpenApiExample(
                "Each month",
                value={"every": "month", "begins_on": "2026-12-01", "times": 6},
                request_only=True,
            )
        ],
    )
    @action(detail=True, methods=["post"], url_path="change-rule")
    def change_rule(self, request, pk):
        given = self.read_input(ChangeRuleSerializer)
        return self.answer(actions.change_rule(self.get_object(), **given, **self.act()))

    @extend_schema(
        request=None,
        responses=SeriesDetailSerializer,
        description="Nothing further comes; what is open is called off.",
    )
    @action(detail=True, methods=["post"])
    def end(self, request, pk):
        return self.answer(actions.end(self.get_object(), **self.act()))
