"""The forms of a client's file: each opens in its card, or on a page of its own."""

from dataclasses import dataclass
from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from clients.book.models import Client, Member
from clients.book.reading import seen
from clients.book.rules import may_edit
from clients.file import actions, forms
from clients.file.models import Preferences
from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.pages import status_of


@dataclass(frozen=True)
class Kind:
    """A kind of line: its forms, the card of the client's page it stands in, and its title."""

    form: type[forms.EntryForm]
    card: str
    title: Promise | str
    edit_form: type[forms.EntryForm] | None = None
    can_remove: bool = True

    @property
    def model(self):
        return self.form._meta.model


KINDS = {
    "date": Kind(forms.DateForm, "prefs", gettext_lazy("Important date")),
    "event": Kind(forms.EventForm, "prefs", gettext_lazy("Life event")),
    "relative": Kind(forms.RelativeForm, "household", gettext_lazy("Family and others")),
    "outside": Kind(forms.OutsideForm, "allowed", gettext_lazy("Told of other banks")),
    "consent": Kind(
        forms.ConsentForm,
        "allowed",
        gettext_lazy("Consent"),
        edit_form=forms.WithdrawalForm,
        can_remove=False,
    ),
}


@require_http_methods(["GET", "POST"])
def preferences(request, pk):
    """How the client wants to be reached, and what matters to them."""
    client = _client(request, pk)
    known = Preferences.objects.filter(client=client).first() or Preferences(client=client)
    form = forms.PreferencesForm(request.POST or None, instance=known)
    return _answer(request, client, form, card="prefs", title=_("Preferences"))


@require_http_methods(["GET", "POST"])
def entry_new(request, pk, kind):
    """A new line of the file."""
    client, kind = _client(request, pk), KINDS[kind]
    form = kind.form(request.POST or None, instance=kind.model(client=client))
    return _answer(request, client, form, card=kind.card, title=kind.title)


@require_http_methods(["GET", "POST"])
def entry(request, pk, kind):
    """A line of the file: correct it, or take it out."""
    kind = KINDS[kind]
    row = get_object_or_404(kind.model.objects.visible_to(request.user), pk=pk)
    client = _client(request, row.client_id)
    form = (kind.edit_form or kind.form)(request.POST or None, instance=row)
    more = {"card": kind.card, "title": kind.title, "can_remove": kind.can_remove}
    if request.method == "POST" and kind.can_remove and "remove" in request.POST:
        return _remove(request, client, form, **more)
    return _answer(request, client, form, **more)


@require_http_methods(["GET", "POST"])
def member_new(request, pk):
    """Another client of the household."""
    client = _client(request, pk)
    form = forms.MemberForm(request.POST or None, person=request.user)
    return _answer(request, client, form, card="household", title=_("Client of the household"))


@require_http_methods(["GET", "POST"])
def member(request, pk):
    """Correct what a client of the household is there; back to the client `of` whose page it is."""
    row = get_object_or_404(Member.objects.visible_to(request.user), pk=pk)
    client = _client(request, row.client_id)
    form = forms.PlaceForm(request.POST or None, instance=row)
    near = Client.objects.visible_to(request.user).filter(membership__household=row.household_id)
    of = request.GET.get("of", "")
    shown = near.filter(pk=of).first() if of.isdecimal() and len(of) < 19 else None
    title = _("Client of the household")
    return _answer(request, shown or client, form, card="household", title=title)


@require_http_methods(["POST"])
def member_leave(request, pk):
    """The client belongs to no household any more."""
    client = _client(request, pk)
    try:
        actions.leave(client, by=request.user, at=clock.now())
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, _("Removed."))
    return redirect("client", client.pk)


def _client(request, pk) -> Client:
    client = get_object_or_404(Client.objects.visible_to(request.user), pk=pk)
    if not may_edit(request.user, client):
        raise PermissionDenied(_("Only the owner edits this file."))
    seen(request, client)
    return client


def _answer(request, client, form, **context):
    """Save what is right and go back to the client; show the form otherwise."""
    save = partial(form.save, client, by=request.user, at=clock.now())
    if request.method == "POST" and form.is_valid() and save():
        messages.success(request, _("Saved."))
        return redirect("client", client.pk)
    return _show(request, client, form, **context)


def _remove(request, client, form, **context):
    """Take the line out; show it instead if a colleague changed it meanwhile."""
    form.is_valid()
    if form.remove(by=request.user, at=clock.now()):
        messages.success(request, _("Removed."))
        return redirect("client", client.pk)
    return _show(request, client, form, **context)


def _show(request, client, form, **context):
    context |= {"client": client, "form": form}
    return render(request, "clients/file/form.html", context, status=status_of(form))
