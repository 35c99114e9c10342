"""What the page of one handover shows: the ten items, the path, the shares."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from clients.handover import rules
from clients.handover.models import Item
from clients.handover.rules import Stage
from crm.lib import clock
from managers.competition.models import PointEntry

_PATH = (Stage.DRAFT, Stage.SUBMITTED, Stage.ACCEPTED, Stage.INTRODUCED, Stage.CLOSED)


@dataclass(frozen=True)
class Line:
    """One item of the file; `saved` is what somebody else wrote meanwhile."""

    number: int
    label: str
    text: str
    field: object = None
    saved: str = ""

    @property
    def is_filled(self) -> bool:
        """Whether the item counts as done."""
        return bool(self.text)


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
        "points": _points(handover),
        "is_readable": is_readable,
        "is_late": handover.is_late(clock.now()),
        "may": dict.fromkeys(verbs, True),
    }


def _lines(handover, form) -> list[Line]:
    saved_meanwhile = getattr(form, "saved", {})
    lines = []
    for number, item in enumerate(Item, 1):
        text = handover.file.get(item.value, "")
        field = form[item.value] if form is not None else None
        typed = text if field is None else field.value() or ""
        saved = saved_meanwhile.get(item.value, "")
        differs = "" if saved == typed.strip() else saved
        lines.append(Line(number, str(item.label), typed, field, differs))
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


def _points(handover) -> list[tuple]:
    """(person, part) of sender and receiver: counted, or what the introduction will bring."""
    sides = {"from": handover.from_staff, "to": handover.to_staff}
    sources = {f"handover:{handover.pk}:{side}": side for side in sides}
    earned: dict[str, Decimal] = {
        sources[entry.source]: entry.amount
        for entry in PointEntry.objects.filter(source__in=sources)
    }
    if not earned:
        first, second = rules.shares(on=clock.today())
        earned = {"from": first, "to": second}
    return [(person, earned.get(side)) for side, person in sides.items()]
