"""Who takes down what clients ask about their data, who answers, and until when (rules J7)."""

from datetime import date, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from clients.book.models import Client
from clients.book.queries import within_reach
from clients.privacy.models import PrivacyRequest
from crm import bank
from crm.lib.errors import RuleBroken
from managers.people import scope
from managers.people.models import Post, Posting
from managers.people.scope import Right

SHORTEST_ANSWER = 10  # characters
State = PrivacyRequest.State


def due_on(received_on: date) -> date:
    """The last day for the answer: the first does not count, and nothing rolls (rules F6)."""
    return received_on + timedelta(days=bank.read("privacy.answer_days", on=received_on))


def within_sight(person):
    """Clients whose file a person may open, or knows of by their mask (rules A5)."""
    opens = Client.objects.visible_to(person).values("pk")
    known = within_reach(person).values("pk")
    return Client.objects.in_use().filter(Q(pk__in=opens) | Q(pk__in=known))


def may_take_down(person, client) -> bool:
    """Whether a person takes requests of this client down."""
    posted = scope.may(person, Right.LOOK_UP)
    return posted and within_sight(person).filter(pk=client.pk).exists()


def check_new(person, client, *, kind, received_on, purposes, on) -> None:
    """Raise RuleBroken for a client out of reach, a day to come, or a request that waits."""
    if not may_take_down(person, client):
        raise RuleBroken(_("You take requests down for clients of your outlet."), "forbidden")
    if received_on > on:
        sentence = _("A request cannot have come in the future.")
        raise RuleBroken(sentence, fields={"received_on": sentence})
    if kind == PrivacyRequest.Kind.WITHDRAWAL and not purposes:
        sentence = _("Say which consents are withdrawn.")
        raise RuleBroken(sentence, fields={"purposes": sentence})
    if PrivacyRequest.objects.open().filter(client=client, kind=kind).exists():
        raise RuleBroken(_("The same request of this client waits for its answer."), "conflict")


def may_answer(person, request) -> bool:
    """Officers answer for the units below theirs, and never about themselves."""
    units = scope.units(person, Right.ANSWER_PRIVACY).filter(pk=request.client.outlet_id)
    return person.pk != request.client.person_id and units.exists()


def check_answer(person, request) -> None:
    """Raise RuleBroken unless the person answers this request, and nobody has."""
    if not may_answer(person, request):
        raise RuleBroken(_("The protection officer answers this."), code="forbidden")
    if not request.is_open:
        raise RuleBroken(_("This request was answered already."), code="conflict")


def check_words(text: str, field: str) -> str:
    """The words in one line. Raises RuleBroken where they say nothing."""
    words = " ".join(text.split())
    if len(words) < SHORTEST_ANSWER:
        sentence = _("Say it in at least ten characters.")
        raise RuleBroken(sentence, fields={field: sentence})
    return words[:1000]


def allowed_actions(person, request) -> list[str]:
    """The verbs that are open to a person now."""
    if not request.is_open or not may_answer(person, request):
        return []
    return (["take"] if request.state == State.RECEIVED else []) + ["answer", "refuse"]


def officers_of(client, *, on) -> list:
    """The protection officers who answer for a client's outlet."""
    codes = client.outlet.path.strip("/").split("/")
    above = ["/".join(["", *codes[:end], ""]) for end in range(1, len(codes) + 1)]
    held = Posting.objects.on(on).filter(post=Post.CP_OFFICER, unit__path__in=above)
    return [row.staff for row in held.filter(staff__is_active=True).select_related("staff")]


def receiver_of_copy(request, *, on):
    """Who hands the copy to the client and may read the whole file: who took the request down,
    else the owner, else a head of the outlet; None if there is nobody.
    """
    client = request.client
    heads = Posting.objects.on(on).filter(
        unit=client.outlet_id, post=Post.BRANCH_HEAD, staff__is_active=True
    )
    people = [request.registered_by, client.owner, *(row.staff for row in heads)]
    opens = Client.objects.filter(pk=client.pk)
    return next(
        (one for one in people if one and one.is_active and opens.visible_to(one).exists()), None
    )
