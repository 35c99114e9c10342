"""What the page of one handover shows: the ten items, the path, the shares."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from clients.handover import rules
from clients.handover.forms import DecideForm, IntroduceForm, ReturnForm, WaiverForm
from clients.handover.models import CreditShare, Item, Waiver
from clients.handover.rules import Stage
from clients.lobby.queries import choices
from crm.lib import clock
from managers.competition.models import PointEntry

Event = CreditShare.Event
_SIDES, _EARNED = ("from", "to"), ("handover", "growth")
_PATH = (Stage.DRAFT, Stage.SUBMITTED, Stage.ACCEPTED, Stage.INTRODUCED, Stage.CLOSED)


@dataclass(frozen=True)
class Line:
    """One item of the file; `saved` is what somebody else wrote meanwhile."""

    number: int
    label: str
    text: str
    field: object = None
    saved: str = ""
    waived: str = ""  # why a head does without it
    mend: str = ""  # what the receiver found wrong with it

    @property
    def is_filled(self) -> bool:
        """Whether the item counts as done."""
        return bool(self.text or self.waived)


@dataclass(frozen=True)
class Step:
    """One stage of the path: done at a moment, the present one, or still to come."""

    label: str
    at: datetime | None
    is_now: bool


def context(person, handover, *, file_form=None) -> dict:
    """Everything that the page needs; the file only for whoever may open it now (rules E6)."""
    is_readable = rules.may_read_file(person, handover)
    lines = _lines(handover, file_form) if is_readable else []
    verbs = rules.allowed_actions(person, handover)
    return {
        "handover": handover,
        "client": handover.client,
        "file_form": file_form,
        "lines": lines,
        "filled": handover.filled,
        "items": len(Item),
        "steps": _steps(handover),
        "shares": _parts(handover) if rules.shares_points(handover) else [],
        "is_readable": is_readable,
        "waivers": list(handover.waivers.filter(state=Waiver.State.ASKED)) if is_readable else [],
        "says": is_readable or handover.state in (Stage.RETURNED, Stage.WITHDRAWN),
        "is_late": handover.is_late(clock.now()),
        "may": dict.fromkeys(verbs, True),
    }


def forms(may, handover) -> dict:
    """Empty forms for the verbs that are open."""
    found = {"return_form": ReturnForm(), "introduce_form": IntroduceForm()}
    if "ask-waiver" in may or "waive" in may:
        found["waiver_form"] = WaiverForm(missing=handover.missing)
    if "decide" in may:
        found["decide_form"] = DecideForm(handover=handover, choices=others(handover))
    return found


def others(handover) -> list:
    """Wealth RMs who could receive the client instead."""
    client = handover.client
    receiver = handover.to_staff
    return choices(client.outlet, tier=client.tier, on=clock.today(), without=receiver)


def _lines(handover, form) -> list[Line]:
    saved_meanwhile = getattr(form, "saved", {})
    lines = []
    for number, item in enumerate(Item, 1):
        text = handover.file.get(item.value, "")
        field = form[item.value] if form is not None else None
        typed = text if field is None else field.value() or ""
        saved = saved_meanwhile.get(item.value, "")
        line = Line(
            number=number,
            label=str(item.label),
            text=typed,
            field=field,
            saved="" if saved == typed.strip() else saved,
            waived=handover.waived.get(item.value, ""),
            mend=handover.return_items.get(item.value, ""),
        )
        lines.append(line)
    return lines


def _steps(handover) -> list[Step]:
    moments = {
        Stage.DRAFT: handover.created_at,
        Stage.SUBMITTED: handover.submitted_at,
        Stage.ACCEPTED: handover.accepted_at,
        Stage.INTRODUCED: handover.introduced_at,
        Stage.CLOSED: handover.closed_at,
    }
    now = Stage.DRAFT if handover.state == Stage.RETURNED else handover.state
    return [Step(str(stage.label), moments[stage], stage == now) for stage in _PATH]


@dataclass(frozen=True)
class Part:
    """What part of the client counts for a side, and what of the growth, in CNY."""

    person: object
    percent: int
    amount: Decimal
    growth_percent: int
    growth: Decimal | None


def _parts(handover) -> list[Part]:
    """Sender and receiver: what counts for them, or will from the introduction on (rules E7)."""
    entries = PointEntry.objects.filter(
        source__in=[f"{event}:{handover.pk}:{side}" for event in _EARNED for side in _SIDES]
    )
    earned = {entry.source: entry.amount for entry in entries}
    percents = _percents(handover)
    coming = rules.shares(on=clock.today())
    people = (handover.from_staff, handover.to_staff)
    return [
        Part(
            person=person,
            percent=percents[Event.INTRODUCTION][n],
            amount=earned.get(f"handover:{handover.pk}:{side}", coming[n]),
            growth_percent=percents[Event.GROWTH][n],
            growth=earned.get(f"growth:{handover.pk}:{side}"),
        )
        for n, (side, person) in enumerate(zip(_SIDES, people, strict=True))
    ]


def _percents(handover) -> dict:
    """As they were written down at the introduction, else as they are set today."""
    found: dict = {}
    for one in handover.shares.all():
        found.setdefault(one.event, {})[one.staff_id] = one.percent
    if not found:
        return rules.percents(on=clock.today())
    sides = (handover.from_staff_id, handover.to_staff_id)
    return {event: [parts[pk] for pk in sides] for event, parts in found.items()}
