"""How the mail stands: what waits for too long, and what waits for a person."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Case, Count, F, Min, When
from django.db.models.functions import Greatest

from crm import bank
from crm.lib import clock
from managers.outbox.models import Letter

State = Letter.State


@dataclass(frozen=True)
class MailState:
    """Letters by what keeps them, and the longest that one of them waits beyond its time."""

    failed: int
    uncertain: int
    late: int
    longest_minutes: int

    @property
    def is_well(self) -> bool:
        """Nothing is late, and nothing waits for a person."""
        return not (self.failed or self.uncertain or self.late)


def mail_state(*, at) -> MailState:
    """What became of the letters that should have left (security 5, 7).

    A letter is late once it is `mail.late_minutes` beyond the moment at which it should have left,
    whatever the reason; one that waits for the end of quiet hours has until then.
    """
    day = clock.local(at).date()
    limit = at - timedelta(minutes=bank.read("mail.late_minutes", on=day))
    late = _in_flight().filter(wanted_at__lte=limit)
    found = late.aggregate(late=Count("pk"), first=Min("wanted_at"))
    waited = at - (found["first"] or at)
    return MailState(
        failed=Letter.objects.filter(state=State.FAILED).count(),
        uncertain=Letter.objects.filter(state=State.UNCERTAIN).count(),
        late=found["late"],
        longest_minutes=int(waited.total_seconds() // 60),
    )


def first_in_trouble(*, at) -> Letter | None:
    """The oldest letter that is not well: it waits for a person, or it is late."""
    stuck = Letter.objects.filter(state__in=[State.FAILED, State.UNCERTAIN]).order_by("pk").first()
    return stuck or _in_flight().filter(wanted_at__lte=at).order_by("wanted_at", "pk").first()


def _in_flight():
    """Letters on their way, with the moment at which each should have left."""
    held = When(last_error="", then=Greatest("due_at", "not_before"))
    states = [State.WAITING, State.CLAIMED, State.HANDING]
    return Letter.objects.filter(state__in=states).annotate(
        wanted_at=Case(held, default=F("due_at"))
    )
