"""Everything that changes requests of clients; the client is locked first, as for follow-ups."""

from django.db import transaction
from django.utils.translation import gettext as _

from clients.book.models import Client
from clients.followups.actions import log_answer
from clients.followups.models import Contact
from clients.followups.rules import is_responsible, may_book, may_direct
from clients.requests import rules
from clients.requests.models import ClientRequest, Result, Told
from crm import words
from crm.lib import clock
from crm.lib.db import lock, lock_many
from crm.lib.errors import RuleBroken, Stale
from managers.audit.actions import record
from managers.inbox.actions import notify
from managers.people.heads import head_of

State = ClientRequest.State
_NOTES = Contact._meta.get_field("notes").max_length


@transaction.atomic
def take(client, *, asked, due_on, by, at, due_time=None, promised="") -> ClientRequest:
    """Write down what a client asks and until when an answer was promised (rules F11).

    The client's owner is in charge; of a client without one whoever takes it. Raises RuleBroken
    for people whose client it is not, for an empty request, and for a moment that is over.
    """
    client = lock(client)
    if not may_book(by, client, on=clock.local(at).date()):
        raise RuleBroken(_("Only the client's manager takes requests."))
    if not asked.strip():
        sentence = _("Please say what the client asks.")
        raise RuleBroken(sentence, fields={"asked": sentence})
    made = ClientRequest.objects.create(
        client=client,
        owner=client.owner or by,
        asked=asked.strip(),
        promised=promised.strip(),
        due_on=due_on,
        due_time=due_time,
        due_at=rules.promised_until(due_on, due_time, at=at),
        taken_by=by,
        asked_at=at,
    )
    record("request.received", made, by=by, at=at, client=client.pk, due_on=due_on)
    return made


@transaction.atomic
def answer(request, *, answer, by, at, version=None) -> ClientRequest:
    """Keep the answer; the client is yet to be told."""
    request = _locked(request, version)
    _check_worker(by, request, at=at)
    rules.check_answer(answer)
    request.answer, request.answered_at = answer.strip(), at
    request.state = State.ANSWERED
    _save(request, "answer", "answered_at", "state")
    record("request.answered", request, by=by, at=at, client=request.client_id)
    return request


@transaction.atomic
def close(
    request, *, told, result, by, at, answer="", not_told_reason="", version=None
) -> ClientRequest:
    """The client has the answer, or cannot be told for a reason; what came of it (rules F11).

    `answer` replaces the one that stands, if it says something. A client who was told has been in
    contact by that channel (rules F4). Raises RuleBroken while anything of the three is missing.
    """
    request = _locked(request, version)
    _check_worker(by, request, at=at)
    answer = answer.strip() or request.answer
    rules.check_closing(answer, told, not_told_reason, result)
    if told != Told.NOT_TOLD:
        request.contact = _contact(request, answer, told=told, result=result, by=by, at=at)
    _end(request, answer, told=told, reason=not_told_reason.strip(), result=result, at=at)
    facts = {"told": Told(told).value, "result": Result(result).value}
    record("request.closed", request, by=by, at=at, client=request.client_id, **facts)
    return request


@transaction.atomic
def reassign(request, *, to, by, at, version=None) -> ClientRequest:
    """A head puts a colleague in charge who may open the client's file (rules A5)."""
    request = _locked(request, version)
    client = request.client
    if not may_direct(by, client):
        raise RuleBroken(_("Only the head of the client's outlet reassigns requests."))
    readable = Client.objects.visible_to(to).filter(pk=client.pk).exists()
    if to.pk != client.owner_id and not readable:
        name = {"name": words.plain_name(to)}
        raise RuleBroken(_("%(name)s may not open this client's file.") % name)
    _move(request, to=to, by=by, at=at)
    key = f"{request.pk}:{request.version}"
    notify("request-given", to=to, about=request, key=key, at=at, mail=True)
    return request


@transaction.atomic
def move_open(client, *, to, by, at) -> int:
    """Open requests go with the client to the new owner; returns how many (rules E8)."""
    client = lock(client)
    rows = ClientRequest.objects.open().filter(client=client).exclude(owner=to)
    moved = lock_many(ClientRequest, rows.values_list("pk", flat=True))
    for request in moved:
        _move(request, to=to, by=by, at=at)
    return len(moved)


@transaction.atomic
def end_all(client, *, reason, by, at) -> int:
    """Close what a client asked whose file nobody uses any more (rules J7); returns how many."""
    client = lock(client)
    rows = ClientRequest.objects.open().filter(client=client)
    standing = lock_many(ClientRequest, rows.values_list("pk", flat=True))
    for request in standing:
        said = request.answer or reason
        result = Result.WITHDRAWN
        _end(request, said, told=Told.NOT_TOLD, reason=reason, result=result, at=at)
        record("request.closed", request, by=by, at=at, client=client.pk, result=result.value)
    return len(standing)


def escalate(*, at) -> int:
    """Tell owner and head of every promise that has passed, once; returns how many."""
    late = ClientRequest.objects.overdue(at).filter(escalated_at=None)
    return sum(_escalate(request, at=at) for request in late.order_by("pk"))


@transaction.atomic
def _escalate(request, *, at) -> bool:
    [client] = lock_many(Client, [request.client_id])
    request = lock(request)
    if request.escalated_at or not rules.is_overdue(request, at=at):
        return False
    without = [client.person_id, request.owner_id]
    head = head_of(client.outlet, on=clock.local(at).date(), without=without)
    for person in filter(None, (request.owner, head)):
        notify("request-overdue", to=person, about=request, key=request.pk, at=at, mail=True)
    request.escalated_at = at
    request.save(update_fields=["escalated_at"])
    record("request.late", request, by=None, at=at, client=client.pk)
    return True


def _locked(request, version) -> ClientRequest:
    """The request with its client, both locked; raise Stale unless open and as it was seen."""
    [client] = lock_many(Client, [request.client_id])
    request = lock(request)
    request.client = client
    if not request.is_open:
        day = {"day": words.day(request.closed_at)}
        raise Stale(_("This request was closed on %(day)s.") % day)
    if version is not None and request.version != version:
        raise Stale(_("This request has changed since you opened it; please look again."))
    return request


def _check_worker(person, request, *, at) -> None:
    if not is_responsible(person, request, on=clock.local(at).date()):
        raise RuleBroken(_("Only who is in charge, or the deputy, answers this."))


def _contact(request, answer, *, told, result, by, at) -> Contact:
    """The contact in which the client hears the answer; it names the request and its result."""
    said = _("Asked: %(asked)s Answer: %(answer)s") % {"asked": request.asked, "answer": answer}
    came_of_it = Result(result).label
    return log_answer(
        request.client, channel=told, notes=said[:_NOTES], next_step=came_of_it, by=by, at=at
    )


def _end(request, answer, *, told, reason, result, at) -> None:
    request.answer, request.answered_at = answer, request.answered_at or at
    request.told, request.not_told_reason, request.result = told, reason, result
    request.told_at = None if told == Told.NOT_TOLD else at
    request.state, request.closed_at = State.CLOSED, at
    stamps = ("answered_at", "told_at", "closed_at")
    _save(request, "answer", "told", "not_told_reason", "result", "state", "contact", *stamps)


def _move(request, *, to, by, at) -> None:
    was, request.owner = request.owner_id, to
    _save(request, "owner")
    client = request.client_id
    record("request.moved", request, by=by, at=at, client=client, was=was, now=to.pk)


def _save(request, *fields) -> None:
    request.version += 1
    request.save(update_fields=[*fields, "version"])
