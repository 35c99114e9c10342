"""What an RM has at hand for the next place: own clients, money that falls due, open offers."""

from datetime import timedelta
from decimal import Decimal

from django.db.models import Case, Count, F, Q, Sum, When
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from clients.book.models import NOT_ASSETS, PREMIUM, SHUT, Client, Holding, Tier
from clients.followups.models import FollowUp
from clients.handover.models import Handover
from clients.lobby.models import Referral
from clients.requests.models import ClientRequest
from clients.sales.models import SaleRecord
from crm import bank, words
from crm.lib import clock, money
from crm.lib.money import MoneyField
from managers.competition.hand import NEAREST, Hand, Thing, register
from managers.competition.metrics import Metric

CLOSE = Decimal("0.80")  # of the next tier's line
WEEK = timedelta(days=6)  # today and six days more


def near_vip(person, *, at) -> Hand | None:
    """Own clients who lack at most a fifth of the line of VIP clients."""
    below = [tier for tier in Tier.values if tier not in PREMIUM]
    return _near(person, dict.fromkeys(below, PREMIUM[0].value), at)


def near_next_tier(person, *, at) -> Hand | None:
    """Own clients who lack at most a fifth of the line of their next tier."""
    return _near(person, dict(zip(Tier.values, Tier.values[1:], strict=False)), at)


def maturing(person, *, at) -> Hand | None:
    """CNY of own clients that falls due this week; what it is moved into may count or leave."""
    today = clock.local(at).date()
    rows = Holding.objects.visible_to(person).filter(client__owner=person, is_open=True)
    rows = rows.filter(matures_on__range=(today, today + WEEK), currency="CNY", amount__gt=0)
    rows = rows.exclude(category__in=NOT_ASSETS)
    total = rows.aggregate(total=Sum("amount"))["total"]
    if not total:
        return None
    nearest = rows.select_related("client").order_by("-amount", "pk")[:NEAREST]
    things = [_thing(row.client, row.amount, words.day_short(row.matures_on)) for row in nearest]
    text = _("%(amount)s matures this week") % {"amount": _brief(total)}
    return Hand(text, reverse("today"), tuple(things))


def offers_by_fee(person, *, at) -> Hand | None:
    """Sales that were begun and not yet confirmed, by what they would earn."""
    return _offers(person, "fee")


def offers_by_amount(person, *, at) -> Hand | None:
    """Sales that were begun and not yet confirmed, by their amount."""
    return _offers(person, "amount")


def due_contacts(person, *, at) -> Hand | None:
    """Clients whom a follow-up or a request asks to contact this week: one contact a day counts."""
    until = clock.local(at).date() + WEEK
    mine = Q(owner=person, due_on__lte=until)
    tasks = FollowUp.objects.open().filter(mine).values("client")
    asked = ClientRequest.objects.open().filter(mine).values("client")
    known = Client.objects.visible_to(person).active().filter(Q(pk__in=tasks) | Q(pk__in=asked))
    number = known.filter(do_not_contact=False).count()
    text = ngettext("%(n)d client is due this week", "%(n)d clients are due this week", number)
    return Hand(text % {"n": number}, reverse("follow-up-list")) if number else None


def open_handovers(person, *, at) -> Hand | None:
    """Handovers that the person has sent, up to the introduction."""
    states = (Handover.State.SUBMITTED, Handover.State.ACCEPTED)
    number = Handover.objects.visible_to(person).filter(from_staff=person, state__in=states).count()
    text = ngettext("%(n)d handover is on its way", "%(n)d handovers are on their way", number)
    return Hand(text % {"n": number}, reverse("relay")) if number else None


def waiting_referrals(person, *, at) -> Hand | None:
    """Referrals that the person made and nobody has answered."""
    number = Referral.objects.visible_to(person).waiting().filter(referrer=person).count()
    text = ngettext("%(n)d referral waits for its answer", "%(n)d referrals wait", number)
    return Hand(text % {"n": number}, reverse("relay")) if number else None


def _near(person, aims: dict[str, str], at) -> Hand | None:
    """`aims`: for each tier the one that its clients could reach."""
    floors = {t: Decimal(v) for t, v in bank.read("tiers.floor", on=clock.local(at).date()).items()}
    close = Q()
    for tier, aim in aims.items():
        close |= Q(tier=tier, aum__gte=floors[aim] * CLOSE, aum__lt=floors[aim])
    lines = [When(tier=tier, then=floors[aim]) for tier, aim in aims.items()]
    rows = (
        Client.objects.visible_to(person).active().filter(close, owner=person, do_not_contact=False)
    )
    if not (number := rows.count()):
        return None
    missing = Case(*lines, output_field=MoneyField()) - F("aum")
    nearest = rows.defer(*SHUT).annotate(missing=missing).order_by("missing", "pk")[:NEAREST]
    things = [
        _thing(
            client,
            floors[aims[client.tier]] - client.aum,
            _("short of %(tier)s") % {"tier": Tier(aims[client.tier]).label},
        )
        for client in nearest
    ]
    text = ngettext("%(n)d client is close", "%(n)d clients are close", number) % {"n": number}
    return Hand(text, nearest=tuple(things))


def _offers(person, column: str) -> Hand | None:
    rows = SaleRecord.objects.visible_to(person).filter(staff=person, state__in=SaleRecord.OPEN)
    known = rows.aggregate(n=Count("pk"), total=Sum(column))
    if not known["total"]:
        return None
    nearest = rows.select_related("client", "product").order_by(f"-{column}", "pk")[:NEAREST]
    things = [_thing(row.client, getattr(row, column), row.product.shown_name) for row in nearest]
    text = ngettext(
        "%(n)d offer is open: %(amount)s", "%(n)d offers are open: %(amount)s", known["n"]
    )
    told = {"n": known["n"], "amount": _brief(known["total"])}
    return Hand(text % told, nearest=tuple(things))


def _brief(amount) -> str:
    return money.compact(amount, get_language() or "en")


def _thing(client, amount, text) -> Thing:
    name = words.plain_name(client)
    return Thing(name, reverse("client", args=[client.pk]), amount, str(text))


register(Metric.NEW_VIP, near_vip)
register(Metric.TIER_UPGRADE, near_next_tier)
register(Metric.AUM_GROWTH, maturing)
register(Metric.FEE_INCOME, offers_by_fee)
register(Metric.SALES, offers_by_amount)
register(Metric.CONTACT, due_contacts)
register(Metric.HANDOVER, open_handovers)
register(Metric.REFERRAL, waiting_referrals)
