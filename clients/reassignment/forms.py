"""What a head says about a plan."""

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.book.models import Client
from clients.reassignment import actions
from clients.reassignment.models import PlannedMove, ReassignmentPlan
from crm import words
from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.pages import add_refusal
from crm.widgets import DayInput
from managers.people import scope
from managers.people.models import Posting, Staff
from managers.people.scope import Right

MOST = 500  # rows given to somebody by hand at once


class StaffChoice(forms.ModelChoiceField):
    """A colleague by name."""

    def label_from_instance(self, person):
        return words.plain_name(person)


class PlanForm(forms.Form):
    """Who goes, why, from when; and on leave until when and who covers."""

    from_staff = StaffChoice(label=_("RM who goes"), queryset=Staff.objects.none())
    cause = forms.ChoiceField(label=_("Reason"), choices=ReassignmentPlan.Cause.choices)
    effective_on = forms.DateField(label=_("First day"), widget=DayInput)
    last_day = forms.DateField(
        label=_("Last day"), required=False, widget=DayInput, help_text=_("For a leave only.")
    )
    deputy = StaffChoice(
        label=_("Deputy"),
        required=False,
        queryset=Staff.objects.none(),
        help_text=_("For a leave only: covers until the last day, the clients keep their owner."),
    )
    elsewhere = forms.BooleanField(
        label=_("Colleagues at other outlets of the branch may receive clients as well"),
        required=False,
    )

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        outlets = scope.units(person, Right.ASSIGN)
        owned = Client.objects.active().filter(outlet__in=outlets, owner__isnull=False)
        keeping = Staff.objects.filter(pk__in=owned.values("owner"))
        self.fields["from_staff"].queryset = keeping.order_by("employee_no")
        units = outlets.values("pk")
        near = Posting.objects.on(clock.today()).filter(unit__in=units, sequence="rm")
        deputies = Staff.objects.filter(is_active=True, pk__in=near.values("staff"))
        self.fields["deputy"].queryset = deputies.order_by("employee_no")

    def save(self, *, by, at) -> ReassignmentPlan | None:
        """Make the plan; None after a refusal, which then stands in the form."""
        given = {**self.cleaned_data}
        try:
            return actions.draft(given.pop("from_staff"), **given, by=by, at=at)
        except RuleBroken as broken:
            add_refusal(self, broken)
            return None


class MovesForm(forms.Form):
    """Rows of a plan, and the colleague who shall have them."""

    moves = forms.ModelMultipleChoiceField(queryset=PlannedMove.objects.none())
    to = StaffChoice(queryset=Staff.objects.filter(is_active=True), required=False)
    reason = forms.CharField(required=False, max_length=200)
    version = forms.IntegerField(required=False)

    def __init__(self, *args, plan, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["moves"].queryset = plan.moves.all()
        self.fields["moves"].error_messages["required"] = _("Please select clients first.")

    def clean_moves(self):
        """So many at once; shares are made anew for more."""
        found = list(self.cleaned_data["moves"])
        if len(found) > MOST:
            raise forms.ValidationError(_("Please select at most 500 clients."))
        return found


class SharesForm(forms.Form):
    """Who may receive when the shares are made anew."""

    only = forms.ModelMultipleChoiceField(queryset=Staff.objects.filter(is_active=True))
    elsewhere = forms.BooleanField(required=False)
    version = forms.IntegerField(required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["only"].error_messages["required"] = _("Please select who may receive clients.")
