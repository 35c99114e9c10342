"""The list of clients, the search, and a new client."""

from datetime import timedelta
from operator import itemgetter

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from clients.book import rules
from clients.book.actions import open_prospect
from clients.book.filters import ClientFilter
from clients.book.forms import ProspectForm
from clients.book.list_actions import IN_A_VIEW
from clients.book.lookup import lookup
from clients.book.models import Client, SavedView, State, Tag
from clients.book.queries import owners_and_outlets
from clients.book.search import GUESSES, find
from crm import words
from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.pages import PAGE_SIZE, add_refusal, address_of, page_of, status_of
from managers.people import scope
from managers.people.scope import Right

# Each as an index has it, read forwards or backwards.
ORDERS = {
    "name": ("joined_pinyin", "pk"),
    "-name": ("-joined_pinyin", "-pk"),
    "aum": ("aum", "-pk"),
    "-aum": ("-aum", "pk"),
    "next_due": ("next_due_at", "pk"),
    "-next_due": ("-next_due_at", "-pk"),
    "last_contact": ("last_contact_at", "pk"),
    "-last_contact": ("-last_contact_at", "-pk"),
}
USUAL_ORDER = "-aum"
SORTS = [
    ("-aum", gettext_lazy("Largest assets first")),
    ("next_due", gettext_lazy("Next follow-up first")),
    ("last_contact", gettext_lazy("Longest silence first")),
    ("name", gettext_lazy("By name")),
]
SIZES = (PAGE_SIZE, 50, 100)
KEPT = ("tier", "watch", "unassigned", "sort")  # set by links, not in the form above the list
LONG_SILENCE = timedelta(days=60)
LIVE_HITS = 8


@require_GET
def client_list(request):
    """The clients whose file the person may open, largest assets first."""
    scope.require(request.user, Right.VIEW_FILE)
    rows = Client.objects.visible_to(request.user).for_list()
    found = ClientFilter(request.GET, queryset=rows, request=request)
    wanted = found.qs if request.GET.get("state") else found.qs.active()
    sort, size = _sort(request), _size(request)
    context = {
        "filter": found,
        "wrong": _wrong(found),
        "narrowed": _narrowed(found),
        "page": page_of(request, wanted, order=ORDERS[sort], size=size),
        "sort": sort,
        "sorts": SORTS,
        "states": State.choices,
        "can_assign": scope.may(request.user, Right.ASSIGN),
        "size": size,
        "sizes": SIZES,
        "kept": [(name, request.GET[name]) for name in KEPT if request.GET.get(name)],
        "tomorrow": clock.today() + timedelta(days=1),
        "long_ago": clock.today() - LONG_SILENCE,
        "tags": list(Tag.objects.visible_to(request.user)),
        "views": list(SavedView.objects.visible_to(request.user)),
        "can_save_view": any(request.GET.get(name) for name in IN_A_VIEW),
        "can_merge": scope.may(request.user, Right.MERGE),
        **owners_and_outlets(request.user, on=clock.today()),
    }
    return render(request, "clients/book/list.html", context)


@require_GET
def search_page(request):
    """Own clients who are meant; the only one is opened at once.

    Who keeps no clients looks them up masked: to refer them, or an officer to recognise them.
    """
    person, text = request.user, request.GET.get("q", "").strip()
    if not scope.may(person, Right.VIEW_FILE):
        scope.require(person, Right.LOOK_UP)
        if scope.may(person, Right.REFER):
            return redirect(reverse("referral-new", query={"q": text}))
        return _look_up(request, text)
    hits = find(person, text)
    if len(hits) == 1 and hits[0].why not in GUESSES:
        return redirect("client", hits[0].client.pk)
    return render(request, "clients/book/search.html", {"text": text, "hits": hits})


@require_GET
def search_live(request):
    """The first hits while somebody types: the list under the box."""
    scope.require(request.user, Right.VIEW_FILE)
    text = request.GET.get("q", "").strip()
    hits = find(request.user, text, most=LIVE_HITS)
    return render(request, "clients/book/search_live.html", {"text": text, "hits": hits})


@require_http_methods(["GET", "POST"])
def client_new(request):
    """A prospect, for the person's own book or the outlet's pool."""
    person = request.user
    scope.require(person, Right.OPEN_PROSPECT)
    form = ProspectForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        try:
            client = open_prospect(**form.cleaned_data, by=person, at=clock.now())
        except RuleBroken as broken:
            add_refusal(form, broken)
        else:
            return _opened(request, client)
    context = {"form": form, "own": rules.keeps_prospects(person)}
    return render(request, "clients/book/new.html", context, status=status_of(form))


def _look_up(request, text):
    rows, refusal = [], ""
    try:
        rows = lookup(request.user, text, at=clock.now(), address=address_of(request))
    except RuleBroken as broken:
        refusal = str(broken)
    context = {"text": text, "rows": rows, "refusal": refusal}
    return render(request, "clients/book/look_up.html", context)


def _opened(request, client):
    name = words.plain_name(client)
    if Client.objects.visible_to(request.user).filter(pk=client.pk).exists():
        messages.success(request, _("The file of %(name)s is open.") % {"name": name})
        return redirect("client", client.pk)
    messages.success(request, _("%(name)s waits for an RM in the pool.") % {"name": name})
    return redirect("client-new")


def _sort(request) -> str:
    sort = request.GET.get("sort", "")
    return sort if sort in ORDERS else USUAL_ORDER


def _size(request) -> int:
    size = request.GET.get("size", "")
    return int(size) if size in map(str, SIZES) else PAGE_SIZE


def _wrong(found) -> list[dict]:
    """Filters whose value made no sense: the list leaves them out and says so."""
    fields = found.form.fields
    return [
        {"name": name, "label": fields[name].label, "typed": found.data.get(name, "")}
        for name in found.errors
    ]


def _narrowed(found) -> dict:
    """The filters that are in force, by name."""
    values = found.form.cleaned_data.items()
    return dict(filter(itemgetter(1), values)) if found.is_bound else {}
