"""The frame of every resource."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView
from rest_framework import mixins, viewsets
from rest_framework.exceptions import PermissionDenied
from rest_framework.response import Response
from rest_framework.views import APIView

from api.concurrency import etag
from api.idempotency import IdempotentPosts
from clients.book import reading
from clients.models import Client
from crm.lib import clock
from managers.access.scopes import ANY


class SchemaView(SpectacularJSONAPIView):
    """What the API is, for every token."""

    token_group = ANY


class DocsView(SpectacularSwaggerSplitView):
    """The same to read."""

    token_group = ANY


@extend_schema(exclude=True)
class NothingHere(APIView):
    """Every address that the API has not: refused in its own words, not with a page."""

    token_group = ANY

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        raise Http404


class Resource(IdempotentPosts, viewsets.GenericViewSet):
    """A resource whose rows are those that the caller may know exist.

    `visible()` gives them; a detail URL of another row answers 404. Writes go through actions.
    """

    orderings = {"id": ("pk",)}
    lookup_value_regex = r"\d{1,18}"
    detail_serializer_class = None

    def visible(self):
        """Rows that the caller may know exist."""
        raise NotImplementedError

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):
            return self.model.objects.none()
        return self.visible()

    def get_object(self):
        return get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])

    def read_input(self, serializer_class) -> dict:
        """Validated fields of an action's own input. Raises 400."""
        context = self.get_serializer_context()
        given = serializer_class(data=self.request.data, context=context)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def answer(self, row, status=200) -> Response:
        """The row as the caller may see it now, with its entity tag; 204 once out of sight."""
        seen = self.visible().filter(pk=row.pk).first()
        if seen is None:
            return Response(status=204)
        self.log_reading(seen)
        headers = {"ETag": etag(seen)} if hasattr(seen, "version") else {}
        serializer_class = self.detail_serializer_class or self.serializer_class
        shown = serializer_class(seen, context=self.get_serializer_context())
        return Response(shown.data, status=status, headers=headers)

    def retrieve(self, request, *args, **kwargs):
        return self.answer(self.get_object())

    def log_reading(self, row) -> None:
        """Note in the access log that the caller reads of the row's client, if it has one."""
        client = row if isinstance(row, Client) else getattr(row, "client", None)
        if isinstance(client, Client):
            reading.seen(self.request, client)

    def act(self, **more):
        """Who acts and when: the keywords that every action takes."""
        return {"by": self.request.user, "at": clock.now(), **more}

    def refuse_unless(self, allowed, sentence):
        """Raise 403 for somebody who may see the row but not do this."""
        if not allowed:
            raise PermissionDenied(sentence)


class ReadOnlyResource(mixins.ListModelMixin, Resource):
    """A list and its rows; a list of one client's rows is a reading of that file."""

    def list(self, request, *args, **kwargs):
        asked = request.query_params.get("client", "")
        if asked.isdecimal() and hasattr(self.model, "client"):
            for client in Client.objects.visible_to(request.user).filter(pk=asked):
                reading.seen(request, client)
        return super().list(request, *args, **kwargs)
