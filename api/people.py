"""Who I am; the units and people of the bank."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.views import APIView

from api.views import ReadOnlyResource
from crm.lib import clock
from managers.access.actions.sessions import deactivate
from managers.access.rules import may_end_access
from managers.access.scopes import ANY, Group
from managers.models import OrgUnit, Staff
from managers.people import scope
from managers.people.filters import OrgUnitFilter, StaffFilter


class OrgUnitSerializer(serializers.ModelSerializer):
    """A unit; `path` is a prefix of the paths of all units below it."""

    class Meta:
        model = OrgUnit
        fields = ["id", "code", "name", "latin_name", "kind", "parent", "served_by", "is_active"]


class StaffSerializer(serializers.ModelSerializer):
    """A colleague with today's post, unit, grade and step."""

    post = serializers.CharField(
        source="current_post", help_text="Today's post, empty without one."
    )
    org_unit = serializers.IntegerField(
        source="current_unit.pk", default=None, allow_null=True, help_text="Today's unit."
    )
    grade = serializers.CharField(source="posting.grade", default="", help_text="Today's grade.")
    step = serializers.IntegerField(
        source="posting.step", default=None, allow_null=True, help_text="Today's step."
    )

    class Meta:
        model = Staff
        fields = [
            "id",
            "employee_no",
            "name",
            "latin_name",
            "is_active",
            "post",
            "org_unit",
            "grade",
            "step",
        ]


class MeSerializer(StaffSerializer):
    """The caller, with the rights of the matrix and how far each goes."""

    permissions = serializers.SerializerMethodField(help_text="Right and how far it goes.")

    class Meta(StaffSerializer.Meta):
        fields = [*StaffSerializer.Meta.fields, "language", "permissions"]

    def get_permissions(self, person) -> dict[str, str]:
        reached = {right.value: scope.reach(person, right).value for right in scope.Right}
        return {right: reach for right, reach in reached.items() if reach != scope.Reach.NONE}


class MeView(APIView):
    """The caller."""

    token_group = ANY

    @extend_schema(
        responses=MeSerializer,
        description="Who the caller is today, and what they may do.",
        examples=[
            OpenApiExample(
                "A wealth RM",
                value={
                    "id": 11,
                    "employee_no": "880427",
                    "name": "林悦",
                    "latin_name": "Lin Yue",
                    "is_active": True,
                    "post": "wealth_rm",
                    "org_unit": 3,
                    "grade": "senior",
                    "step": 3,
                    "language": "en",
                    "permissions": {"view_file": "own", "look_up": "outlet"},
                },
            )
        ],
    )
    def get(self, request):
        return Response(MeSerializer(request.user).data)


@extend_schema_view(
    list=extend_schema(description="All units of the bank."),
    retrieve=extend_schema(description="One unit."),
)
class OrgUnitViewSet(ReadOnlyResource):
    """Units: head office, branches, outlets, wealth centres."""

    token_group = Group.PEOPLE
    model = OrgUnit
    serializer_class = OrgUnitSerializer
    filterset_class = OrgUnitFilter
    orderings = {"path": ("path", "pk")}

    def visible(self):
        return OrgUnit.objects.all()


@extend_schema_view(
    list=extend_schema(description="Colleagues; everybody may know who works where."),
    retrieve=extend_schema(description="One colleague."),
)
class StaffViewSet(ReadOnlyResource):
    """People of the bank."""

    token_group = Group.PEOPLE
    model = Staff
    serializer_class = StaffSerializer
    filterset_class = StaffFilter
    orderings = {"employee_no": ("employee_no", "pk")}

    def visible(self):
        return Staff.objects.with_posting(clock.today())

    @extend_schema(
        request=None,
        responses=StaffSerializer,
        description="End the access of somebody who leaves: sessions and tokens are gone at once. "
        "409 (code `tied`) while the person keeps clients, open follow-ups, handovers or "
        "referrals: make a reassignment plan first.",
    )
    @action(detail=True, methods=["post"])
    def deactivate(self, request, pk):
        staff = self.get_object()
        allowed = may_end_access(request.user, staff)
        self.refuse_unless(allowed, _("Only an administrator or the head ends this access."))
        return self.answer(deactivate(staff, **self.act()))


def posted_staff():
    """People whom an action may name: everybody who may sign in; the rules say who fits."""
    return Staff.objects.filter(is_active=True)
