"""The masked look-up: who is known at the caller's outlet."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from clients.book.lookup import lookup
from crm.pages import address_of


class KnownClientSerializer(serializers.Serializer):
    """A client of the outlet, masked."""

    id = serializers.IntegerField()
    name = serializers.CharField(help_text="Masked name.")
    tier = serializers.CharField()
    state = serializers.CharField()
    owner = serializers.IntegerField(source="owner.pk", default=None, allow_null=True)


class LookUpSerializer(serializers.Serializer):
    """The first rows that match."""

    results = KnownClientSerializer(many=True)


class LookUpAction:
    """Mix into the resource of clients."""

    @extend_schema(
        parameters=[
            OpenApiParameter("q", str, required=True, description="Name, pinyin, number, phone.")
        ],
        responses=LookUpSerializer,
        filters=False,
        description="Who is known at the caller's outlet, masked; logged, limited by the hour.",
    )
    @action(detail=False, methods=["get"], filterset_class=None, pagination_class=None)
    def lookup(self, request):
        text, address = request.query_params.get("q", ""), address_of(request)
        found = lookup(request.user, text, at=self.act()["at"], address=address)
        return Response({"results": KnownClientSerializer(found, many=True).data})
