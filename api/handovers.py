"""Handovers: a client goes to a wealth RM with the whole file."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.response import Response

from api.appointments import AppointmentDetailSerializer, TimeAndPlaceSerializer
from api.concurrency import check_match
from api.handover_serializers import (
    AskWaiverSerializer,
    DecideSerializer,
    FileSerializer,
    HandoverDetailSerializer,
    HandoverSerializer,
    IntroduceSerializer,
    NewHandoverSerializer,
    ReturnSerializer,
    WaiveSerializer,
)
from api.views import ReadOnlyResource
from clients.handover import actions as handovers
from clients.handover import rules as handover_rules
from clients.handover.filters import HandoverFilter
from clients.models import Client, Handover
from managers.access.scopes import Group


@extend_schema_view(
    list=extend_schema(description="Handovers that the caller sent or received; a head's outlets."),
    retrieve=extend_schema(responses=HandoverDetailSerializer, description="One handover."),
)
class HandoverViewSet(ReadOnlyResource):
    """Handovers: draft, fill, waive, submit, accept, return, decide, introduce, close, withdraw."""

    token_group = Group.RELAY
    model = Handover
    serializer_class = HandoverSerializer
    detail_serializer_class = HandoverDetailSerializer
    filterset_class = HandoverFilter
    orderings = {"-created_at": ("-created_at", "-pk"), "due_at": ("due_at", "pk")}

    def visible(self):
        return Handover.objects.visible_to(self.request.user).for_list()

    def get_serializer_context(self):
        """Which of the caller's handovers belong to a file that the caller may open."""
        context = super().get_serializer_context()
        if not getattr(self, "swagger_fake_view", False):
            mine = self.visible().order_by().values("client")
            files = Client.objects.visible_to(self.request.user).filter(pk__in=mine)
            context["readable"] = set(files.values_list("pk", flat=True))
        return context

    @extend_schema(
        request=NewHandoverSerializer,
        responses={201: HandoverDetailSerializer},
        description="Begin the handover of one's own client to a wealth RM.",
    )
    def create(self, request):
        given = self.read_input(NewHandoverSerializer)
        made = handovers.draft(given["client"], to=given["to_staff"], **self.act())
        if given.get("file"):
            made = handovers.save_file(made, file=given["file"], **self.act())
        return self.answer(made, status=status.HTTP_201_CREATED)

    @extend_schema(
        request=FileSerializer,
        responses=HandoverDetailSerializer,
        description="Fill items of the file. Needs If-Match: 428 without, 412 when stale.",
    )
    def partial_update(self, request, pk):
        handover = self.get_object()
        allowed = handover_rules.may_send(request.user, handover)
        self.refuse_unless(allowed, _("Only the sender fills the file."))
        check_match(request, handover)
        file = self.read_input(FileSerializer)
        return self.answer(handovers.save_file(handover, file=file, **self.act()))

    @extend_schema(
        request=None,
        responses=HandoverDetailSerializer,
        description="Send the complete file to the receiver (rules E3). 409 names what is missing.",
    )
    @action(detail=True, methods=["post"])
    def submit(self, request, pk):
        return self.answer(handovers.submit(self.get_object(), **self.act()))

    @extend_schema(
        request=None, responses=HandoverDetailSerializer, description="Take the file as complete."
    )
    @action(detail=True, methods=["post"])
    def accept(self, request, pk):
        handover_rules.check_not_taken_back(request.user, pk)
        return self.answer(handovers.accept(self.get_object(), **self.act()))

    @extend_schema(
        request=ReturnSerializer,
        responses=HandoverDetailSerializer,
        description="Send the file back with a reason (rules E4).",
    )
    @action(detail=True, methods=["post"], url_path="return", url_name="return")
    def send_back(self, request, pk):
        handover_rules.check_not_taken_back(request.user, pk)
        handover = self.get_object()
        given = self.read_input(ReturnSerializer)
        return self.answer(handovers.return_(handover, **given, **self.act()))

    @extend_schema(
        request=IntroduceSerializer,
        responses=HandoverDetailSerializer,
        description="Both have met the client: now the client is the receiver's (rules E6).",
    )
    @action(detail=True, methods=["post"])
    def introduce(self, request, pk):
        handover = self.get_object()
        given = self.read_input(IntroduceSerializer)
        return self.answer(handovers.introduce(handover, **given, **self.act()))

    @extend_schema(
        request=TimeAndPlaceSerializer,
        responses=AppointmentDetailSerializer,
        description="Book the meeting of three; both RMs are invited. 409 where one is taken.",
    )
    @action(detail=True, methods=["post"], url_path="plan-introduction", url_name="plan")
    def plan_introduction(self, request, pk):
        handover = self.get_object()
        when = self.read_input(TimeAndPlaceSerializer)
        visit = handovers.plan_introduction(handover, **when, **self.act())
        shown = AppointmentDetailSerializer(visit, context=self.get_serializer_context())
        return Response(shown.data)

    @extend_schema(
        request=None,
        responses=HandoverDetailSerializer,
        description="Take it back before it is accepted.",
    )
    @action(detail=True, methods=["post"])
    def withdraw(self, request, pk):
        return self.answer(handovers.withdraw(self.get_object(), **self.act()))

    @extend_schema(
        request=AskWaiverSerializer,
        responses=HandoverDetailSerializer,
        description="The sender asks the head to do without an item (rules E3).",
    )
    @action(detail=True, methods=["post"], url_path="ask-waiver", url_name="ask-waiver")
    def ask_waiver(self, request, pk):
        handover = self.get_object()
        given = self.read_input(AskWaiverSerializer)
        return self.answer(handovers.ask_waiver(handover, **given, **self.act()).handover)

    @extend_schema(
        request=WaiveSerializer,
        responses=HandoverDetailSerializer,
        description="The sender's head waives an item, or refuses what was asked (rules E3).",
    )
    @action(detail=True, methods=["post"])
    def waive(self, request, pk):
        handover = self.get_object()
        given = self.read_input(WaiveSerializer)
        return self.answer(handovers.waive(handover, **given, **self.act()).handover)

    @extend_schema(
        request=DecideSerializer,
        responses=HandoverDetailSerializer,
        description="A head says how a file goes on that was returned twice (rules E4).",
    )
    @action(detail=True, methods=["post"])
    def decide(self, request, pk):
        handover = self.get_object()
        given = self.read_input(DecideSerializer)
        return self.answer(handovers.decide(handover, **given, **self.act()))

    @extend_schema(
        request=None,
        responses=HandoverDetailSerializer,
        description="The receiver has had the first contact alone (rules E5). 409 without one.",
    )
    @action(detail=True, methods=["post"])
    def close(self, request, pk):
        return self.answer(handovers.close(self.get_object(), **self.act()))
