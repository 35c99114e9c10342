"""What a person chooses of mails, and the mailbox of the demo: every mail that was sent."""

from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from crm.lib import clock
from crm.lib.paging import Page
from crm.pages import status_of
from managers.outbox import actions, filebox, letters, rules, stopping
from managers.outbox.forms import ChoiceForm
from managers.people.models import Staff

PAGE = 30
# A mail brings styles of its own and nothing else; its links open in a new tab.
_MAIL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
)


def _in_demo_only(view):
    @wraps(view)
    def shown(request, *args, **kwargs):
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return shown


@require_safe
@_in_demo_only
def mailbox(request, name=""):
    """The list, newest first, and the mail that was chosen."""
    letter = _mail_or_404(name) if name else None
    page = _page(name, request.GET.get("after", ""), request.GET.get("before", ""))
    return render(request, "mailbox.html", {"letters": page.rows, "letter": letter, "page": page})


@require_safe
@_in_demo_only
@xframe_options_sameorigin
def body(request, name):
    """A mail's HTML alone, for the frame on its page."""
    html = _mail_or_404(name).html.replace("<head>", '<head><base target="_blank">', 1)
    return HttpResponse(html, headers={"Content-Security-Policy": _MAIL_POLICY})


def _mail_or_404(name):
    mail = filebox.read(name)
    if mail is None:
        raise Http404
    return mail


def _page(chosen, after, before) -> Page:
    """The names after or before a cursor, else the page on which the chosen mail stands."""
    names = filebox.names()
    if after:
        start = sum(name >= after for name in names)
    elif before:
        start = max(sum(name > before for name in names) - PAGE, 0)
    else:
        start = names.index(chosen) // PAGE * PAGE if chosen else 0
    shown = names[start : start + PAGE]
    return Page(
        [filebox.read(name) for name in shown],
        next_cursor=shown[-1] if start + PAGE < len(names) else None,
        previous_cursor=shown[0] if shown and start else None,
    )


@require_http_methods(["GET", "POST"])
def mail_choices(request):
    """Which reminders come by mail, and when none does."""
    choice = rules.choice_of(request.user)
    form = ChoiceForm(request.POST or None, choice=choice, person=request.user)
    if request.method == "POST" and form.is_valid():
        actions.choose(**form.cleaned_data, by=request.user, at=clock.now())
        messages.success(request, _("Your choice holds from now on."))
        return redirect("mail-choices")
    return render(request, "managers/outbox/choices.html", {"form": form}, status=status_of(form))


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "POST"])
def mail_stop(request):
    """Stop a kind of reminder by the address in a mail; looking at it changes nothing (RFC 8058).

    The signature stands for the person, so that a mail program may ask without a session.
    """
    token = request.GET.get("token") or request.POST.get("token", "")
    person, kind = stopping.opened(token) or (None, "")
    reader = Staff.objects.filter(pk=person, is_active=True).first()
    reminder = letters.kinds.get(kind)
    if reader is None or reminder is None or not reminder.title:
        raise Http404
    if request.method == "POST":
        actions.stop(kind, by=reader, at=clock.now())
    with translation.override(reader.language):
        is_stopped = kind in rules.choice_of(reader).stopped
        context = {"title": reminder.title, "is_stopped": is_stopped}
        return render(request, "managers/outbox/stop.html", context)
