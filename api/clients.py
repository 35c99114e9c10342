"""Clients: own files, the masked look-up, assignment; their holdings and households."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from api.assets import AssetsAction
from api.concurrency import check_match
from api.lookup import LookUpAction
from api.people import posted_staff
from api.protection import ProtectionActions
from api.suggestions import SuggestionsAction
from api.views import ReadOnlyResource
from clients.book import actions as book
from clients.book import rules
from clients.book.filters import ClientFilter
from clients.book.models import State
from clients.book.queries import within_reach
from clients.desk import actions
from clients.merging.actions import FIELDS, merge
from clients.merging.rules import may_merge
from clients.models import Client
from clients.privacy.rules.closing import may_close
from managers.access.scopes import Group
from managers.models import OrgUnit
from managers.people import scope


class OwnClientField(serializers.PrimaryKeyRelatedField):
    """A client whom a body may name: the caller may open the file."""

    def __init__(self, **kwargs):
        super().__init__(queryset=Client.objects.all(), **kwargs)

    def get_queryset(self):
        return Client.objects.visible_to(self.context["request"].user)


class KnownClientField(OwnClientField):
    """A client whom a referral may name: the masked look-up shows them to the caller."""

    def get_queryset(self):
        return within_reach(self.context["request"].user)


class ClientSerializer(serializers.ModelSerializer):
    """A client whose file the caller may open; contact details are masked always."""

    owner = serializers.IntegerField(
        source="owner_id", allow_null=True, help_text="The RM, null in a pool."
    )
    org_unit = serializers.IntegerField(source="outlet_id", help_text="The outlet.")
    aum = serializers.DecimalField(max_digits=18, decimal_places=2, help_text="Assets in CNY.")
    phone = serializers.SerializerMethodField(help_text="Masked mobile number.")
    next_due_at = serializers.DateTimeField(
        source="next_due", allow_null=True, help_text="Next open follow-up."
    )
    last_contact_at = serializers.DateTimeField(
        source="last_contact", allow_null=True, help_text="Last valid one."
    )

    class Meta:
        model = Client
        fields = [
            "id",
            "number",
            "name",
            "pinyin",
            "sex",
            "tier",
            "state",
            "org_unit",
            "owner",
            "aum",
            "is_watched",
            "phone",
            "client_since",
            "last_contact_at",
            "next_due_at",
            "do_not_contact",
            "restricted",
            "version",
        ]

    def get_phone(self, client) -> str:
        return f"****{client.phone_last4}" if client.phone_last4 else ""


class ClientDetailSerializer(ClientSerializer):
    """A client, with what the caller may do."""

    allowed_actions = serializers.SerializerMethodField(help_text="Verbs open to the caller now.")

    class Meta(ClientSerializer.Meta):
        fields = [*ClientSerializer.Meta.fields, "identity_until", "ended_on", "allowed_actions"]

    def get_allowed_actions(self, client) -> list[str]:
        person = self.context["request"].user
        verbs = ["assign"] if rules.may_assign(person, client) else []
        if may_merge(person, client):
            verbs.append("merge")
        if rules.may_edit(person, client):
            verbs.append("update")
        if may_close(person, client):
            verbs.append("reopen" if client.state == State.CLOSED else "close")
        return verbs


class EditClientSerializer(serializers.Serializer):
    """What people correct in a file; owner, tier and state are never written here."""

    name = serializers.CharField(max_length=120, required=False)
    phone = serializers.CharField(max_length=30, required=False)
    email = serializers.EmailField(required=False)
    address = serializers.CharField(max_length=200, required=False)
    identity_until = serializers.DateField(
        required=False, help_text="The last day of the identity document."
    )
    do_not_contact = serializers.BooleanField(required=False)


class NewClientSerializer(serializers.Serializer):
    """A prospect: of the caller's own book for RMs, else in the pool of the caller's outlet."""

    name = serializers.CharField(max_length=120)
    org_unit = serializers.PrimaryKeyRelatedField(
        queryset=OrgUnit.objects.all(), required=False, help_text="The caller's own without it."
    )
    phone = serializers.CharField(max_length=30, required=False)
    email = serializers.EmailField(required=False)
    identity_no = serializers.CharField(max_length=18, required=False)
    birth_date = serializers.DateField(required=False)


class MergeSerializer(serializers.Serializer):
    """The other file, and the fields to take from it; empty ones are filled always."""

    merged = OwnClientField(help_text="The client whose file is merged into this one.")
    take = serializers.MultipleChoiceField(choices=[*FIELDS], required=False, default=())


class AssignSerializer(serializers.Serializer):
    """The RM, and the owner whom the caller saw: `was` is null for the pool."""

    to = serializers.PrimaryKeyRelatedField(queryset=posted_staff())
    was = serializers.IntegerField(required=False, allow_null=True, default=None)
    reason = serializers.CharField(
        required=False,
        default="",
        allow_blank=True,
        max_length=200,
        help_text="Why all the same, where a rule asks for it (409, code `needs_reason`).",
    )


class PairSerializer(serializers.Serializer):
    """One client of the pool and the RM."""

    client = serializers.IntegerField(min_value=1)
    to = serializers.PrimaryKeyRelatedField(queryset=posted_staff())


class BulkAssignSerializer(serializers.Serializer):
    """At most 200 clients of the pool."""

    items = PairSerializer(many=True, max_length=200, allow_empty=False)
    reason = serializers.CharField(
        required=False,
        default="",
        allow_blank=True,
        max_length=200,
        help_text="Why all the same, where a rule asks for it; kept with those concerned.",
    )


class ItemResultSerializer(serializers.Serializer):
    """What became of one item."""

    client = serializers.IntegerField()
    ok = serializers.BooleanField()
    detail = serializers.CharField(help_text="Why not; empty when assigned.")


class BulkResultSerializer(serializers.Serializer):
    """One result an item, in the order of client ids."""

    results = ItemResultSerializer(many=True)


@extend_schema_view(
    list=extend_schema(description="Clients whose file the caller may open."),
    retrieve=extend_schema(
        responses=ClientDetailSerializer,
        description="One client. A client of somebody else answers 404.",
    ),
    close=extend_schema(responses=ClientDetailSerializer),
    reopen=extend_schema(responses=ClientDetailSerializer),
)
class ClientViewSet(
    AssetsAction, LookUpAction, ProtectionActions, SuggestionsAction, ReadOnlyResource
):
    """The client book."""

    token_group = Group.CLIENTS
    model = Client
    serializer_class = ClientSerializer
    detail_serializer_class = ClientDetailSerializer
    filterset_class = ClientFilter
    orderings = {
        "number": ("number", "pk"),
        "name": ("joined_pinyin", "pk"),
        "-aum": ("-aum", "-pk"),
        "aum": ("aum", "pk"),
        "next_due_at": ("next_due_at", "pk"),
        "last_contact_at": ("last_contact_at", "pk"),
    }

    def visible(self):
        return Client.objects.visible_to(self.request.user).for_list()

    @extend_schema(
        request=NewClientSerializer,
        responses={201: ClientDetailSerializer},
        description="Open a file. 204 when the new client is not the caller's to see.",
    )
    def create(self, request):
        given = self.read_input(NewClientSerializer)
        self.refuse_unless(
            scope.may(request.user, scope.Right.OPEN_PROSPECT), _("Your post does not open files.")
        )
        outlet = given.pop("org_unit", None) or request.user.current_unit
        made = book.open_prospect(outlet=outlet, **given, **self.act())
        return self.answer(made, status=status.HTTP_201_CREATED)

    @extend_schema(
        request=EditClientSerializer,
        responses=ClientDetailSerializer,
        description="Correct a file. Needs If-Match: 428 without, 412 when stale.",
    )
    def partial_update(self, request, pk):
        client = self.get_object()
        allowed = rules.may_edit(request.user, client)
        self.refuse_unless(allowed, _("Only the client's RM edits the file."))
        check_match(request, client)
        given = self.read_input(EditClientSerializer)
        return self.answer(
            actions.edit_client(client, version=client.version, **given, **self.act())
        )

    @extend_schema(
        request=AssignSerializer,
        responses=ClientDetailSerializer,
        description="Give the client to an RM. 409 names who was faster, or the rule in the way.",
    )
    @action(detail=True, methods=["post"])
    def assign(self, request, pk):
        client = self.get_object()
        allowed = rules.may_assign(request.user, client)
        self.refuse_unless(allowed, _("Only the head of the client's outlet assigns this client."))
        given = self.read_input(AssignSerializer)
        return self.answer(actions.assign_from_pool(client, **given, **self.act()))

    @extend_schema(
        request=MergeSerializer,
        responses=ClientDetailSerializer,
        description="Take another file of the same person into this one; undoable for 30 days.",
    )
    @action(detail=True, methods=["post"])
    def merge(self, request, pk):
        client = self.get_object()
        allowed = scope.may(request.user, scope.Right.MERGE)
        self.refuse_unless(allowed, _("Only a head of both outlets merges files."))
        given = self.read_input(MergeSerializer)
        merge(client, given["merged"], take=given["take"], **self.act())
        return self.answer(client)

    @extend_schema(
        request=BulkAssignSerializer,
        responses=BulkResultSerializer,
        description="Assign clients of the pool; each item stands alone and has its own answer.",
    )
    @action(detail=False, methods=["post"], url_path="bulk-assign")
    def bulk_assign(self, request):
        allowed = scope.may(request.user, scope.Right.ASSIGN)
        self.refuse_unless(allowed, _("Only heads assign clients."))
        given = self.read_input(BulkAssignSerializer)
        pairs = [(item["client"], item["to"]) for item in given["items"]]
        results = actions.assign_pool_many(pairs, reason=given["reason"], **self.act())
        return Response(
            {"results": [{"client": pk, "ok": not why, "detail": why} for pk, why in results]}
        )
