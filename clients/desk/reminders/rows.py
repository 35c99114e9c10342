"""Lines of a mail: masked names, tier, reason and a link; never what somebody typed (rules F8)."""

from dataclasses import dataclass, field

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.followups.models import Channel, Trigger
from crm import words

ROWS = 8  # of a section; the rest is counted
# Whose day may stand in a mail; a birthday or the end of a document may not.
_OF_A_DAY = {
    Trigger.MATURITY,
    Trigger.LARGE_MOVEMENT,
    Trigger.OUTFLOW,
    Trigger.NO_SHOW,
    Trigger.RISK_EXPIRY,
}


@dataclass(frozen=True)
class Row:
    """One line: whose client, why, when, and where to click. Without a tier it is no client."""

    name: str
    reason: str
    when: str
    url: str
    tier: str = ""
    tier_label: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Section:
    """Lines of one urgency; `more` are not shown but behind `url`."""

    title: str
    tone: str
    count: int
    rows: list[Row] = field(default_factory=list)
    url: str = ""

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


def absolute(name: str, *args) -> str:
    """The address of a page as a mail needs it."""
    return settings.SITE_URL + reverse(name, args=args)


def of_client(client, *, reason, when, url, tone="") -> Row:
    """The line of a client."""
    return Row(
        name=words.masked_name(client),
        reason=reason,
        when=when,
        url=url,
        tier=client.tier,
        tier_label=client.get_tier_display(),
        tone=tone,
    )


def reason_of(item) -> str:
    """Why, of which day and how; not the purpose: whoever typed it may have named an amount."""
    reason = _dated(item) if item.event_on and item.trigger in _OF_A_DAY else item.reason
    if item.trigger == Trigger.MANUAL or item.channel == Channel.CALL:
        return reason
    return f"{reason} · {item.get_channel_display()}"


def _dated(item) -> str:
    """Maturity tomorrow, or large movement on 2026-11-19."""
    if words.days_until(item.event_on) in (0, 1):
        told = {"reason": item.reason, "near": words.lateness(item.event_on)}
        return _("%(reason)s %(near)s") % told
    return _("%(reason)s on %(day)s") % {"reason": item.reason, "day": words.day(item.event_on)}
