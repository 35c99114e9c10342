"""Requests of clients about their data: take them down, work on them, answer."""

import django_filters as filters
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action

from api.clients import OwnClientField
from api.views import ReadOnlyResource
from clients.file.models import Consent
from clients.models import PrivacyRequest
from clients.privacy import actions
from clients.privacy.rules import requests as rules
from crm.lib.filtering import IdFilter
from managers.access.scopes import Group
from managers.people import scope


class AskingClientField(OwnClientField):
    """A client whose file the caller may open, or whom the masked look-up shows."""

    def get_queryset(self):
        return rules.within_sight(self.context["request"].user)


class PrivacyRequestSerializer(serializers.ModelSerializer):
    """What a client asks, and until when; words that were typed stay sealed."""

    client = serializers.IntegerField(source="client_id")
    allowed_actions = serializers.SerializerMethodField(help_text="Verbs open to the caller now.")

    class Meta:
        model = PrivacyRequest
        fields = [
            "id",
            "client",
            "kind",
            "channel",
            "identity",
            "received_on",
            "due_on",
            "purposes",
            "state",
            "registered_by",
            "registered_at",
            "worked_by",
            "answered_at",
            "allowed_actions",
        ]

    def get_allowed_actions(self, row) -> list[str]:
        return rules.allowed_actions(self.context["request"].user, row)


class NewPrivacyRequestSerializer(serializers.Serializer):
    """What is taken down; `purposes` are the consents that a withdrawal names."""

    client = AskingClientField()
    kind = serializers.ChoiceField(PrivacyRequest.Kind.choices)
    channel = serializers.ChoiceField(PrivacyRequest.Channel.choices)
    identity = serializers.ChoiceField(PrivacyRequest.Identity.choices)
    received_on = serializers.DateField()
    wish = serializers.CharField(max_length=1000, required=False)
    purposes = serializers.ListField(
        child=serializers.ChoiceField(Consent.Purpose.choices), max_length=3, required=False
    )


class AnswerSerializer(serializers.Serializer):
    """What was done, as the client is told."""

    answer = serializers.CharField(min_length=rules.SHORTEST_ANSWER, max_length=1000)


class RefusalSerializer(serializers.Serializer):
    """Why the client does not get what was asked."""

    reason = serializers.CharField(min_length=rules.SHORTEST_ANSWER, max_length=1000)


class PrivacyRequestFilter(filters.FilterSet):
    """Requests by client, kind and state."""

    client = IdFilter(field_name="client_id")
    kind = filters.ChoiceFilter(choices=PrivacyRequest.Kind.choices)
    state = filters.ChoiceFilter(choices=PrivacyRequest.State.choices)

    class Meta:
        model = PrivacyRequest
        fields = ["client", "kind", "state"]


@extend_schema_view(
    list=extend_schema(description="An officer's units, and what the caller took down or serves."),
    retrieve=extend_schema(description="One of them."),
)
class PrivacyRequestViewSet(ReadOnlyResource):
    """What clients ask about their data."""

    model = PrivacyRequest
    token_group = Group.OVERSIGHT
    serializer_class = PrivacyRequestSerializer
    filterset_class = PrivacyRequestFilter
    orderings = {"due_on": ("due_on", "pk"), "-id": ("-pk",)}

    def visible(self):
        return PrivacyRequest.objects.visible_to(self.request.user).for_list()

    def log_reading(self, row) -> None:
        """Nothing of the client's file is shown here."""

    @extend_schema(
        request=NewPrivacyRequestSerializer,
        responses={201: PrivacyRequestSerializer},
        description="Take down what a client asks; the clock runs from `received_on`.",
        examples=[
            OpenApiExample(
                "A copy",
                value={
                    "client": 7,
                    "kind": "copy",
                    "channel": "outlet",
                    "identity": "card",
                    "received_on": "2026-11-23",
                },
                request_only=True,
            )
        ],
    )
    def create(self, request):
        allowed = scope.may(request.user, scope.Right.LOOK_UP)
        self.refuse_unless(allowed, _("Your post takes no requests of clients down."))
        given = self.read_input(NewPrivacyRequestSerializer)
        made = actions.take_down(given.pop("client"), **given, **self.act())
        return self.answer(made, status=status.HTTP_201_CREATED)

    @extend_schema(
        request=None, responses=PrivacyRequestSerializer, description="Begin to work on it."
    )
    @action(detail=True, methods=["post"])
    def take(self, request, pk):
        return self.answer(actions.take(self.get_object(), **self.act()))

    @extend_schema(
        request=AnswerSerializer,
        responses=PrivacyRequestSerializer,
        description="Do what is asked: make the copy, erase, withdraw. An erasure that law forbids "
        "comes back refused, and the file is locked.",
    )
    @action(detail=True, methods=["post"], url_path="answer", url_name="answer")
    def answer_it(self, request, pk):
        row = self.get_object()
        given = self.read_input(AnswerSerializer)
        return self.answer(actions.answer(row, **given, **self.act()))

    @extend_schema(
        request=RefusalSerializer, responses=PrivacyRequestSerializer, description="Say why not."
    )
    @action(detail=True, methods=["post"])
    def refuse(self, request, pk):
        row = self.get_object()
        given = self.read_input(RefusalSerializer)
        return self.answer(actions.refuse(row, **given, **self.act()))
