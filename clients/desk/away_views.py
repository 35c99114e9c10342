"""What happened while somebody covered for me: one screen on coming back."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from clients.desk.away import last_away, news_since
from crm.lib import clock
from managers.people import scope
from managers.people.scope import Right

SHOWN = 200  # clients; whoever was away longer finds the rest in the list of clients


@require_GET
def away(request):
    """Per client what changed, what was promised and what is due, for 30 days (rules E8)."""
    scope.require(request.user, Right.FOLLOW_UP)
    at = clock.now()
    period = last_away(request.user, on=clock.local(at).date())
    news = news_since(request.user, period, at=at) if period else []
    context = {
        "period": period,
        "news": news[:SHOWN],
        "more": len(news[SHOWN:]),
        "clients": len(news),
        "promised": sum(len(one.promised) for one in news),
        "late": sum(one.is_late for one in news),
    }
    return render(request, "clients/desk/away.html", context)
