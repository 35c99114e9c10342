"""What a list of follow-ups can be narrowed by."""

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.followups.models import Channel, Contact, FollowUp, ProgrammeRun, Series, Trigger
from crm.lib import clock
from crm.lib.filtering import DayFilter, IdFilter, SpanFilter, YesNoFilter
from crm.widgets import DayInput
from managers.people import scope
from managers.people.models import RM_POSTS, Absence, Staff
from managers.people.scope import Reach, Right


def owners(request):
    """Whose follow-ups a person may tell apart.

    Heads: the relationship managers of their units. RMs: themselves and whom they cover today.
    """
    if request is None:
        return Staff.objects.none()
    person, today = request.user, clock.today()
    if scope.reach(person, Right.FOLLOW_UP) == Reach.OWN:
        covered = Absence.objects.on(today).filter(deputy=person).values("staff")
        return Staff.objects.filter(Q(pk=person.pk) | Q(pk__in=covered)).order_by("employee_no")
    units = scope.units(person, Right.FOLLOW_UP)
    return Staff.objects.posted(today, *RM_POSTS).in_units(units, today)


class FollowUpFilter(django_filters.FilterSet):
    """By owner, client, state, reason, due day, and whether they are late."""

    owner = django_filters.ModelChoiceFilter(
        queryset=owners, label=pgettext_lazy("follow-up", "Owner"), empty_label=_("All colleagues")
    )
    client = IdFilter(field_name="client_id", label=_("Client"))
    state = django_filters.ChoiceFilter(choices=FollowUp.State.choices, label=_("State"))
    trigger = django_filters.ChoiceFilter(
        choices=Trigger.choices, label=_("Reason"), empty_label=_("All reasons")
    )
    channel = django_filters.ChoiceFilter(
        choices=Channel.choices,
        label=pgettext_lazy("follow-up", "How"),
        empty_label=_("All channels"),
    )
    due_before = DayFilter(
        field_name="due_on",
        lookup_expr="lt",
        label=_("Due before"),
        widget=DayInput(attrs={"class": "form-control"}),
    )
    overdue = YesNoFilter(method="keep_overdue", label=_("Overdue"))
    callback = YesNoFilter(method="keep_callbacks", label=_("Callback"))

    class Meta:
        model = FollowUp
        fields = [
            *("owner", "client", "state", "trigger", "channel"),
            *("due_before", "overdue", "callback"),
        ]

    def keep_overdue(self, queryset, name, value):
        """Open ones whose due moment has passed, or all others."""
        late = queryset.overdue(clock.now())
        return late if value else queryset.exclude(pk__in=late.values("pk"))

    def keep_callbacks(self, queryset, name, value):
        """Calls for which a minute was agreed, or all others (rules F12)."""
        called = FollowUp.objects.callbacks()
        return queryset.callbacks() if value else queryset.exclude(pk__in=called.values("pk"))


class ContactFilter(django_filters.FilterSet):
    """Contacts of a client or a colleague, by channel, time and validity."""

    client = IdFilter(field_name="client_id", label=_("client"))
    staff = IdFilter(field_name="staff_id", label=_("RM"))
    channel = django_filters.ChoiceFilter(choices=Channel.choices, label=_("how"))
    happened_between = SpanFilter(field_name="happened_at", label=_("when"))
    is_valid = YesNoFilter(label=_("valid contact"))

    class Meta:
        model = Contact
        fields = ["client", "staff", "channel", "happened_between", "is_valid"]


class ProgrammeFilter(django_filters.FilterSet):
    """Programmes of a client, by state."""

    client = IdFilter(field_name="client_id", label=_("client"))
    state = django_filters.ChoiceFilter(choices=ProgrammeRun.State.choices, label=_("State"))

    class Meta:
        model = ProgrammeRun
        fields = ["client", "state"]


class SeriesFilter(django_filters.FilterSet):
    """Recurring follow-ups of a client, those that go on or those that have ended."""

    client = IdFilter(field_name="client_id", label=_("client"))
    ended = YesNoFilter(field_name="ended_at", lookup_expr="isnull", exclude=True, label=_("ended"))

    class Meta:
        model = Series
        fields = ["client", "ended"]
