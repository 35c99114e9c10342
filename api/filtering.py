"""Filters that refuse what they do not know: a misspelt filter is 400, never ignored."""

from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ValidationError

from api.paging import CursorPages


class StrictFilters(DjangoFilterBackend):
    """django-filter over the view's FilterSet, after a look at every name in the query."""

    def filter_queryset(self, request, queryset, view):
        filterset_class = self.get_filterset_class(view, queryset)
        known = {
            *CursorPages.parameters,
            *(filterset_class.base_filters if filterset_class else ()),
        }
        unknown = {
            name: [_("This list has no such filter.")]
            for name in request.query_params
            if name not in known
        }
        idle = {
            name: [_("Give this filter one value.")]
            for name, values in request.query_params.lists()
            if len(values) > 1 or not values[0].strip()
        }
        if unknown or idle:
            raise ValidationError(idle | unknown)
        return super().filter_queryset(request, queryset, view)
