"""Cursor paging by key set: the same cost on every page, whatever is added meanwhile."""

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from crm.lib.paging import keyset


class CursorPages(BasePagination):
    """`{next, previous, results}`, `page_size` up to 200, `?count=1` adds a count.

    A view names its `orderings` (name to sort keys, all NOT NULL) and the first is the default.
    """

    default_size = 50
    largest_size = 200
    parameters = ("page_size", "after", "before", "count", "ordering")

    def paginate_queryset(self, queryset, request, view=None):
        self.request = request
        given = request.query_params
        if given.get("count", "0") not in ("0", "1"):
            raise ValidationError({"count": [_("0 or 1.")]})
        self.count = queryset.count() if given.get("count") == "1" else None
        try:
            self.page = keyset(
                queryset,
                order=self._order(view, given.get("ordering")),
                after=given.get("after"),
                before=given.get("before"),
                size=self._size(given.get("page_size")),
            )
        except ValueError as broken:
            raise ValidationError({"cursor": [_("This is not a cursor of this list.")]}) from broken
        return self.page.rows

    def get_paginated_response(self, data):
        body = {
            "next": self._link("after", self.page.next_cursor),
            "previous": self._link("before", self.page.previous_cursor),
            "results": data,
        }
        if self.count is not None:
            body["count"] = self.count
        return Response(body)

    def _order(self, view, name):
        orderings = view.orderings
        if name is None:
            return next(iter(orderings.values()))
        if name not in orderings:
            choices = ", ".join(orderings)
            raise ValidationError(
                {"ordering": [_("Choose one of: %(names)s.") % {"names": choices}]}
            )
        return orderings[name]

    def _size(self, text):
        if text is None:
            return self.default_size
        if not text.isdecimal() or not 1 <= int(text) <= self.largest_size:
            raise ValidationError({"page_size": [_("A whole number from 1 to 200.")]})
        return int(text)

    def _link(self, direction, cursor):
        if not cursor:
            return None
        url = self.request.build_absolute_uri()
        for name in ("after", "before"):
            url = remove_query_param(url, name)
        return replace_query_param(url, direction, cursor)

    def get_schema_operation_parameters(self, view):
        def parameter(name, kind, description, **more):
            schema = {"type": kind, **more}
            return {"name": name, "in": "query", "schema": schema, "description": description}

        names = list(getattr(view, "orderings", {"": ()}))
        return [
            parameter("page_size", "integer", "Rows a page.", minimum=1, maximum=200, default=50),
            parameter("after", "string", "Cursor of the next page."),
            parameter("before", "string", "Cursor of the page before."),
            parameter("count", "string", "1 adds the count of all rows.", enum=["0", "1"]),
            parameter("ordering", "string", "Order of the rows.", enum=names, default=names[0]),
        ]

    def get_paginated_response_schema(self, schema):
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "next": link,
                "previous": link,
                "results": schema,
                "count": {"type": "integer"},
            },
        }
