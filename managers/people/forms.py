"""What people choose for themselves, and what the administrator types about them."""

import re

from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from crm import bank
from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.models import BankSetting
from crm.pages import add_refusal
from managers.people import rules
from managers.people.models import RECEIVES, Absence, OrgUnit, Posting, Staff


class PreferencesForm(forms.Form):
    """Language and appearance; each may be sent alone."""

    language = forms.ChoiceField(choices=Staff.Language.choices, required=False)
    theme = forms.ChoiceField(choices=Staff.Theme.choices, required=False)


class RuledForm(forms.ModelForm):
    """A model's form that asks the rules before it is saved, and shows their refusal."""

    def check(self, data) -> None:
        """Raise RuleBroken if this may not be."""
        raise NotImplementedError

    def clean(self):
        """Ask the rules once all fields are in order."""
        data = super().clean()
        if not self.errors:
            try:
                self.check(data)
            except RuleBroken as broken:
                add_refusal(self, broken)
        return data


class HireForm(forms.ModelForm):
    """A new account with its first password."""

    password = forms.CharField(
        label=_("First password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        model = Staff
        fields = ["employee_no", "name", "latin_name", "email", "language", "is_staff"]

    def clean_password(self):
        """Long enough, and none of the common ones (security 18)."""
        password = self.cleaned_data["password"]
        known = {name: self.cleaned_data.get(name, "") for name in ("employee_no", "name", "email")}
        password_validation.validate_password(password, Staff(**known))
        return password


class PostingForm(RuledForm):
    """Where a person works from a day on."""

    class Meta:
        model = Posting
        fields = ["staff", "unit", "post", "grade", "step", "since"]

    def check(self, data):
        """Attestations, grade and order of postings."""
        terms = {name: data[name] for name in ("post", "grade", "step", "since")}
        rules.check_posting(data["staff"], **terms)

    def _post_clean(self):
        # The sequence follows from the post in the action; the model alone cannot know it.
        pass


class AbsenceForm(RuledForm):
    """Days away, and who covers."""

    class Meta:
        model = Absence
        fields = ["staff", "kind", "first_day", "last_day", "deputy"]

    def check(self, data):
        """Overlaps, and whether the deputy can cover."""
        days = {name: data[name] for name in ("first_day", "last_day", "deputy")}
        rules.check_absence(data["staff"], **days)


class OrgUnitForm(forms.ModelForm):
    """A unit; its code becomes part of the paths of all below it."""

    class Meta:
        model = OrgUnit
        fields = ["code", "name", "latin_name", "kind", "parent", "served_by", "is_active"]

    def clean_code(self):
        """Letters, digits, dots and dashes: a slash would break the path."""
        code = self.cleaned_data["code"]
        if not re.fullmatch(r"[\w.-]+", code):
            raise forms.ValidationError(_("Use letters, digits, dots and dashes."))
        return code

    def clean_is_active(self):
        """What receives clients is closed by its opening hours first: they tell who meets there."""
        unit, is_open = self.instance, self.cleaned_data["is_active"]
        ends = unit.is_active and not is_open and unit.kind in RECEIVES
        closed = unit.opening_hours.for_good().filter(valid_from__lte=clock.today()) if ends else []
        if ends and not closed:
            raise forms.ValidationError(
                _("First let its opening hours say from which day on it is closed for good.")
            )
        return is_open


class BankSettingForm(forms.ModelForm):
    """A setting of the bank from a day on."""

    key = forms.ChoiceField(
        label=_("setting"), choices=[(key, key) for key in sorted(bank.DEFAULTS)]
    )

    class Meta:
        model = BankSetting
        fields = ["key", "valid_from", "value"]
