"""Follow-ups and contacts."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from api.clients import OwnClientField
from api.people import posted_staff
from api.views import ReadOnlyResource
from clients.followups import actions, rules
from clients.followups.actions.series import MOST
from clients.followups.filters import ContactFilter, FollowUpFilter
from clients.followups.models import Channel, Every, Outcome
from clients.models import Contact, FollowUp
from crm.lib import clock
from managers.access.scopes import Group


class FollowUpSerializer(serializers.ModelSerializer):
    """A promise to contact a client; `due_at` is the end of its window or day, Shanghai time."""

    is_overdue = serializers.SerializerMethodField(help_text="Open and past its due moment.")
    wanted_on = serializers.DateField(
        read_only=True, help_text="The day it fell on before it moved; null where it did not."
    )

    class Meta:
        model = FollowUp
        fields = [
            "id",
            "client",
            "owner",
            "channel",
            "trigger",
            "series",
            "purpose",
            "due_on",
            "wanted_on",
            "due_at",
            "from_time",
            "to_time",
            "state",
            "is_overdue",
            "snoozes",
            "closed_at",
            "cancel_reason",
            "version",
        ]

    def get_is_overdue(self, item) -> bool:
        return item.state == FollowUp.State.OPEN and item.due_at < clock.now()


class FollowUpDetailSerializer(FollowUpSerializer):
    """A follow-up, with what the caller may do."""

    allowed_actions = serializers.SerializerMethodField(help_text="Verbs open to the caller now.")

    class Meta(FollowUpSerializer.Meta):
        fields = [*FollowUpSerializer.Meta.fields, "allowed_actions"]

    def get_allowed_actions(self, item) -> list[str]:
        return rules.allowed_actions(self.context["request"].user, item, on=clock.today())


class NewFollowUpSerializer(serializers.ModelSerializer):
    """What a follow-up needs: the client, how, and the day."""

    client = OwnClientField()
    every = serializers.ChoiceField(
        Every.choices, required=False, help_text="How often it recurs; once without it."
    )
    until = serializers.DateField(required=False, help_text="The last day of what recurs.")
    times = serializers.IntegerField(required=False, min_value=1, max_value=MOST)

    class Meta:
        model = FollowUp
        fields = [
            *("client", "channel", "purpose", "due_on", "from_time", "to_time"),
            *("every", "until", "times"),
        ]
        extra_kwargs = {"channel": {"required": True}}

    def validate(self, given):
        """An end belongs to what repeats, and there is one."""
        ends = [name for name in ("until", "times") if given.get(name)]
        if ends and not given.get("every"):
            raise serializers.ValidationError({"every": _("Please say how often.")})
        if len(ends) > 1:
            sentence = _("Please give a last day or a number, not both.")
            raise serializers.ValidationError({"times": sentence})
        return given


class NextStepSerializer(serializers.Serializer):
    """The follow-up to book at once."""

    channel = serializers.ChoiceField(Channel.choices)
    due_on = serializers.DateField()
    from_time = serializers.TimeField(required=False, allow_null=True)
    to_time = serializers.TimeField(required=False, allow_null=True)
    purpose = serializers.CharField(max_length=200, required=False)


class CompleteSerializer(serializers.Serializer):
    """What came of it; with notes of ten characters and a next step it is a valid contact."""

    outcome = serializers.ChoiceField(Outcome.choices)
    notes = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    next_step = serializers.CharField(max_length=200, required=False, allow_blank=True)
    next = NextStepSerializer(required=False, allow_null=True)
    also = serializers.ListField(
        child=serializers.IntegerField(min_value=1),
        required=False,
        max_length=20,
        help_text="Ids of what else is due with the client and was answered, if you spoke.",
    )


class SnoozeSerializer(serializers.Serializer):
    """The later day."""

    to = serializers.DateField()
    with_later = serializers.BooleanField(
        default=False, help_text="Of a programme's step: whether the later ones go along."
    )


class ReasonSerializer(serializers.Serializer):
    """Why."""

    reason = serializers.CharField(max_length=200)


class ReassignSerializer(serializers.Serializer):
    """The colleague who takes it over."""

    to = serializers.PrimaryKeyRelatedField(queryset=posted_staff())


class ContactSerializer(serializers.ModelSerializer):
    """An attempt to reach a client and what came of it; never changed afterwards."""

    class Meta:
        model = Contact
        fields = [
            "id",
            "client",
            "staff",
            "follow_up",
            "channel",
            "outcome",
            "notes",
            "next_step",
            "happened_at",
            "is_valid",
        ]


class NewContactSerializer(serializers.ModelSerializer):
    """A contact that nobody had planned."""

    client = OwnClientField()
    also = serializers.ListField(
        child=serializers.IntegerField(min_value=1),
        required=False,
        max_length=20,
        help_text="Ids of what is due with the client, at no agreed time, and was answered, if "
        "you spoke (rules F4).",
    )

    class Meta:
        model = Contact
        fields = ["client", "channel", "outcome", "notes", "next_step", "also"]


@extend_schema_view(
    list=extend_schema(description="Follow-ups of the clients whose file the caller may open."),
    retrieve=extend_schema(responses=FollowUpDetailSerializer, description="One follow-up."),
)
class FollowUpViewSet(ReadOnlyResource):
    """Follow-ups: book, complete, put off, take back, give to a colleague."""

    token_group = Group.WORK
    model = FollowUp
    serializer_class = FollowUpSerializer
    detail_serializer_class = FollowUpDetailSerializer
    filterset_class = FollowUpFilter
    orderings = {"due_at": ("due_at", "pk"), "-due_at": ("-due_at", "-pk")}

    def visible(self):
        return FollowUp.objects.visible_to(self.request.user).for_list()

    @extend_schema(
        request=NewFollowUpSerializer,
        responses={201: FollowUpDetailSerializer},
        description="Book a follow-up. 409 when the client is left in peace or has one that day.",
        examples=[
            OpenApiExample(
                "A call",
                value={"client": 17, "channel": "call", "due_on": "2026-11-24"},
                request_only=True,
            )
        ],
    )
    def create(self, request):
        given = self.read_input(NewFollowUpSerializer)
        book = actions.repeat if given.get("every") else actions.schedule
        made = book(given.pop("client"), **given, **self.act())
        return self.answer(made, status=status.HTTP_201_CREATED)

    @extend_schema(
        request=CompleteSerializer,
        responses=ContactSerializer,
        description="Record what came of it, close it, and book the next one in the same step.",
    )
    @action(detail=True, methods=["post"])
    def complete(self, request, pk):
        given = self.read_input(CompleteSerializer)
        contact = actions.complete(self.get_object(), **given, **self.act())
        return Response(ContactSerializer(contact).data)

    @extend_schema(
        request=SnoozeSerializer,
        responses=FollowUpDetailSerializer,
        description="Put it off, at most twice and five working days in all (rules F7).",
    )
    @action(detail=True, methods=["post"])
    def snooze(self, request, pk):
        given = self.read_input(SnoozeSerializer)
        return self.answer(actions.snooze(self.get_object(), **given, **self.act()))

    @extend_schema(
        request=ReasonSerializer,
        responses=FollowUpDetailSerializer,
        description="Take it back and say why.",
    )
    @action(detail=True, methods=["post"])
    def cancel(self, request, pk):
        reason = self.read_input(ReasonSerializer)["reason"]
        return self.answer(actions.cancel(self.get_object(), reason=reason, **self.act()))

    @extend_schema(
        request=ReassignSerializer,
        responses=FollowUpDetailSerializer,
        description="A head gives it to a colleague who may open the client's file.",
    )
    @action(detail=True, methods=["post"])
    def reassign(self, request, pk):
        item = self.get_object()
        allowed = rules.may_direct(request.user, item.client)
        self.refuse_unless(allowed, _("Only the head of the client's outlet reassigns follow-ups."))
        to = self.read_input(ReassignSerializer)["to"]
        return self.answer(actions.reassign(item, to=to, **self.act()))


@extend_schema_view(
    list=extend_schema(description="Contacts with the clients whose file the caller may open."),
    retrieve=extend_schema(description="One contact."),
)
class ContactViewSet(ReadOnlyResource):
    """Contacts: what was tried and said."""

    token_group = Group.WORK
    model = Contact
    serializer_class = ContactSerializer
    filterset_class = ContactFilter
    orderings = {"-happened_at": ("-happened_at", "-pk"), "happened_at": ("happened_at", "pk")}

    def visible(self):
        return Contact.objects.visible_to(self.request.user).for_list()

    @extend_schema(
        request=NewContactSerializer,
        responses={201: ContactSerializer},
        description="Record a contact that nobody had planned.",
    )
    def create(self, request):
        given = {"notes": "", "next_step": "", **self.read_input(NewContactSerializer)}
        contact = actions.log_contact(given.pop("client"), **given, **self.act())
        return Response(ContactSerializer(contact).data, status=status.HTTP_201_CREATED)
