"""Write the audit: every act that changes something records itself in the same transaction.

An event locks the head of its stream until the transaction ends. Whoever also locks rows of the
bank locks all of them first and records last, else two transactions can wait for each other. The
ledger of results comes after the stream: whoever writes into it, or holds it, calls `hold` before.
"""

from datetime import datetime, timedelta

from django.db import transaction

from crm.lib.db import lock
from managers.audit import chain
from managers.audit.models import AccessEvent, AuditEvent, AuditStream, Verification

CHUNK = 1_000  # rows in one INSERT
SETTLED = timedelta(minutes=10)  # by then every request that logged an access has committed


def record(verb, subject, *, by, at, client=None, sealed=None, **facts) -> AuditEvent:
    """Append one event to the chain of the actor's unit and month.

    `by` is None where the clock acted. `client` is the id of the client concerned. `facts` are
    ids, codes, numbers and dates, never names or contact details. Those, and whatever a person
    typed, go into `sealed`: `Sealed` values by name, or a pair of them for before and after, under
    the key of the client: who throws it away leaves the chain whole (security 15).
    """
    [event] = record_many(verb, [subject], by=by, at=at, client=client, sealed=sealed, **facts)
    return event


@transaction.atomic
def record_many(verb, subjects, *, by, at, client=None, sealed=None, **facts) -> list[AuditEvent]:
    """Append the same act on many subjects, with one lock for all of them.

    `client`, `sealed` and each fact may be a function of the subject: `client=attrgetter("pk")`.
    """
    events = [
        AuditEvent(
            at=at,
            actor=by,
            verb=verb,
            subject_type=subject._meta.label_lower,
            subject_id=str(subject.pk),
            client_id=_of(subject, client),
            facts=chain.plain({name: _of(subject, fact) for name, fact in facts.items()}),
            sealed=_tokens(_of(subject, sealed)),
        )
        for subject in subjects
    ]
    if events:
        _append(events, _locked_head(chain.scope(by), at))
    return events


def hold(*, by, at) -> None:
    """Lock the stream that an act of this person goes to, before waiting for anything else.

    Only in a transaction; `record` in the same one does not wait any more.
    """
    _locked_head(chain.scope(by), at)


def log_access(verb, grounds, *, by, at, page, address=None) -> list[AccessEvent]:
    """Note that a person reads these clients' data: pairs of (id of a client, `Basis`).

    An insert without a lock, because it happens at every page; whoever calls it shows nothing
    before it returned.
    """
    rows = [
        AccessEvent(
            at=at,
            actor=by,
            client_id=client,
            verb=verb,
            page=page[:60],
            basis=basis,
            address=address,
        )
        for client, basis in grounds
    ]
    for row in rows:
        row.mac = chain.access_seal(row)
    return AccessEvent.objects.bulk_create(rows, batch_size=CHUNK)


@transaction.atomic
def seal_access(*, at) -> AuditEvent | None:
    """Chain what was logged since the last time into the audit; None if there was nothing.

    Rows so young that their request may still run wait for the next time.
    """
    since, until = sealed_until(), at - SETTLED
    rows = AccessEvent.objects.filter(at__lt=until).order_by("pk")
    if since:
        rows = rows.filter(at__gte=since)
    count, digest = chain.batch_seal(rows.values_list("pk", "mac").iterator())
    if not count:
        return None
    last = rows.last()
    begun = since or rows.order_by("at").values_list("at", flat=True).first()
    facts = {"since": begun.isoformat(), "until": until.isoformat()}
    return record(chain.SEALED, last, by=None, at=at, count=count, digest=digest, **facts)


def keep_verification(report, *, at) -> Verification:
    """Keep what a check of the audit found."""
    return Verification.objects.create(
        at=at,
        streams=report.streams,
        events=report.events,
        accesses=report.accesses,
        fault=str(report.fault or "")[:160],
    )


def sealed_until() -> datetime | None:
    """Up to which moment the access log is chained into the audit."""
    last = AuditEvent.objects.filter(verb=chain.SEALED).order_by("-pk").first()
    return datetime.fromisoformat(last.facts["until"]) if last else None


def _of(subject, value):
    return value(subject) if callable(value) else value


def _tokens(sealed: dict | None) -> dict | None:
    """Sealed values as JSON keeps them; a plain text has no token and is refused."""
    if not sealed:
        return None
    pairs = {
        name: value if isinstance(value, tuple) else (value,) for name, value in sealed.items()
    }
    return {name: [value.token for value in values] for name, values in pairs.items()}


def _append(events: list[AuditEvent], head: AuditStream) -> None:
    for event in events:
        head.position += 1
        event.stream, event.position = head, head.position
        event.mac = head.mac = chain.event_seal(event, stream=head.name, before=head.mac)
    AuditEvent.objects.bulk_create(events, batch_size=CHUNK)
    head.save(update_fields=["position", "mac"])


def _locked_head(scope: str, at) -> AuditStream:
    """The stream to append to, locked: this month's, or the newest if a later one has begun.

    A stream that others are anchored to never grows again, else its cut end could be hidden.
    """
    wanted = chain.stream_name(scope, at)
    while True:
        newest = _newest(scope) or _root(scope)
        head = lock(newest)
        if _newest(scope) not in (None, head):
            continue  # another transaction began the next month while this one waited
        if head.name < wanted:
            head = AuditStream.objects.create(name=wanted, anchor=head.mac, mac=head.mac)
        return head


def _newest(scope: str) -> AuditStream | None:
    months = AuditStream.objects.filter(name__startswith=f"{scope}:")
    return months.order_by("-name").first()


def _root(scope: str) -> AuditStream:
    seal = chain.root_seal(scope)
    root, _ = AuditStream.objects.get_or_create(name=scope, defaults={"anchor": seal, "mac": seal})
    return root
