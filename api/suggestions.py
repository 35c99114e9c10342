"""The suggestion engine: which RM suits a client or a referral, and why (rules D4, E12)."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from api.reassignments import BookEffectSerializer
from clients.book import rules
from clients.book.queries import within_reach
from clients.book.reasons import Reason
from clients.desk.suggesting import options
from clients.lobby.offering import offer
from crm.lib import clock
from managers.people import scope


class ReasonsSerializer(serializers.Serializer):
    """Why: codes, what decided in front, and the same in one line of the caller's language."""

    reasons = serializers.ListField(
        child=serializers.ChoiceField(Reason.choices),
        help_text="What decided stands in front, what else speaks for the RM follows.",
    )
    why = serializers.CharField(help_text="The reasons and the hours left, in words.")


class SuggestedSerializer(ReasonsSerializer, BookEffectSerializer):
    """An RM who could take the client, and what that would do to the book.

    Whoever stands further down is told of as if those in front were not there.
    """

    staff = serializers.IntegerField()


class SuggestionsSerializer(serializers.Serializer):
    """Best first; where nobody can take the client, `nobody` says why."""

    results = SuggestedSerializer(many=True)
    nobody = ReasonsSerializer(allow_null=True, help_text="Null where somebody can.")


class AskableSerializer(serializers.Serializer):
    """A colleague who may be asked; the one who is suggested has reasons, the others have none."""

    staff = serializers.IntegerField()
    reasons = serializers.ListField(child=serializers.ChoiceField(Reason.choices))
    why = serializers.CharField(help_text="In words; empty for who is not suggested.")
    load = serializers.IntegerField(help_text="Percent of a full book.")
    hours_free = serializers.IntegerField(
        allow_null=True,
        help_text="Hours left in the next 30 days, negative where short; null for an owner.",
    )


class AskablesSerializer(serializers.Serializer):
    """Whoever is suggested first, then the emptiest book."""

    results = AskableSerializer(many=True)


def _said(suggestion) -> dict:
    if suggestion is None:
        return {"reasons": [], "why": ""}
    reasons = [str(Reason(one).value) for one in (suggestion.reason, *suggestion.also)]
    return {"reasons": reasons, "why": suggestion.why}


def _row(option) -> dict:
    effect = option.effect
    return {
        **_said(option.suggestion),
        "staff": effect.staff.pk,
        "before": effect.before,
        "after": effect.after,
        "hours": effect.hours.needed,
        "hours_after": effect.hours_then.needed,
        "capacity": effect.hours.there,
    }


class SuggestionsAction:
    """Mix into the resource of clients."""

    @extend_schema(
        responses=SuggestionsSerializer,
        description="The RMs who could take the client, best first, with reasons, load and hours.",
    )
    @action(detail=True, methods=["get"], filterset_class=None, pagination_class=None)
    def suggestions(self, request, pk):
        client = self.get_object()
        allowed = rules.may_assign(request.user, client)
        self.refuse_unless(allowed, _("Only the head of the client's outlet assigns this client."))
        self.log_reading(client)
        found, nobody = options(client, on=clock.today())
        shown = {"results": map(_row, found), "nobody": nobody and _said(nobody)}
        return Response(SuggestionsSerializer(shown).data)


class AskablesAction:
    """Mix into the resource of referrals."""

    @extend_schema(
        parameters=[
            OpenApiParameter("client", int, description="From `clients/lookup/`; else a newcomer.")
        ],
        responses=AskablesSerializer,
        filters=False,
        description="Who may be asked to answer, whoever is suggested first (rules D4).",
    )
    @action(detail=False, methods=["get"], filterset_class=None, pagination_class=None)
    def suggestions(self, request):
        allowed = scope.may(request.user, scope.Right.REFER)
        self.refuse_unless(allowed, _("Your post does not refer clients."))
        found, best = offer(request.user, self._asked_about(request), on=clock.today())
        rows = [
            {
                **_said(best if best and choice.staff == best.staff else None),
                "staff": choice.staff.pk,
                "load": choice.load.percent,
                "hours_free": choice.free,
            }
            for choice in found
        ]
        return Response(AskablesSerializer({"results": rows}).data)

    def _asked_about(self, request):
        """The client of the query, known to the caller; None for a newcomer. Raises 400."""
        unknown = {
            name: [_("This list has no such filter.")]
            for name in request.query_params
            if name != "client"
        }
        if unknown:
            raise serializers.ValidationError(unknown)
        asked = request.query_params.get("client")
        if asked is None:
            return None
        known = within_reach(request.user).active().for_list()
        field = serializers.PrimaryKeyRelatedField(queryset=known)
        try:
            return field.run_validation(asked)
        except serializers.ValidationError as wrong:
            raise serializers.ValidationError({"client": wrong.detail}) from wrong
