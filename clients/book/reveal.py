"""One detail of one file unmasked: with a purpose, counted, and written down before it is shown."""

from datetime import timedelta

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.book import rules
from clients.book.reading import basis
from crm import bank
from crm.lib import clock
from crm.lib.db import lock, lock_many
from crm.lib.errors import RuleBroken
from crm.lib.secrets import Sealed
from managers.audit.actions import log_access, record
from managers.audit.models import Access, AuditEvent
from managers.people.models import Staff

REVEALED, OPENED = "client.revealed", "audit.opened"  # both count towards the hour
LONGEST = 200  # characters of a purpose
HOUR = timedelta(hours=1)


class Detail(models.TextChoices):
    """What a person may ask to see unmasked."""

    PHONE = "phone", gettext_lazy("Mobile")
    EMAIL = "email", gettext_lazy("E-mail")
    IDENTITY = "identity_no", gettext_lazy("Identity number")
    ADDRESS = "address", gettext_lazy("Address")


def reveal(client, field: str, *, purpose: str, by, at, address=None) -> str:
    """The detail as the client gave it; audit and access log have committed before (security 14).

    Raises RuleBroken (code `forbidden`) without the right, (`too_many`) beyond the hourly limit,
    and when the purpose is too short or the file has no such detail.
    """
    return _write_down(client, field, purpose=purpose, by=by, at=at, address=address).open()


# Durable: inside a transaction of somebody else the value could leave before the audit commits.
@transaction.atomic(durable=True)
def _write_down(client, field, *, purpose, by, at, address) -> Sealed:
    client = lock(client)
    if not rules.may_reveal(by, client):
        raise RuleBroken(_("Only the client's RM and head see this unmasked."), code="forbidden")
    if not getattr(client, field):
        raise RuleBroken(_("The file has no such detail."))
    purpose = checked_purpose(purpose, by=by, at=at)
    ground = basis(by, client, on=clock.local(at).date())
    log_access(Access.REVEALED, [(client.pk, ground)], by=by, at=at, page=field, address=address)
    why = {"purpose": Sealed.of(purpose, client.data_key)}
    record(REVEALED, client, by=by, at=at, client=client.pk, sealed=why, field=field)
    return getattr(client, field)


def checked_purpose(purpose: str, *, by, at) -> str:
    """The purpose on one line, with the person locked until the transaction ends.

    Raises RuleBroken when it says too little, and (code `too_many`) beyond the hourly limit.
    """
    today, purpose = clock.local(at).date(), " ".join(purpose.split())
    shortest = bank.read("reveal.purpose_length", on=today)
    if not shortest <= len(purpose) <= LONGEST:
        sentence = _("Please say what for, in %(least)d to %(most)d characters.") % {
            "least": shortest,
            "most": LONGEST,
        }
        raise RuleBroken(sentence, fields={"purpose": sentence})
    lock_many(Staff, [by.pk])  # else two at once could both be the last of the hour
    limit = bank.read("reveal.per_hour", on=today)
    shown = AuditEvent.objects.filter(actor=by, verb__in=[REVEALED, OPENED], at__gt=at - HOUR)
    if shown.count() >= limit:
        raise RuleBroken(
            _("You unmasked %(limit)d details within the hour; please wait a little.")
            % {"limit": limit},
            code="too_many",
        )
    return purpose
