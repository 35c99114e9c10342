"""What lists of market notes and reports can be narrowed by."""

import django_filters
from django.utils.translation import gettext_lazy as _

from clients.market.models import MarketNote, MarketReport, ReportReading
from crm.lib import clock
from crm.lib.filtering import DayFilter, IdFilter, SpanFilter, YesNoFilter


class NoteFilter(django_filters.FilterSet):
    """By author, outlet, tag, and when it was written."""

    author = IdFilter(field_name="author_id", label=_("RM"))
    org_unit = IdFilter(field_name="unit_id", label=_("outlet"))
    tag = django_filters.CharFilter(method="keep_tagged", label=_("tag"))
    between = SpanFilter(field_name="written_at", label=_("when"))

    class Meta:
        model = MarketNote
        fields = ["author", "org_unit", "tag", "between"]

    def keep_tagged(self, queryset, name, value):
        """Those with this tag."""
        return queryset.tagged(value)


class ReportFilter(django_filters.FilterSet):
    """By author, outlet, month, tag, and where it stands: owed, late, or yet to be read."""

    author = IdFilter(field_name="author_id", label=_("RM"))
    org_unit = IdFilter(field_name="unit_id", label=_("outlet"))
    month = DayFilter(label=_("month"), help_text=_("Its first day."))
    tag = django_filters.CharFilter(method="keep_tagged", label=_("tag"))
    handed_in = YesNoFilter(
        field_name="submitted_at", lookup_expr="isnull", exclude=True, label=_("handed in")
    )
    overdue = YesNoFilter(method="keep_overdue", label=_("late"))
    unread = YesNoFilter(method="keep_unread", label=_("to read"))

    class Meta:
        model = MarketReport
        fields = ["author", "org_unit", "month", "tag", "handed_in", "overdue", "unread"]

    def keep_tagged(self, queryset, name, value):
        """Those with this tag."""
        return queryset.tagged(value)

    def keep_overdue(self, queryset, name, value):
        """Those that should have been handed in before today, or all others."""
        late = MarketReport.objects.late(on=clock.today())
        return self._either(queryset, late, value)

    def keep_unread(self, queryset, name, value):
        """Those of colleagues that the person has not marked as read, or all others."""
        person = self.request.user
        read = ReportReading.objects.filter(staff=person).values("report")
        waiting = MarketReport.objects.filter(submitted_at__isnull=False)
        waiting = waiting.exclude(author=person).exclude(pk__in=read)
        return self._either(queryset, waiting, value)

    @staticmethod
    def _either(queryset, rows, value):
        within = {"pk__in": rows.values("pk")}
        return queryset.filter(**within) if value else queryset.exclude(**within)
