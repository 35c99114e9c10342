"""Portfolio reviews, and the sheet that goes to the meeting."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clients.book.reading import seen
from clients.sales import actions, reviews, rules, sheet
from clients.sales.forms import ReviewForm
from clients.sales.models import PortfolioReview
from clients.sales.views.files import file_of, require_adviser
from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.pages import add_refusal, status_of
from managers.audit.models import Access


@require_http_methods(["GET", "POST"])
def client_review(request, pk):
    """The mix beside its target, what was agreed before, and the next review."""
    client, today = file_of(request, pk), clock.today()
    rhythm = reviews.rhythm(client, on=today)
    form = ReviewForm(request.POST or None, initial=_as_before(rhythm.last, today))
    if request.method == "POST":
        require_adviser(request, client)
        if form.is_valid() and _held(request, client, form):
            messages.success(request, _("The review is in the file."))
            return redirect("client-review", pk)
    context = {
        "client": client,
        "rhythm": rhythm,
        "shares": reviews.shares(client, rhythm.last.target if rhythm.last else {}),
        "history": PortfolioReview.objects.filter(client=client).select_related("staff")[:12],
        "form": form,
        "may_advise": rules.may_advise(request.user, client, on=today),
    }
    return render(request, "clients/sales/client_review.html", context, status=status_of(form))


@require_POST
def review_sheet(request, pk):
    """One page for the client meeting, written in memory; the audit knows of each."""
    client = file_of(request, pk)
    require_adviser(request, client)
    seen(request, client, verb=Access.DOWNLOADED)
    made = sheet.write(client, by=request.user, on=clock.today())
    actions.print_review(client, by=request.user, at=clock.now())
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="review-{client.pk}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer


def _held(request, client, form) -> PortfolioReview | None:
    data = form.cleaned_data
    typed = {"held_on": data["held_on"], "goals": data["goals"], "target": form.target}
    try:
        return actions.hold_review(client, **typed, by=request.user, at=clock.now())
    except RuleBroken as broken:
        add_refusal(form, broken)
        if "target" in broken.fields:
            form.add_error(None, broken.fields["target"])
        return None


def _as_before(last: PortfolioReview | None, today) -> dict:
    if last is None:
        return {"held_on": today}
    target = {f"target_{kind}": percent for kind, percent in last.target.items()}
    return {"held_on": today, "goals": last.goals, **target}
