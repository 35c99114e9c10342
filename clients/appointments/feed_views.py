"""The address at which a calendar program reads one's visits, and that feed itself."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from clients.appointments import actions, ics
from clients.appointments.models import Appointment, CalendarFeed, Slot
from clients.followups.models import FollowUp
from crm.lib import clock
from managers.people import scope
from managers.people.scope import Right

_SALT = "clients.appointments.feed"
PAST = timedelta(days=30)
AHEAD = timedelta(days=60)  # of follow-ups; visits show however far they are


def token(feed) -> str:
    """What the address of a feed carries: signed, and good until the feed is renewed."""
    return signing.dumps([feed.staff_id, feed.number], salt=_SALT)


@require_http_methods(["GET", "POST"])
def calendar_share(request):
    """Show the address of one's calendar; make a new one, or end it."""
    scope.require(request.user, Right.FOLLOW_UP)
    if request.method == "POST":
        act = {"by": request.user, "at": clock.now()}
        if request.POST.get("act") == "close":
            actions.close_feed(**act)
            messages.success(request, _("Nobody reads your calendar from outside any more."))
        else:
            actions.open_feed(**act)
            messages.success(request, _("This is the address now. Earlier ones have ended."))
        return redirect("calendar-share")
    feed = CalendarFeed.objects.filter(staff=request.user, is_open=True).first()
    url = settings.SITE_URL + reverse("calendar-feed")
    context = {"address": f"{url}?token={token(feed)}" if feed else ""}
    return render(request, "clients/appointments/share.html", context)


@require_GET
def calendar_feed(request):
    """The visits and open follow-ups of whom the token names; else not found (rules F18)."""
    feed = _feed_of(request.GET.get("token", ""))
    at = clock.now()
    mine = Slot.objects.filter(staff=feed.staff, ends_at__gte=at - PAST).values("appointment")
    visits = Appointment.objects.visible_to(feed.staff).filter(pk__in=mine).for_list()
    desk = FollowUp.objects.visible_to(feed.staff).on_the_desk_of(feed.staff)
    days = [(clock.local(at) + span).date() for span in (-PAST, AHEAD)]
    with translation.override(feed.staff.language):
        text = ics.feed(visits, desk.filter(due_on__range=days).for_list(), at=at)
    return HttpResponse(text, content_type="text/calendar; charset=utf-8")


def _feed_of(text: str) -> CalendarFeed:
    try:
        staff, number = signing.loads(text, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        raise Http404 from None
    feeds = CalendarFeed.objects.select_related("staff")
    feed = feeds.filter(staff=staff, number=number, is_open=True, staff__is_active=True).first()
    if feed is None or not scope.may(feed.staff, Right.FOLLOW_UP):
        raise Http404
    return feed
