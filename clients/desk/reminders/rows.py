"""Lines of a mail: masked names, tier, reason and a link; never what somebody typed (rules F8)."""

from dataclasses import dataclass, field

from django.conf import settings
from django.urls import reverse

from clients.followups.models import Channel, Trigger
from crm import words

ROWS = 8  # of a section; the rest is counted


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
    """Why and how, without the purpose: whoever typed it may have named an amount."""
    if item.trigger == Trigger.MANUAL or item.channel == Channel.CALL:
        return item.reason
    return f"{item.reason} · {item.get_channel_display()}"
