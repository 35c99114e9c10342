"""The administrator's tables: units, people, settings and announced days; every change audited.

Rights come from the post, not from Django's permissions: administrators at head office see these
tables, nobody else does. History is never edited: a posting is followed by the next one.
"""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from crm import bank, workdays
from crm.lib import clock
from crm.models import BankSetting, CalendarDay
from managers.audit.actions import record
from managers.people import actions, forms
from managers.people.models import (
    Absence,
    Associate,
    Eligibility,
    Licence,
    OrgUnit,
    Post,
    Posting,
    SpokenLanguage,
)


class AdministratorsOnly(admin.ModelAdmin):
    """A table for administrators at head office; each change leaves a line in the audit."""

    def has_module_permission(self, request):
        return _is_administrator(request.user)

    def has_view_permission(self, request, obj=None):
        return _is_administrator(request.user)

    def has_add_permission(self, request):
        return _is_administrator(request.user)

    def has_change_permission(self, request, obj=None):
        return _is_administrator(request.user)

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        """Save, and record which fields were touched."""
        super().save_model(request, obj, form, change)
        verb = f"{obj._meta.model_name}.{'changed' if change else 'added'}"
        record(verb, obj, by=request.user, at=clock.now(), fields=form.changed_data)


class Appended(AdministratorsOnly):
    """A table whose rows are written by an action and stay as they are."""

    def has_change_permission(self, request, obj=None):
        return False

    def write(self, data, *, by, at):
        """Call the action that makes the row."""
        raise NotImplementedError

    def save_model(self, request, obj, form, change):
        """Let the action write the row; it records itself."""
        row = self.write({**form.cleaned_data}, by=request.user, at=clock.now())
        obj.__dict__.update(row.__dict__)


@admin.register(OrgUnit)
class OrgUnitAdmin(AdministratorsOnly):
    form = forms.OrgUnitForm
    list_display = ["code", "name", "latin_name", "kind", "parent", "served_by", "is_active"]
    list_filter = ["kind", "is_active"]
    list_select_related = ["parent", "served_by"]
    search_fields = ["code", "name", "latin_name"]
    autocomplete_fields = ["parent", "served_by"]

    def get_readonly_fields(self, request, obj=None):
        """Code and parent make the path of all below: they stay."""
        return ["code", "kind", "parent"] if obj else []

    def save_model(self, request, obj, form, change):
        """A new unit's path begins with its parent's."""
        if not change:
            obj.path = f"{obj.parent.path if obj.parent else '/'}{obj.code}/"
        super().save_model(request, obj, form, change)


@admin.register(Posting)
class PostingAdmin(Appended):
    form = forms.PostingForm
    list_display = ["staff", "post", "unit", "grade", "step", "since", "until"]
    list_filter = ["post", "grade"]
    list_select_related = ["staff", "unit"]
    search_fields = ["staff__employee_no", "staff__name", "unit__name"]
    autocomplete_fields = ["staff", "unit"]
    date_hierarchy = "since"

    def write(self, data, *, by, at):
        return actions.post_to(data.pop("staff"), **data, by=by, at=at)


@admin.register(Eligibility)
class EligibilityAdmin(Appended):
    fields = ["staff", "ethics", "knowledge", "experience", "health", "clean_record"]
    list_display = ["staff", "attested_at", "attested_by", "complete"]
    list_select_related = ["staff", "attested_by"]
    search_fields = ["staff__employee_no", "staff__name"]
    autocomplete_fields = ["staff"]

    @admin.display(description=_("complete"), boolean=True)
    def complete(self, eligibility):
        """Whether all five are attested."""
        return eligibility.is_complete

    def write(self, data, *, by, at):
        return actions.attest(data.pop("staff"), **data, by=by, at=at)


@admin.register(Absence)
class AbsenceAdmin(Appended):
    form = forms.AbsenceForm
    list_display = ["staff", "kind", "first_day", "last_day", "deputy"]
    list_filter = ["kind"]
    list_select_related = ["staff", "deputy"]
    search_fields = ["staff__employee_no", "staff__name"]
    autocomplete_fields = ["staff", "deputy"]
    date_hierarchy = "first_day"

    def write(self, data, *, by, at):
        return actions.be_absent(data.pop("staff"), **data, by=by, at=at)


@admin.register(Licence)
class LicenceAdmin(AdministratorsOnly):
    list_display = ["staff", "kind", "number", "valid_until"]
    list_filter = ["kind"]
    list_select_related = ["staff"]
    search_fields = ["staff__employee_no", "staff__name", "number"]
    autocomplete_fields = ["staff"]
    date_hierarchy = "valid_until"


@admin.register(SpokenLanguage)
class SpokenLanguageAdmin(AdministratorsOnly):
    list_display = ["staff", "language"]
    list_filter = ["language"]
    list_select_related = ["staff"]
    search_fields = ["staff__employee_no", "staff__name"]
    autocomplete_fields = ["staff"]


@admin.register(Associate)
class AssociateAdmin(AdministratorsOnly):
    list_display = ["name", "kind", "employer", "unit", "is_active"]
    list_filter = ["kind", "is_active"]
    list_select_related = ["unit"]
    search_fields = ["name", "employer"]
    autocomplete_fields = ["unit"]


@admin.register(BankSetting)
class BankSettingAdmin(AdministratorsOnly):
    form = forms.BankSettingForm
    list_display = ["key", "valid_from", "value"]
    list_filter = ["key"]

    def has_change_permission(self, request, obj=None):
        """What has ruled a day stays; a new row changes it from a day on."""
        is_open = obj is None or obj.valid_from > clock.today()
        return is_open and super().has_change_permission(request, obj)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        bank.forget()


@admin.register(CalendarDay)
class CalendarDayAdmin(AdministratorsOnly):
    list_display = ["date", "is_workday", "name", "source"]
    list_filter = ["is_workday"]
    date_hierarchy = "date"

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        workdays.forget()


def _is_administrator(person) -> bool:
    if not (person.is_active and person.is_staff):
        return False
    return person.is_superuser or person.current_post == Post.HQ_ADMIN
