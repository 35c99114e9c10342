"""The mailbox of the demo: every mail that was sent, as its reader sees it."""

from functools import wraps

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from crm.lib.paging import Page
from managers.outbox import filebox

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
