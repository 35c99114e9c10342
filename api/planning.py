"""Contact standards and trigger rules, as they stand today."""

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from clients.book.models import Tier
from clients.followups.standards import in_force
from clients.followups.triggers import rules_in_force
from clients.models import ContactStandard, TriggerRule
from clients.planning.actions import preview
from clients.planning.views import last_month
from crm.lib import clock
from managers.access.scopes import ANY
from managers.people import scope
from managers.people.scope import Right


class CadenceSerializer(serializers.ModelSerializer):
    """How often whom: empty tier, stage or post means any."""

    code = serializers.CharField()

    class Meta:
        model = ContactStandard
        fields = [
            *("code", "tier", "stage", "post", "gap_days", "visit_months", "channels"),
            *("purpose", "valid_from"),
        ]


class CadencesSerializer(serializers.Serializer):
    """All standards of today, the most exact first."""

    results = CadenceSerializer(many=True)


class TriggerRuleSerializer(serializers.ModelSerializer):
    """What an event makes; `offset` are days from the event on."""

    class Meta:
        model = TriggerRule
        fields = [
            *("code", "trigger", "is_on", "tiers", "offset", "in_working_days", "channel"),
            *("purpose", "priority", "valid_from"),
        ]


class TriggerRulesSerializer(serializers.Serializer):
    """All rules of today."""

    results = TriggerRuleSerializer(many=True)


class TriggerPreviewSerializer(serializers.Serializer):
    """What a rule would have made of the events of a span of days."""

    first = serializers.DateField()
    last = serializers.DateField()
    would_have_made = serializers.IntegerField()


class TriggerTrySerializer(serializers.Serializer):
    """Values to try in place of the rule's own."""

    tiers = serializers.ListField(
        child=serializers.ChoiceField(Tier.choices),
        required=False,
        help_text="Only clients of these tiers; may be given several times.",
    )
    offset = serializers.IntegerField(
        required=False,
        min_value=-366,
        max_value=366,
        help_text="Days from the event on; negative ones before it.",
    )
    in_working_days = serializers.BooleanField(
        required=False, help_text="Whether `offset` counts working days."
    )


class CadencesView(APIView):
    """The bank's contact standards."""

    token_group = ANY

    @extend_schema(
        operation_id="cadences_list",
        responses=CadencesSerializer,
        description="Contact standards of today (rules F1).",
    )
    def get(self, request):
        rows = in_force(clock.today()).rows
        return Response({"results": CadenceSerializer(rows, many=True).data})


class TriggerRulesView(APIView):
    """The bank's trigger rules."""

    token_group = ANY

    @extend_schema(
        operation_id="trigger_rules_list",
        responses=TriggerRulesSerializer,
        description="Trigger rules of today (rules F2).",
    )
    def get(self, request):
        rows = rules_in_force(clock.today()).values()
        return Response({"results": TriggerRuleSerializer(rows, many=True).data})


class TriggerPreviewView(APIView):
    """What a rule would have made."""

    token_group = ANY

    @extend_schema(
        operation_id="trigger_rules_preview",
        parameters=[TriggerTrySerializer],
        responses=TriggerPreviewSerializer,
        description="Follow-ups that the rule would have made last month, as it stands or with the "
        "values given (rules F2); for administrators. 409 where nothing tells of past events of "
        "its kind.",
    )
    def get(self, request, code):
        scope.require(request.user, Right.SET_CONTACT_RULES)
        rule = rules_in_force(clock.today()).get(code)
        if rule is None:
            raise Http404
        asked = TriggerTrySerializer(data=request.query_params, partial=True)
        asked.is_valid(raise_exception=True)
        for name, value in asked.validated_data.items():
            setattr(rule, name, value)
        first, last = last_month(clock.today())
        made = preview(rule, first=first, last=last)
        return Response({"first": first, "last": last, "would_have_made": made})
