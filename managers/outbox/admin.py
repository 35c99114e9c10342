"""The administrator's view of the outbox: what waits, what failed, and what nobody knows."""

from django.contrib import admin, messages
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.lib import clock
from crm.lib.errors import RuleBroken
from managers.outbox import actions, letters
from managers.outbox.models import Letter
from managers.outbox.queries import mail_state
from managers.people.admin import AdministratorsOnly


@admin.register(Letter)
class LetterAdmin(AdministratorsOnly):
    """Letters are read here; failed and uncertain ones are decided."""

    list_display = ["what", "recipient", "state", "trouble", "due_at", "attempts", "sent_at"]
    list_filter = ["state"]
    list_select_related = ["recipient"]
    search_fields = ["about", "recipient__employee_no", "message_id"]
    show_full_result_count = False
    fields = readonly_fields = [
        *["what", "about", "recipient", "state", "due_at", "waits_until", "attempts"],
        *["trouble", "message_id", "created_at", "sent_at"],
    ]
    actions = ["retry", "set_aside", "was_delivered", "was_not_delivered"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def changelist_view(self, request, extra_context=None):
        """How the mail stands, above the list."""
        state = {"mail": mail_state(at=clock.now())}
        return super().changelist_view(request, extra_context=state | (extra_context or {}))

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        """A button for each way in which a person may decide this letter."""
        context["decisions"] = _decisions(obj)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    @admin.display(description=gettext_lazy("kind"), ordering="kind")
    def what(self, letter):
        """What the kind is called, or its code where nobody writes it any more."""
        kind = letters.kinds.get(letter.kind)
        return (kind and (kind.title or kind.name)) or letter.kind

    @admin.display(description=gettext_lazy("not before"))
    def waits_until(self, letter):
        """When it may be tried again; a dash for a letter that waits for nothing."""
        return "-" if letter.not_before == clock.NEVER else letter.not_before

    @admin.display(description=gettext_lazy("trouble"))
    def trouble(self, letter):
        """What went wrong last, in words."""
        return letter.trouble

    @admin.action(description=gettext_lazy("Try again (failed letters)"), permissions=["view"])
    def retry(self, request, queryset):
        """Send failed letters on their way again."""
        self._decide(request, queryset, actions.retry)

    @admin.action(description=gettext_lazy("Set aside (failed letters)"), permissions=["view"])
    def set_aside(self, request, queryset):
        """Failed letters that need not arrive any more."""
        self._decide(request, queryset, actions.set_aside)

    @admin.action(
        description=gettext_lazy("Was delivered (uncertain letters)"), permissions=["view"]
    )
    def was_delivered(self, request, queryset):
        """Settle uncertain letters that somebody has seen arrive."""
        self._decide(request, queryset, actions.was_delivered)

    @admin.action(
        description=gettext_lazy("Was not delivered, send again (uncertain letters)"),
        permissions=["view"],
    )
    def was_not_delivered(self, request, queryset):
        """Send uncertain letters again that surely never arrived."""
        self._decide(request, queryset, actions.was_not_delivered)

    def _decide(self, request, queryset, act):
        for letter in queryset:
            try:
                act(letter, by=request.user, at=clock.now())
            except RuleBroken as broken:
                self._tell(request, letter, str(broken), messages.WARNING)
            else:
                self._tell(request, letter, _("Done."), messages.SUCCESS)

    def _tell(self, request, letter, sentence, level):
        about = _("Letter %(number)s: %(sentence)s")
        self.message_user(request, about % {"number": letter.pk, "sentence": sentence}, level)


def _decisions(letter) -> list[tuple[str, str]]:
    """The actions that are open for a letter, with the words on their buttons."""
    if letter.state == Letter.State.FAILED:
        return [("retry", _("Try again")), ("set_aside", _("Set aside"))]
    if letter.state == Letter.State.UNCERTAIN:
        return [
            ("was_delivered", _("It was delivered")),
            ("was_not_delivered", _("It was not delivered: send it again")),
        ]
    return []
