"""The next step that a page proposes once a contact was recorded: one click books it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clients.followups import actions, proposals
from clients.followups.models import Contact
from crm import words
from crm.lib import clock
from crm.lib.errors import RuleBroken

_KEY = "recorded"  # the session's id of the contact that was recorded last


def remember(request, contact) -> None:
    """Let the next page propose what follows from a contact."""
    request.session[_KEY] = contact.pk


def proposed(request) -> dict | None:
    """The contact recorded just before and the step that follows, once; None for neither."""
    pk = request.session.pop(_KEY, None)
    contact = _contacts(request).filter(pk=pk).first() if pk else None
    step = proposals.after(contact, today=clock.today()) if contact else None
    return {"contact": contact, "step": step} if step else None


def contact_before(request, client) -> Contact | None:
    """The contact of one's own that `?after=` names, from which the step of a form follows."""
    pk = request.GET.get("after", "")
    return _contacts(request).filter(pk=pk, client=client).first() if pk.isdecimal() else None


def say_counted(request, contact) -> None:
    """Tell of a contact that counts since its next step is booked."""
    was = contact.is_valid
    contact.refresh_from_db()
    if contact.is_valid and not was:
        messages.success(request, _("With its next step the contact is valid."))


@require_POST
def contact_next(request, pk):
    """Book the proposed step as it is, and go on where it was proposed."""
    contact = get_object_or_404(_contacts(request), pk=pk)
    step = proposals.after(contact, today=clock.today())
    try:
        if step is None:
            raise RuleBroken(_("The next step is booked already."))
        item = actions.book_after(contact, **step.booking, by=request.user, at=clock.now())
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        done = {"how": step.how, "day": words.day(item.due_on)}
        messages.success(request, _("Booked: %(how)s, %(day)s.") % done)
        say_counted(request, contact)
    if request.POST.get("back") == "today":
        return redirect("today")
    return redirect("client", contact.client_id)


def _contacts(request):
    rows = Contact.objects.visible_to(request.user).filter(staff=request.user)
    return rows.select_related("client__owner", "follow_up")
