"""Read the audit back: does every chain still hold?"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby

from django.db.models import Max, TextChoices

from managers.audit import chain
from managers.audit.models import AccessEvent, AuditEvent, AuditStream
from managers.audit.partitions import bounds

ROWS_AT_ONCE = 2_000
ACCESS = "access"  # how a fault names the access log, with the beginning of a batch


class Harm(TextChoices):
    """What happened to the first row that is not as it was written."""

    EDITED = "edited"
    REMOVED = "removed"
    REORDERED = "reordered"
    CUT_OFF = "cut_off"
    ADDED = "added"


@dataclass(frozen=True)
class Fault:
    """The first row that does not fit; `event` is its id where the row still exists."""

    stream: str
    position: int
    harm: Harm
    event: int | None = None

    def __str__(self):
        return f"{self.stream}, position {self.position}: {self.harm.value}"


@dataclass
class Report:
    """What a verification saw. `heads` maps each stream to its [position, seal]."""

    streams: int = 0
    events: int = 0
    accesses: int = 0
    fault: Fault | None = None
    heads: dict[str, list] = field(default_factory=dict)


class _Broken(Exception):  # noqa: N818 - carries the finding out of the walk
    def __init__(self, stream, position, harm, event=None):
        super().__init__(stream, position, harm)
        self.fault = Fault(stream.name, position, harm, event and event.pk)


def verify(known_heads: dict[str, list] | None = None) -> Report:
    """Walk every chain in constant memory and name the first row that does not fit.

    `known_heads` are the heads of an earlier report, kept out of reach of whoever can write to the
    database: with them a stream that vanished whole, or was rewritten with the key, is found too.
    Events written meanwhile do no harm.
    """
    known = known_heads or {}
    report = Report()
    streams = sorted(AuditStream.objects.all(), key=lambda s: (chain.scope_of(s.name), s.name))
    try:
        for scope, months in groupby(streams, key=lambda s: chain.scope_of(s.name)):
            _walk_scope(scope, months, known, report)
    except _Broken as broken:
        report.fault = broken.fault
    else:
        report.fault = _vanished(known, report) or _harm_to_access(report)
    return report


def _walk_scope(scope: str, months: Iterator[AuditStream], known: dict, report: Report) -> None:
    before = None
    for stream in months:
        anchor = before.mac if before else chain.root_seal(scope)
        if stream.anchor != anchor:
            raise (
                _Broken(before, before.position + 1, Harm.CUT_OFF)
                if before
                else _Broken(stream, 1, Harm.REMOVED)
            )
        before = _walk_stream(stream, known.get(stream.name), report)
        report.streams += 1
        report.heads[stream.name] = [before.position, before.mac]


def _walk_stream(stream: AuditStream, known: list | None, report: Report) -> AuditStream:
    last = stream.events.aggregate(last=Max("position"))["last"] or 0
    stream.refresh_from_db()  # after the events: whatever was seen, the head has counted
    if last > stream.position:
        raise _Broken(stream, stream.position + 1, Harm.ADDED)
    position, mac = 0, stream.anchor
    _compare(stream, position, mac, known)
    events = stream.events.filter(position__lte=stream.position).order_by("position")
    for event in events.iterator(chunk_size=ROWS_AT_ONCE):
        position += 1
        if event.position != position:
            raise _Broken(stream, position, Harm.REMOVED)
        if event.mac != chain.event_seal(event, stream=stream.name, before=mac):
            raise _Broken(stream, position, _edited_or_reordered(event), event)
        mac = event.mac
        _compare(stream, position, mac, known)
        report.events += 1
    if position < max(stream.position, known[0] if known else 0):
        raise _Broken(stream, position + 1, Harm.CUT_OFF)
    if mac != stream.mac:
        raise _Broken(stream, position, Harm.EDITED)
    return stream


def _compare(stream: AuditStream, position: int, mac: str, known: list | None) -> None:
    if known and known[0] == position and known[1] != mac:
        raise _Broken(stream, position, Harm.EDITED)


def _edited_or_reordered(event: AuditEvent) -> Harm:
    # Ids rise along a stream, because its writers queue.
    overtaken = AuditEvent.objects.filter(
        stream=event.stream_id, position__gt=event.position, pk__lt=event.pk
    )
    return Harm.REORDERED if overtaken.exists() else Harm.EDITED


def retired_months() -> list[date]:
    """Months of the access log that were taken out by command, as the chain itself says."""
    found: dict[date, str] = {}
    verbs = [chain.DETACHED, chain.ATTACHED, chain.DROPPED]
    for event in AuditEvent.objects.filter(verb__in=verbs).order_by("pk"):
        found[date.fromisoformat(f"{event.facts['month']}-01")] = event.verb
    return sorted(month for month, verb in found.items() if verb != chain.ATTACHED)


def _harm_to_access(report: Report) -> Fault | None:
    """The first row of the access log that does not fit, or the first batch that lacks one."""
    until, gone = None, [bounds(month) for month in retired_months()]
    for sealed in AuditEvent.objects.filter(verb=chain.SEALED).order_by("pk"):
        since = datetime.fromisoformat(sealed.facts["since"])
        rows = AccessEvent.objects.order_by("pk")
        if until is None and (early := rows.filter(at__lt=since).first()):
            return Fault(ACCESS, early.pk, Harm.ADDED, early.pk)
        until = datetime.fromisoformat(sealed.facts["until"])
        is_whole = not any(since < ends and begins < until for begins, ends in gone)
        facts = sealed.facts if is_whole else None
        if fault := _harm_to_batch(rows.filter(at__gte=since, at__lt=until), report, facts):
            return fault
    young = AccessEvent.objects.filter(at__gte=until) if until else AccessEvent.objects.all()
    return _harm_to_batch(young.order_by("pk"), report, None)


def _harm_to_batch(rows, report: Report, facts: dict | None) -> Fault | None:
    seals = []
    for row in rows.iterator(chunk_size=ROWS_AT_ONCE):
        if row.mac != chain.access_seal(row):
            return Fault(ACCESS, row.pk, Harm.EDITED, row.pk)
        seals.append((row.pk, row.mac))
    report.accesses += len(seals)
    count, digest = chain.batch_seal(seals)
    if facts is None or (count, digest) == (facts["count"], facts["digest"]):
        return None
    harm = Harm.REMOVED if count < facts["count"] else Harm.ADDED
    if count == facts["count"]:
        harm = Harm.EDITED
    return Fault(f"{ACCESS} {facts['since']}", count, harm)


def _vanished(known: dict[str, list], report: Report) -> Fault | None:
    for name in sorted(known.keys() - report.heads.keys()):
        return Fault(name, 1, Harm.CUT_OFF)
    return None
