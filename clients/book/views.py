"""The list of clients, the search, and a new client."""

from datetime import timedelta
from operator import itemgetter

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from clients.book import rules
from clients.book.actions import open_prospect
from clients.book.filters import ClientFilter, asked_for
from clients.book.forms import ProspectForm
from clients.book.list_actions import IN_A_VIEW
from clients.book.lookup import lookup
from clients.book.models import Client, SavedView, State, Tag
from clients.book.queries import owners_and_outlets
from clients.book.search import GUESSES, find
from crm import words
from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.lib.marks import PARAMETER, mark_of, text_of
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


@require_http_methods(["GET", "POST"])
def client_list(request):
    """The clients whose file the person may open, largest assets first.

    What is typed above the list is posted, and the address then carries it sealed.
    """
    scope.require(request.user, Right.VIEW_FILE)
    if request.method == "POST":
        return redirect(_told(request))
    rows = Client.objects.visible_to(request.user).for_list()
    asked = asked_for(request.user, request.GET)
    found = ClientFilter(asked, queryset=rows, request=request)
    wanted = found.qs if request.GET.get("state") else found.qs.active()
    sort, size = _sort(request), _size(request)
    context = {
        "filter": found,
        "searched": asked.get("search", ""),
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


@require_http_methods(["GET", "POST"])
def search_page(request):
    """Own clients who are meant; the only one is opened at once.

    Who keeps no clients looks them up masked: to refer them, or an officer to recognise them.
    """
    person = request.user
    keeps_files = scope.may(person, Right.VIEW_FILE)
    if not keeps_files:
        scope.require(person, Right.LOOK_UP)
    if request.method == "POST":
        refers = not keeps_files and scope.may(person, Right.REFER)
        page, mark = (
            "referral-new" if refers else "search",
            mark_of(person, request.POST.get("q", "")),
        )
        return redirect(reverse(page, query={PARAMETER: mark} if mark else None))
    text = text_of(person, request.GET.get(PARAMETER, ""))
    if not keeps_files:
        return _look_up(request, text)
    hits = find(person, text)
    if len(hits) == 1 and hits[0].why not in GUESSES:
        return redirect("client", hits[0].client.pk)
    return render(request, "clients/book/search.html", {"searched": text, "hits": hits})


@require_POST
def search_live(request):
    """The first hits while somebody types: the list under the box."""
    scope.require(request.user, Right.VIEW_FILE)
    text = request.POST.get("q", "").strip()
    hits = find(request.user, text, most=LIVE_HITS)
    context = {"text": text, "hits": hits, "mark": mark_of(request.user, text)}
    return render(request, "clients/book/search_live.html", context)


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
    context = {"searched": text, "rows": rows, "refusal": refusal}
    return render(request, "clients/book/look_up.html", context)


def _opened(request, client):
    name = words.plain_name(client)
    if Client.objects.visible_to(request.user).filter(pk=client.pk).exists():
        messages.success(request, _("The file of %(name)s is open.") % {"name": name})
        return redirect("client", client.pk)
    messages.success(request, _("%(name)s waits for an RM in the pool.") % {"name": name})
    return redirect("client-new")


def _told(request) -> str:
    """The address of the list as the form above it was filled, what was searched for sealed."""
    typed = request.POST.dict()
    typed[PARAMETER] = mark_of(request.user, typed.pop("search", ""))
    typed.pop("csrfmiddlewaretoken", None)
    query = {name: value for name, value in typed.items() if value}
    return reverse("client-list", query=query or None)


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
