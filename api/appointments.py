"""Appointments: visits that are booked, their four steps, and what became of them."""

from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action

from api.clients import OwnClientField
from api.followups import NextStepSerializer, ReasonSerializer
from api.people import posted_staff
from api.views import ReadOnlyResource
from clients.appointments import actions, rules
from clients.appointments.filters import AppointmentFilter
from clients.appointments.models import Kind, Step
from clients.appointments.queries import told_in_full
from clients.models import Appointment, Room
from crm import words
from crm.lib import clock
from managers.access.scopes import Group


class AppointmentListSerializer(serializers.ListSerializer):
    """Asks once, for all rows, which of them the caller reads in full."""

    def to_representation(self, data):
        rows = list(data)
        self.child.context["in_full"] = told_in_full(self.context["request"].user, rows)
        return super().to_representation(rows)


class AppointmentSerializer(serializers.ModelSerializer):
    """A visit.

    `purpose`, `cash` and `cancel_reason` are empty for who neither opens the file nor takes part.
    """

    client_name = serializers.SerializerMethodField(help_text="Masked name.")
    staff = serializers.SerializerMethodField(help_text="Who takes part, the host first.")
    purpose = serializers.SerializerMethodField(help_text="What about.")
    cash = serializers.SerializerMethodField(help_text="CNY to have ready, or null.")
    cancel_reason = serializers.SerializerMethodField(help_text="Why it was called off.")
    org_unit = serializers.IntegerField(
        source="unit_id", allow_null=True, help_text="The outlet, null for a place outside."
    )
    clashes = serializers.BooleanField(help_text="Somebody who takes part is busy then.")

    class Meta:
        model = Appointment
        list_serializer_class = AppointmentListSerializer
        fields = [
            "id",
            "client",
            "client_name",
            "kind",
            "host",
            "staff",
            "starts_at",
            "ends_at",
            "org_unit",
            "room",
            "place",
            "purpose",
            "cash",
            "state",
            "clashes",
            "cancel_reason",
            "received_at",
            "consulted_at",
            "accompanied_at",
            "seen_off_at",
            "contact",
            "version",
        ]

    def get_client_name(self, row) -> str:
        return words.masked_name(row.client)

    def get_staff(self, row) -> list[int]:
        return [person.pk for person in row.staff]

    def get_purpose(self, row) -> str:
        return row.purpose if self._in_full(row) else ""

    def get_cash(self, row) -> str | None:
        return str(row.cash) if row.cash is not None and self._in_full(row) else None

    def get_cancel_reason(self, row) -> str:
        return row.cancel_reason if self._in_full(row) else ""

    def _in_full(self, row) -> bool:
        if "in_full" not in self.context:
            self.context["in_full"] = told_in_full(self.context["request"].user, [row])
        return row.pk in self.context["in_full"]


class AppointmentDetailSerializer(AppointmentSerializer):
    """A visit, with what the caller may do."""

    allowed_actions = serializers.SerializerMethodField(help_text="Verbs open to the caller now.")

    class Meta(AppointmentSerializer.Meta):
        fields = [*AppointmentSerializer.Meta.fields, "allowed_actions"]

    def get_allowed_actions(self, row) -> list[str]:
        return rules.allowed_actions(self.context["request"].user, row, at=clock.now())


class TimeAndPlaceSerializer(serializers.Serializer):
    """When and where: a room, a place outside, or neither for the outlet itself."""

    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    room = serializers.PrimaryKeyRelatedField(
        queryset=Room.objects.filter(is_active=True), required=False, allow_null=True
    )
    place = serializers.CharField(max_length=120, required=False, allow_blank=True)


class NewAppointmentSerializer(TimeAndPlaceSerializer):
    """What a visit needs; the host is the client's owner unless named."""

    client = OwnClientField()
    kind = serializers.ChoiceField(Kind.choices)
    host = serializers.PrimaryKeyRelatedField(queryset=posted_staff(), required=False)
    staff = serializers.PrimaryKeyRelatedField(queryset=posted_staff(), many=True, required=False)
    purpose = serializers.CharField(max_length=200, required=False, allow_blank=True)
    cash = serializers.DecimalField(18, 2, min_value=0, required=False, allow_null=True)
    is_agreed = serializers.BooleanField(required=False, help_text="The client has agreed.")


class StepSerializer(serializers.Serializer):
    """Which of the four steps has happened."""

    step = serializers.ChoiceField(Step.choices)


class HoldSerializer(serializers.Serializer):
    """What was said; with ten characters and a next step it is a valid contact (rules F4)."""

    notes = serializers.CharField(max_length=2000, allow_blank=True)
    next_step = serializers.CharField(max_length=200, required=False, allow_blank=True)
    next = NextStepSerializer(required=False, allow_null=True)


@extend_schema_view(
    list=extend_schema(description="Visits of clients whose file the caller opens, and own ones."),
    retrieve=extend_schema(responses=AppointmentDetailSerializer, description="One visit."),
)
class AppointmentViewSet(ReadOnlyResource):
    """Visits: book, confirm, move, call off, tick the four steps, and say what became of them."""

    token_group = Group.WORK
    model = Appointment
    serializer_class = AppointmentSerializer
    detail_serializer_class = AppointmentDetailSerializer
    filterset_class = AppointmentFilter
    orderings = {"starts_at": ("starts_at", "pk"), "-starts_at": ("-starts_at", "-pk")}

    def visible(self):
        return Appointment.objects.visible_to(self.request.user).for_list()

    @extend_schema(
        request=NewAppointmentSerializer,
        responses={201: AppointmentDetailSerializer},
        description="Book a visit (rules F9). 409 when somebody or the room is taken then.",
        examples=[
            OpenApiExample(
                "Advice in a VIP room",
                value={
                    "client": 17,
                    "kind": "advice",
                    "starts_at": "2026-11-24T10:00:00+08:00",
                    "ends_at": "2026-11-24T11:00:00+08:00",
                    "room": 3,
                },
                request_only=True,
            )
        ],
    )
    def create(self, request):
        given = self.read_input(NewAppointmentSerializer)
        made = actions.book(given.pop("client"), **given, **self.act())
        return self.answer(made, status=status.HTTP_201_CREATED)

    @extend_schema(
        request=None,
        responses=AppointmentDetailSerializer,
        description="The client has agreed. 409 when somebody who takes part is busy then.",
    )
    @action(detail=True, methods=["post"])
    def confirm(self, request, pk):
        return self.answer(actions.confirm(self.get_object(), **self.act()))

    @extend_schema(
        request=TimeAndPlaceSerializer,
        responses=AppointmentDetailSerializer,
        description="Another time or place; the client is asked anew.",
    )
    @action(detail=True, methods=["post"])
    def move(self, request, pk):
        given = self.read_input(TimeAndPlaceSerializer)
        return self.answer(actions.move(self.get_object(), **given, **self.act()))

    @extend_schema(
        request=ReasonSerializer,
        responses=AppointmentDetailSerializer,
        description="Call it off and say why; time and room are free again.",
    )
    @action(detail=True, methods=["post"])
    def cancel(self, request, pk):
        reason = self.read_input(ReasonSerializer)["reason"]
        return self.answer(actions.cancel(self.get_object(), reason=reason, **self.act()))

    @extend_schema(
        request=StepSerializer,
        responses=AppointmentDetailSerializer,
        description="Tick the next of the four steps of a visit of today (rules F10).",
    )
    @action(detail=True, methods=["post"])
    def tick(self, request, pk):
        step = self.read_input(StepSerializer)["step"]
        return self.answer(actions.tick(self.get_object(), step=step, **self.act()))

    @extend_schema(
        request=HoldSerializer,
        responses=AppointmentDetailSerializer,
        description="It took place: append the contact, and book what comes next.",
    )
    @action(detail=True, methods=["post"])
    def hold(self, request, pk):
        given = self.read_input(HoldSerializer)
        return self.answer(actions.hold(self.get_object(), **given, **self.act()))

    @extend_schema(
        request=None,
        responses=AppointmentDetailSerializer,
        description="The client did not come; a call is booked where the bank's rule says so.",
    )
    @action(detail=True, methods=["post"], url_path="no-show", url_name="no-show")
    def no_show(self, request, pk):
        return self.answer(actions.no_show(self.get_object(), **self.act()))
