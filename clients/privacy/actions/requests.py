"""Take down what a client asks about their data, and answer it in time."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from clients.exports.actions import deposit
from clients.file.actions import withdraw_consents
from clients.privacy import copies
from clients.privacy.actions.erasing import erase
from clients.privacy.actions.locking import family, lock_away
from clients.privacy.models import Erasure, PrivacyRequest
from clients.privacy.rules import keeping
from clients.privacy.rules import requests as rules
from crm import bank
from crm.lib import clock
from crm.lib.db import lock
from crm.lib.errors import RuleBroken
from managers.audit.actions import record
from managers.inbox.actions import notify

Kind, State = PrivacyRequest.Kind, PrivacyRequest.State


@transaction.atomic
def take_down(
    client, *, kind, channel, identity, received_on, by, at, wish="", purposes=()
) -> PrivacyRequest:
    """Write down what a client asks; officers are told, of a correction the owner as well.

    Raises RuleBroken as `rules.check_new` says.
    """
    client, today = lock(client), clock.local(at).date()
    rules.check_new(by, client, kind=kind, received_on=received_on, purposes=purposes, on=today)
    made = PrivacyRequest(client=client, kind=kind, channel=channel, identity=identity)
    made.received_on, made.due_on = received_on, rules.due_on(received_on)
    made.wish, made.purposes = " ".join(wish.split())[:1000], sorted(purposes)
    made.registered_by, made.registered_at = by, at
    made.save()
    facts = {"kind": kind, "day": made.due_on}
    record("privacyrequest.received", made, by=by, at=at, client=client.pk, **facts)
    told = {"about": made, "key": made.pk, "at": at, "mail": True}
    for officer in rules.officers_of(client, on=today):
        notify("privacy-request", to=officer, **told)
    if kind == Kind.CORRECTION and client.owner:
        notify("privacy-correction", to=client.owner, **told)
    return made


@transaction.atomic
def take(request, *, by, at) -> PrivacyRequest:
    """An officer begins to work on a request."""
    _files, request = _opened(request)
    rules.check_answer(by, request)
    if request.state != State.RECEIVED:
        raise RuleBroken(_("Somebody works on this request already."), code="conflict")
    request.state, request.worked_by = State.IN_WORK, by
    return _saved(request, "taken", by=by, at=at)


@transaction.atomic
def answer(request, *, answer, by, at) -> PrivacyRequest:
    """Do what the client asks, and say so: build the copy, erase, withdraw; corrections are done.

    An erasure that law forbids is refused with its reason, and the file is locked (rules J7).
    """
    files, request = _opened(request)
    rules.check_answer(by, request)
    words, on = rules.check_words(answer, "answer"), clock.local(at).date()
    if request.kind == Kind.ERASURE and (reason := keeping.why_kept(files, on=on)):
        lock_away(request.client, by=by, at=at)
        return _ended(request, State.REFUSED, reason, by=by, at=at)
    request = _ended(request, State.ANSWERED, words, by=by, at=at)
    if request.kind == Kind.ERASURE:
        erase(request.client, basis=Erasure.Basis.REQUEST, by=by, at=at)
        request.refresh_from_db()
    elif request.kind == Kind.WITHDRAWAL:
        withdraw_consents(request.client, request.purposes, on=request.received_on, by=by, at=at)
    elif request.kind == Kind.COPY:
        _hand_out(request, files, by=by, at=at)
    return request


@transaction.atomic
def refuse(request, *, reason, by, at) -> PrivacyRequest:
    """Say why the client does not get what was asked."""
    _files, request = _opened(request)
    rules.check_answer(by, request)
    return _ended(request, State.REFUSED, rules.check_words(reason, "reason"), by=by, at=at)


def warn(*, at) -> int:
    """Tell officers what is due within the days of the setting, and what is late; each once."""
    today = clock.local(at).date()
    ahead = today + timedelta(days=bank.read("privacy.warning_days", on=today))
    rows = PrivacyRequest.objects.open().filter(due_on__lte=ahead).select_related("client__outlet")
    return sum(_warn(request, today, at=at) for request in rows.order_by("pk"))


@transaction.atomic
def _warn(request, today, *, at) -> int:
    kind = "privacy-late" if request.due_on < today else "privacy-soon"
    told = {"about": request, "key": request.pk, "at": at, "mail": True}
    officers = rules.officers_of(request.client, on=today)
    return sum(notify(kind, to=officer, **told) is not None for officer in officers)


def _opened(request):
    """The files of the client and the request, locked in this order."""
    files = family(request.client)
    request = lock(request)
    request.client = next(file for file in files if file.pk == request.client_id)
    return files, request


def _hand_out(request, files, *, by, at) -> None:
    to = rules.receiver_of_copy(request, on=clock.local(at).date())
    if to is None:
        raise RuleBroken(_("Nobody at the outlet may read this file and hand its copy over."))
    reason = _("Copy of the data that the client asked for")
    deposit(
        request.client,
        lambda mark: copies.build(files, mark, to=to, at=at),
        to=to,
        reason=reason,
        by=by,
        at=at,
    )


def _ended(request, state, words, *, by, at) -> PrivacyRequest:
    request.state, request.answer = state, words
    request.worked_by, request.answered_at = by, at
    saved = _saved(request, state.value, by=by, at=at)
    if request.registered_by != by:
        told = {"about": request, "key": request.pk, "at": at}
        notify("privacy-answered", to=request.registered_by, **told)
    return saved


def _saved(request, act, *, by, at) -> PrivacyRequest:
    request.version += 1
    request.save()
    verb = f"privacyrequest.{act}"
    record(verb, request, by=by, at=at, client=request.client_id, kind=request.kind)
    return request
