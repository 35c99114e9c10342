"""What the page of one handover shows: the ten items, the path, the shares."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from clients.handover import rules
from clients.handover.forms import DecideForm, IntroduceForm, ReturnForm, WaiverForm
from clients.handover.models import Item, Waiver
from clients.handover.rules import Stage
from clients.lobby.queries import choices
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
        "points": _points(handover),
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
        found["decide_form"] = DecideForm(choices=others(handover))
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
