"""What clients asked and were promised."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action

from api.clients import OwnClientField
from api.followups import ReassignSerializer
from api.views import ReadOnlyResource
from clients.followups.rules import may_direct
from clients.models import ClientRequest
from clients.requests import actions, rules
from clients.requests.filters import RequestFilter
from clients.requests.models import Result, Told
from crm.lib import clock
from managers.access.scopes import Group


class ClientRequestSerializer(serializers.ModelSerializer):
    """A request; `due_at` is the promised time, or the end of the promised day, Shanghai time."""

    is_overdue = serializers.SerializerMethodField(help_text="Open and past the promised moment.")

    class Meta:
        model = ClientRequest
        fields = [
            "id",
            "client",
            "owner",
            "asked",
            "promised",
            "due_on",
            "due_time",
            "due_at",
            "state",
            "is_overdue",
            "answer",
            "answered_at",
            "told",
            "told_at",
            "not_told_reason",
            "result",
            "closed_at",
            "contact",
            "asked_at",
            "version",
        ]

    def get_is_overdue(self, item) -> bool:
        return rules.is_overdue(item, at=clock.now())


class ClientRequestDetailSerializer(ClientRequestSerializer):
    """A request, with what the caller may do."""

    allowed_actions = serializers.SerializerMethodField(help_text="Verbs open to the caller now.")

    class Meta(ClientRequestSerializer.Meta):
        fields = [*ClientRequestSerializer.Meta.fields, "allowed_actions"]

    def get_allowed_actions(self, item) -> list[str]:
        return rules.allowed_actions(self.context["request"].user, item, on=clock.today())


class NewClientRequestSerializer(serializers.ModelSerializer):
    """What a request needs: the client, what is asked, and the promised day."""

    client = OwnClientField()

    class Meta:
        model = ClientRequest
        fields = ["client", "asked", "promised", "due_on", "due_time"]


class RequestAnswerSerializer(serializers.Serializer):
    """The answer."""

    answer = serializers.CharField(max_length=2000)


class RequestCloseSerializer(serializers.Serializer):
    """How the client was told and what came of it; an answer, unless one stands already."""

    answer = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    told = serializers.ChoiceField(Told.choices)
    not_told_reason = serializers.CharField(max_length=200, required=False, allow_blank=True)
    result = serializers.ChoiceField(Result.choices)


@extend_schema_view(
    list=extend_schema(description="Requests of the clients whose file the caller may open."),
    retrieve=extend_schema(responses=ClientRequestDetailSerializer, description="One request."),
)
class ClientRequestViewSet(ReadOnlyResource):
    """Requests of clients: take one down, answer it, close it, put a colleague in charge."""

    token_group = Group.WORK
    model = ClientRequest
    serializer_class = ClientRequestSerializer
    detail_serializer_class = ClientRequestDetailSerializer
    filterset_class = RequestFilter
    orderings = {"due_at": ("due_at", "pk"), "-due_at": ("-due_at", "-pk")}

    def visible(self):
        return ClientRequest.objects.visible_to(self.request.user).for_list()

    @extend_schema(
        request=NewClientRequestSerializer,
        responses={201: ClientRequestDetailSerializer},
        description="Take a request down. 409 when the promised moment is over.",
        examples=[
            OpenApiExample(
                "A question",
                value={"client": 17, "asked": "Rate for three years", "due_on": "2026-11-24"},
                request_only=True,
            )
        ],
    )
    def create(self, request):
        given = self.read_input(NewClientRequestSerializer)
        made = actions.take(given.pop("client"), **given, **self.act())
        return self.answer(made, status=status.HTTP_201_CREATED)

    @extend_schema(
        request=RequestAnswerSerializer,
        responses=ClientRequestDetailSerializer,
        description="Keep the answer; the client is yet to be told.",
    )
    @action(detail=True, methods=["post"], url_path="answer", url_name="answer")
    def give_answer(self, request, pk):
        said = self.read_input(RequestAnswerSerializer)["answer"]
        return self.answer(actions.answer(self.get_object(), answer=said, **self.act()))

    @extend_schema(
        request=RequestCloseSerializer,
        responses=ClientRequestDetailSerializer,
        description="Close it; telling the client is a contact. 409 without an answer, or without"
        " saying whether the client knows.",
    )
    @action(detail=True, methods=["post"])
    def close(self, request, pk):
        given = self.read_input(RequestCloseSerializer)
        return self.answer(actions.close(self.get_object(), **given, **self.act()))

    @extend_schema(
        request=ReassignSerializer,
        responses=ClientRequestDetailSerializer,
        description="A head puts a colleague in charge who may open the client's file.",
    )
    @action(detail=True, methods=["post"])
    def reassign(self, request, pk):
        item = self.get_object()
        allowed = may_direct(request.user, item.client)
        self.refuse_unless(allowed, _("Only the head of the client's outlet reassigns requests."))
        to = self.read_input(ReassignSerializer)["to"]
        return self.answer(actions.reassign(item, to=to, **self.act()))
