"""What changes the benefits of clients: grants by right, and their use (rules C3, C6)."""

from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from clients.book.models import WITH_OWNER, Client
from clients.followups.rules import may_book
from clients.sales import benefits, rules
from clients.sales.models import BenefitGrant, BenefitUse
from crm.lib.db import lock, lock_many
from crm.lib.errors import RuleBroken
from managers.audit.actions import record, record_many

CHUNK = 500  # clients at a time


@transaction.atomic
def grant_rights(clients, *, by, at) -> int:
    """Give these clients what their tier or contribution gives them this year; how many changed.

    Safe to repeat: a grant grows with the right and never shrinks, so that nothing that was
    promised for a year is taken away within it (rules C6).
    """
    on = rules.today_of(at)
    clients = lock_many(Client, [client.pk for client in clients])
    wanted = _wanted(clients, on=on)
    known = {
        (grant.client_id, grant.benefit_id): grant
        for grant in BenefitGrant.objects.filter(client__in=clients, year=on.year)
    }
    fresh = [
        BenefitGrant(
            client_id=client,
            benefit_id=benefit,
            year=on.year,
            quota=times,
            expires_on=date(on.year, 12, 31),
            granted_at=at,
        )
        for (client, benefit), times in wanted.items()
        if (client, benefit) not in known
    ]
    BenefitGrant.objects.bulk_create(fresh, batch_size=CHUNK)
    raised = [grant for key, grant in known.items() if wanted.get(key, 0) > grant.quota]
    for grant in raised:
        grant.quota, grant.version = wanted[grant.client_id, grant.benefit_id], grant.version + 1
    BenefitGrant.objects.bulk_update(raised, ["quota", "version"], batch_size=CHUNK)
    _record("benefit.granted", fresh, by=by, at=at)
    _record("benefit.raised", raised, by=by, at=at)
    return len(fresh) + len(raised)


def grant_all(*, at) -> int:
    """Give every client with an owner what is theirs this year; how many grants changed."""
    served = Client.objects.filter(state__in=WITH_OWNER).order_by("pk").values_list("pk", flat=True)
    parts = [served[start : start + CHUNK] for start in range(0, served.count(), CHUNK)]
    return sum(
        grant_rights(Client.objects.filter(pk__in=list(part)).only("pk"), by=None, at=at)
        for part in parts
    )


@transaction.atomic
def use(grant, *, day: date, by, at, note="") -> BenefitUse:
    """Book one use of a benefit for a day of its year.

    Raises RuleBroken (code `used_up`) when nothing is left, and for a day outside the grant.
    """
    grant = _locked(grant, by=by, at=at)
    benefits.check_use(grant, day=day, on=rules.today_of(at))
    BenefitGrant.objects.filter(pk=grant.pk).update(used=F("used") + 1, version=F("version") + 1)
    made = BenefitUse.objects.create(
        grant=grant, day=day, note=note.strip(), booked_by=by, booked_at=at
    )
    facts = {"grant": grant.pk, "benefit": grant.benefit_id, "day": day}
    record("benefit.used", made, by=by, at=at, client=grant.client_id, **facts)
    return made


@transaction.atomic
def take_back(used, *, by, at) -> BenefitUse:
    """Take a booking back: it counts no more. Raises RuleBroken (code `conflict`) a second time."""
    grant = _locked(used.grant, by=by, at=at)
    used = lock(used)
    if used.cancelled_at:
        raise RuleBroken(_("This booking was taken back already."), code="conflict")
    BenefitGrant.objects.filter(pk=grant.pk).update(used=F("used") - 1, version=F("version") + 1)
    used.cancelled_at, used.cancelled_by = at, by
    used.save(update_fields=["cancelled_at", "cancelled_by"])
    record("benefit.taken_back", used, by=by, at=at, client=grant.client_id, grant=grant.pk)
    return used


def _locked(grant, *, by, at) -> BenefitGrant:
    client = lock(grant.client)
    if not may_book(by, client, on=rules.today_of(at)):
        raise RuleBroken(
            _("Only who looks after the client books their benefits."), code="forbidden"
        )
    grant = lock(grant)
    grant.client = client
    return grant


def _wanted(clients, *, on) -> dict[tuple[int, int], int]:
    """Times a year by (client, benefit)."""
    quotas = benefits.quotas_by_tier()
    earned = benefits.contributions(clients, on=on)
    found = {}
    for client in clients:
        tier = benefits.rights_tier(client.tier, earned.get(client.pk, 0), on=on)
        for benefit, times in benefits.rights(tier, quotas).items():
            found[client.pk, benefit] = times
    return found


def _record(verb, grants, *, by, at) -> None:
    record_many(
        verb,
        grants,
        by=by,
        at=at,
        client=lambda grant: grant.client_id,
        benefit=lambda grant: grant.benefit_id,
        quota=lambda grant: grant.quota,
    )
