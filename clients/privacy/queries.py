"""What the table of retention says on a day, and what a page tells of a request."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.book import merged
from clients.book.models import Client
from clients.file.models import Consent
from clients.privacy.kinds import Kind, kinds
from clients.privacy.models import PrivacyRequest
from clients.privacy.periods import Period
from clients.privacy.rules import keeping


@dataclass(frozen=True)
class Line:
    """One kind of record: how much of it is due, how much is kept, and until when it began."""

    kind: Kind
    period: Period
    until: date
    due: int
    kept: int

    @property
    def length(self) -> str:
        """How long a record of the kind is kept, in words."""
        months, days = self.period.months, self.period.days
        if months and months % 12 == 0:
            return ngettext("%(n)d year", "%(n)d years", months // 12) % {"n": months // 12}
        if months:
            return ngettext("%(n)d month", "%(n)d months", months) % {"n": months}
        return ngettext("%(n)d day", "%(n)d days", days) % {"n": days} if days else _("at once")

    def as_json(self) -> dict:
        """As the command ends with it."""
        return {
            "kind": self.kind.code,
            "months": self.period.months,
            "days": self.period.days,
            "until": self.until.isoformat(),
            "due": self.due,
            "kept": self.kept,
        }


def report(*, on: date) -> list[Line]:
    """What is due on a day and what is kept, by kind: two queries each; nothing is changed."""
    return [_line(kind, on=on) for kind in kinds()]


def _line(kind: Kind, *, on: date) -> Line:
    period, due = kind.period(on), kind.due(on=on).count()
    kept = kind.held().count() - due
    return Line(kind, period, period.cut(on), due, kept)


def why_kept(request, *, on: date) -> str:
    """Why law keeps the files of a client who asks to be erased; "" for other requests."""
    if request.kind != PrivacyRequest.Kind.ERASURE or not request.is_open:
        return ""
    standing = merged.standing([request.client_id])[request.client_id]
    members = merged.below([standing])[standing]
    return keeping.why_kept(list(Client.objects.filter(pk__in=members)), on=on)


def purposes_in_words(request) -> list[str]:
    """The consents that a client withdraws."""
    return [str(Consent.Purpose(code).label) for code in request.purposes]
