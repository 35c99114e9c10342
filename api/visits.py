"""Visits outside: plan them, the way of a day in the order of the person, and what was told."""

from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    extend_schema,
    extend_schema_field,
    extend_schema_view,
)
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from api.appointments import AppointmentSerializer
from api.clients import OwnClientField
from api.people import posted_staff
from api.prospects import FirstVisitSerializer
from api.views import ReadOnlyResource
from clients.appointments import actions as appointments
from clients.appointments.models import Kind
from clients.models import Appointment, FirstVisit
from clients.prospecting import actions, queries, rules
from clients.prospecting.filters import VisitFilter
from crm.lib import clock
from managers.access.scopes import Group

_MOST = 100  # visits of a day; nobody makes more


class VisitSerializer(AppointmentSerializer):
    """A visit outside: an appointment with a `place`, by the appointment's id."""

    class Meta(AppointmentSerializer.Meta):
        fields = [
            name
            for name in AppointmentSerializer.Meta.fields
            if name not in ("org_unit", "room", "cash")
        ]


class VisitDetailSerializer(VisitSerializer):
    """A visit, with what the first visit told and what the caller may do here.

    Confirm, move, call off and hold it under `appointments/`, by the same id.
    """

    first_visit = serializers.SerializerMethodField(
        help_text="Null before it is recorded, and for who may not open the file."
    )
    allowed_actions = serializers.SerializerMethodField(help_text="Verbs open to the caller now.")

    class Meta(VisitSerializer.Meta):
        fields = [*VisitSerializer.Meta.fields, "first_visit", "allowed_actions"]

    @extend_schema_field(FirstVisitSerializer(allow_null=True))
    def get_first_visit(self, visit):
        record = queries.record_of(self.context["request"].user, visit)
        return FirstVisitSerializer(record).data if record else None

    def get_allowed_actions(self, visit) -> list[str]:
        return rules.visit_actions(self.context["request"].user, visit, on=clock.today())


class NewVisitSerializer(serializers.Serializer):
    """What a visit outside needs; the host is the client's owner, `staff` come along."""

    client = OwnClientField()
    kind = serializers.ChoiceField(Kind.choices, default=Kind.ADVICE)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    place = serializers.CharField(max_length=120)
    staff = serializers.PrimaryKeyRelatedField(
        queryset=posted_staff(), many=True, required=False, help_text="Who comes along."
    )
    purpose = serializers.CharField(max_length=200, required=False, allow_blank=True)
    is_agreed = serializers.BooleanField(required=False, help_text="The client has agreed.")


class RecordSerializer(serializers.ModelSerializer):
    """What was told on this visit; what is not named stays as it is."""

    class Meta:
        model = FirstVisit
        fields = [*FirstVisit.WORDS]


class StopSerializer(VisitSerializer):
    """A stop on the way; `stop` is null where the caller has not ordered it: then by time."""

    stop = serializers.IntegerField(allow_null=True)

    class Meta(VisitSerializer.Meta):
        fields = ["stop", *VisitSerializer.Meta.fields]


class RouteSerializer(serializers.Serializer):
    """The caller's visits outside of one day, in the order of the way."""

    day = serializers.DateField()
    visits = StopSerializer(many=True)


class WayQuerySerializer(serializers.Serializer):
    """Which day, and in which order."""

    day = serializers.DateField(required=False)
    order = serializers.ChoiceField([("own", "own"), ("place", "place")], default="own")


class OrderSerializer(serializers.Serializer):
    """The day's visits in the order in which the caller means to make them; none: by time."""

    day = serializers.DateField(required=False, help_text="Today without it.")
    visits = serializers.ListField(
        child=serializers.IntegerField(min_value=1), max_length=_MOST, allow_empty=True
    )


@extend_schema_view(
    list=extend_schema(description="Visits outside, of files that the caller opens and own ones."),
    retrieve=extend_schema(responses=VisitDetailSerializer, description="One visit outside."),
)
class VisitViewSet(ReadOnlyResource):
    """Visits outside: plan one, order the way of a day, keep what was told."""

    token_group = Group.WORK
    model = Appointment
    serializer_class = VisitSerializer
    detail_serializer_class = VisitDetailSerializer
    filterset_class = VisitFilter
    orderings = {
        "starts_at": ("starts_at", "pk"),
        "-starts_at": ("-starts_at", "-pk"),
        "place": ("place", "pk"),
    }

    def visible(self):
        return queries.visits_outside(self.request.user).for_list()

    @extend_schema(
        request=NewVisitSerializer,
        responses={201: VisitDetailSerializer},
        description="Plan a visit outside (rules F9). 409 when somebody is busy then.",
        examples=[
            OpenApiExample(
                "A joint visit",
                value={
                    "client": 17,
                    "starts_at": "2026-11-24T10:00:00+08:00",
                    "ends_at": "2026-11-24T11:00:00+08:00",
                    "place": "Lakeside Garden, clubhouse",
                    "staff": [11],
                },
                request_only=True,
            )
        ],
    )
    def create(self, request):
        given = self.read_input(NewVisitSerializer)
        made = appointments.book(given.pop("client"), **given, **self.act())
        return self.answer(made, status=status.HTTP_201_CREATED)

    @extend_schema(
        request=RecordSerializer,
        responses=VisitDetailSerializer,
        description="Keep what a prospect told on this visit (rules E10); 409 before its day.",
        examples=[OpenApiExample("At home", value={"needs": "A house in 2028"}, request_only=True)],
    )
    @action(detail=True, methods=["post"])
    def record(self, request, pk):
        visit, told = self.get_object(), self.read_input(RecordSerializer)
        met_on = clock.local(visit.starts_at).date()
        actions.record_first_visit(visit.client, met_on=met_on, **told, **self.act())
        return self.answer(visit)

    @extend_schema(
        parameters=[
            OpenApiParameter("day", {"type": "string", "format": "date"}, description="Or today."),
            OpenApiParameter("order", str, enum=["own", "place"], description="Own by default."),
        ],
        responses=RouteSerializer,
        filters=False,
        description="The caller's way of a day: in the own order, or by place to save ways.",
    )
    @action(detail=False, methods=["get"], filterset_class=None, pagination_class=None)
    def route(self, request):
        asked = WayQuerySerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        return self._way(given.get("day"), by_place=given["order"] == "place")

    @extend_schema(
        request=OrderSerializer,
        responses=RouteSerializer,
        description="Order the visits of a day. 412 where the day's visits are others by now.",
        examples=[OpenApiExample("Three stops", value={"visits": [9, 7, 8]}, request_only=True)],
    )
    @action(detail=False, methods=["post"])
    def order(self, request):
        given = self.read_input(OrderSerializer)
        day = given.get("day") or clock.today()
        actions.order_route(given["visits"], by=request.user, day=day)
        return self._way(day)

    def _way(self, day, *, by_place=False):
        day = day or clock.today()
        visits = queries.route(self.request.user, day=day, by_place=by_place)
        context = self.get_serializer_context()
        return Response(RouteSerializer({"day": day, "visits": visits}, context=context).data)
