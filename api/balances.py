"""Closing balances: read by whoever may open the file, delivered by the feed of the bank."""

import django_filters as filters
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.response import Response

from api.views import ReadOnlyResource
from clients.assets import rules
from clients.assets.actions import record_balances
from clients.models import Balance, Client
from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.lib.filtering import DayFilter, IdFilter
from managers.access.scopes import Group

MOST = 1_000  # balances in one request


class BalanceSerializer(serializers.ModelSerializer):
    """What a client had at the close of a day, in CNY; it holds until the next balance."""

    closing = serializers.DecimalField(max_digits=18, decimal_places=2, help_text="In CNY.")

    class Meta:
        model = Balance
        fields = ["id", "client", "day", "closing"]


class BalanceFilter(filters.FilterSet):
    """Balances of a client, or of a stretch of days, both ends included."""

    client = IdFilter(field_name="client_id")
    since = DayFilter(field_name="day", lookup_expr="gte")
    until = DayFilter(field_name="day", lookup_expr="lte")

    class Meta:
        model = Balance
        fields = ["client", "since", "until"]


class NewBalanceSerializer(serializers.Serializer):
    """One balance, of the client with this number."""

    number = serializers.CharField(max_length=40, help_text="The client's number.")
    day = serializers.DateField()
    closing = serializers.DecimalField(max_digits=18, decimal_places=2, min_value=0)


class BalanceBatchSerializer(serializers.Serializer):
    """At most 1,000 balances."""

    items = serializers.ListField(child=serializers.DictField(), max_length=MOST, allow_empty=False)


class BalanceBatchSchema(serializers.Serializer):
    """At most 1,000 balances."""

    items = NewBalanceSerializer(many=True)


class BalanceResultSerializer(serializers.Serializer):
    """What became of one item."""

    number = serializers.CharField()
    day = serializers.CharField()
    outcome = serializers.ChoiceField(["created", "updated", "unchanged", "rejected"])
    detail = serializers.CharField(help_text="Why it was rejected; else empty.")


class BalanceResultsSerializer(serializers.Serializer):
    """One result an item, in the order of the items."""

    results = BalanceResultSerializer(many=True)


@extend_schema_view(
    list=extend_schema(description="Balances of the clients whose file the caller may open."),
    retrieve=extend_schema(description="One balance."),
)
class BalanceViewSet(ReadOnlyResource):
    """Balances."""

    token_group = Group.CLIENTS
    model = Balance
    serializer_class = BalanceSerializer
    filterset_class = BalanceFilter
    orderings = {"id": ("pk",), "-day": ("-day", "-pk")}

    def visible(self):
        return Balance.objects.visible_to(self.request.user)

    @extend_schema(
        request=BalanceBatchSchema,
        responses={200: BalanceResultsSerializer},
        description="Deliver closing balances. Each item stands alone and has its own answer; the "
        "same client and day again changes nothing, or corrects.",
    )
    def create(self, request):
        allowed = rules.may_record(request.user)
        self.refuse_unless(allowed, _("Your post does not deliver balances."))
        items = self.read_input(BalanceBatchSerializer)["items"]
        return Response({"results": _deliver(items, **self.act())})


def _deliver(items: list[dict], *, by, at) -> list[dict]:
    """Record what can be used; one answer an item."""
    read = [_read(item, today=clock.local(at).date()) for item in items]
    numbers = {found["number"] for found, _why in read if found}
    clients = Client.objects.in_use().filter(number__in=numbers)
    ids = dict(clients.values_list("number", "pk"))
    wanted, places = {}, []
    for found, why in read:
        if found and found["number"] not in ids:
            why = _("There is no client %(number)s.") % {"number": found["number"]}
        place = None if why else (ids[found["number"]], found["day"])
        if place in wanted:
            place, why = None, _("This client and day stand in the batch already.")
        if place:
            wanted[place] = found["closing"]
        places.append((place, why))
    written = record_balances(wanted, by=by, at=at)
    return [
        {
            "number": str(item.get("number", ""))[:40],
            "day": str(item.get("day", ""))[:10],
            "outcome": written.outcome(place) if place else "rejected",
            "detail": why,
        }
        for item, (place, why) in zip(items, places, strict=True)
    ]


def _read(item: dict, *, today) -> tuple[dict | None, str]:
    """The balance of an item, or why it is none."""
    given = NewBalanceSerializer(data=item)
    if not given.is_valid():
        return None, " ".join(
            f"{name}: {message}" for name, found in given.errors.items() for message in found
        )
    found = given.validated_data
    try:
        rules.check_balance(found["day"], found["closing"], today=today)
    except RuleBroken as broken:
        return None, str(broken)
    return found, ""
