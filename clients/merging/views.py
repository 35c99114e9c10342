"""Pages of heads: files that may be about one person, and what becomes of them."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.book.models import WITH_OWNER, Client, Duplicate
from clients.book.reading import seen
from clients.merging import actions
from clients.merging.forms import MergeForm
from clients.merging.models import Merge
from clients.merging.queries import preview, undoable
from clients.merging.rules import undo_until
from crm import words
from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.pages import add_refusal, page_of, status_of
from managers.people import scope
from managers.people.scope import Right


@require_GET
def duplicate_list(request):
    """Pairs that wait for a decision, and merges that can still be taken back."""
    scope.require(request.user, Right.MERGE)
    pairs = Duplicate.objects.visible_to(request.user).open().for_list()
    merges = [(made, undo_until(made)) for made in undoable(request.user, at=clock.now())[:20]]
    context = {"page": page_of(request, pairs, order=("-found_at", "-pk")), "merges": merges}
    return render(request, "clients/merging/list.html", context)


@require_http_methods(["GET", "POST"])
def duplicate(request, pk):
    """Two files side by side; the head says which is kept and what it takes from the other."""
    scope.require(request.user, Right.MERGE)
    pair = _pair(request, pk)
    seen(request, pair.first, pair.second)
    form = MergeForm(request.POST or None, pair=pair)
    if request.method == "POST" and form.is_valid():
        kept, merged = form.sides()
        take = form.cleaned_data["take"]
        try:
            actions.merge(kept, merged, take=take, by=request.user, at=clock.now())
        except RuleBroken as broken:
            add_refusal(form, broken)
        else:
            messages.success(request, _("The two files are one now."))
            return redirect("client", kept.pk)
    context = {"pair": pair, "form": form, "preview": preview(*_sides(request, pair))}
    return render(request, "clients/merging/pair.html", context, status=status_of(form))


@require_POST
def duplicate_distinct(request, pk):
    """These are two people: nobody asks again."""
    scope.require(request.user, Right.MERGE)
    pair = _pair(request, pk)
    try:
        actions.keep_apart(pair, by=request.user, at=clock.now())
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, _("The two files stay apart."))
    return redirect("duplicate-list")


@require_POST
def merge_undo(request, pk):
    """Make two files of one again."""
    scope.require(request.user, Right.MERGE)
    units = scope.units(request.user, Right.MERGE)
    reached = Merge.objects.filter(kept__outlet__in=units, merged__outlet__in=units)
    made = get_object_or_404(reached.select_related("kept", "merged"), pk=pk)
    try:
        actions.undo(made, by=request.user, at=clock.now())
    except RuleBroken as broken:
        messages.error(request, str(broken))
        return redirect("duplicate-list")
    name = {"name": words.plain_name(Client.objects.get(pk=made.merged_id))}
    messages.success(request, _("The file of %(name)s stands by itself again.") % name)
    return redirect("client", made.merged_id)


def _pair(request, pk) -> Duplicate:
    rows = Duplicate.objects.visible_to(request.user)
    sides = ("first__owner", "second__owner", "first__outlet", "second__outlet")
    return get_object_or_404(rows.select_related(*sides), pk=pk)


def _sides(request, pair):
    """Kept first: the one asked for, else the file that an RM serves, else the older one."""
    first, second = pair.first, pair.second
    asked = request.POST.get("keep") or request.GET.get("keep")
    if asked in (str(first.pk), str(second.pk)):
        swap = asked == str(second.pk)
    else:
        swap = _weight(second) > _weight(first)
    return (second, first) if swap else (first, second)


def _weight(client) -> tuple:
    return client.state in WITH_OWNER, client.owner_id is not None
