"""The administrator's table of people: who may come in, and with what."""

from django.contrib import admin, messages
from django.utils.translation import gettext_lazy as _

from crm.lib import clock
from crm.lib.errors import RuleBroken
from managers.access.actions import factors, sessions
from managers.people import actions, forms
from managers.people.admin import AdministratorsOnly
from managers.people.models import Staff


@admin.register(Staff)
class StaffAdmin(AdministratorsOnly):
    list_display = ["employee_no", "name", "latin_name", "email", "is_active", "is_staff"]
    list_filter = ["is_active", "is_staff", "language"]
    search_fields = ["employee_no", "name", "latin_name"]
    ordering = ["employee_no"]
    readonly_fields = ["is_active", "last_login"]
    actions = ["end_access", "restore_access", "reset_factors"]

    def get_form(self, request, obj=None, change=False, **kwargs):
        """A first password for a new person; later only what is no secret."""
        if obj is None:
            return forms.HireForm
        kwargs["fields"] = ["name", "latin_name", "email", "language", "is_staff"]
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request, obj=None):
        """The fields of the form, and for known people when they were last here."""
        if obj is None:
            return [*forms.HireForm.Meta.fields, "password"]
        return ["name", "latin_name", "email", "language", "is_staff", *self.readonly_fields]

    def get_readonly_fields(self, request, obj=None):
        return self.readonly_fields if obj else []

    def save_model(self, request, obj, form, change):
        """New people come in by the action that hires."""
        if change:
            super().save_model(request, obj, form, change)
        else:
            hired = actions.hire(**form.cleaned_data, by=request.user, at=clock.now())
            obj.__dict__.update(hired.__dict__)

    @admin.action(description=_("End the access of the selected people"))
    def end_access(self, request, queryset):
        """Sessions and tokens end at once."""
        self._each(request, queryset, sessions.deactivate)

    @admin.action(description=_("Restore the access of the selected people"))
    def restore_access(self, request, queryset):
        """They sign in with their old password."""
        self._each(request, queryset, sessions.reactivate)

    @admin.action(description=_("Reset the second factor of the selected people"))
    def reset_factors(self, request, queryset):
        """They lost it: they are signed out, sign in by password, and set up a new one."""
        self._each(request, queryset, factors.reset_factors)

    def _each(self, request, queryset, act):
        for person in queryset.order_by("pk"):
            try:
                act(person, by=request.user, at=clock.now())
            except RuleBroken as broken:
                self.message_user(request, str(broken), messages.ERROR)
