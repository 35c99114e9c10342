"""Which contact standard rules for whom (rules F1). Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, CharField, F, Q, Value, When
from django.db.models.functions import Concat

from clients.book.models import Client, State, Tier
from clients.followups.models import Channel, ContactStandard, Outcome
from crm.lib import clock
from managers.people.models import Posting

# Clients of these stages have a next contact planned; nobody calls on those who have left.
PLANNED = (State.PROSPECT, State.IDENTIFIED, State.REFERRED, State.OWNED, State.WON_BACK)
# What the planner reads of a client.
READ = (
    *("tier", "state", "owner", "outlet", "last_contact_at", "responsible_since", "next_due_at"),
    *("do_not_contact", "given_up_at", "merged_into", "locked_at"),
)
_EVERY = [*Channel.values]
_FIGURES = (
    ({"tier": Tier.PRIVATE}, 14, 1),
    ({"tier": Tier.DIAMOND}, 30, 3),
    ({"tier": Tier.PLATINUM}, 45, 6),
    ({"tier": Tier.GOLD}, 90, None),
    ({"stage": State.PROSPECT}, 30, None),
)


def defaults() -> list[ContactStandard]:
    """What the product came with; unsaved rows that rule until the bank says otherwise."""
    return [
        ContactStandard(
            **whom, gap_days=days, visit_months=months, channels=_EVERY, valid_from=date.min
        )
        for whom, days, months in _FIGURES
    ]


@dataclass(frozen=True)
class Standards:
    """The standards of one day, the most exact first: by stage, then by post, then by tier."""

    on: date
    rows: list[ContactStandard]

    @property
    def know_posts(self) -> bool:
        return any(row.post for row in self.rows)

    def of(self, client, post: str = "") -> ContactStandard | None:
        """What rules for a client whose owner has this post; None where nothing is asked."""
        for row in self.rows:
            whose = ((row.stage, client.state), (row.post, post), (row.tier, client.tier))
            if all(asked in ("", given) for asked, given in whose):
                return row if row.gap_days else None
        return None

    def gap(self, code: str) -> int:
        """The days that a standard allows, by its code."""
        return next(row.gap_days for row in self.rows if row.code == code)

    def condition(self, row, *, state: str = "state", tier: str = "tier") -> Q:
        """Which clients a row speaks of, unless a more exact one does.

        `state` and `tier` name where the rows that are asked have them, beside their `owner`.
        """
        found = Q()
        if row.stage:
            found &= Q(**{state: row.stage})
        if row.tier:
            found &= Q(**{tier: row.tier})
        if row.post:
            posted = Posting.objects.on(self.on).filter(post=row.post)
            found &= Q(owner__in=posted.values("staff"))
        return found

    def code(self) -> Case:
        """The code of each client's standard in the database, "" where nothing is asked."""
        cases = [
            When(self.condition(row), then=Value(row.code if row.gap_days else ""))
            for row in self.rows
        ]
        return Case(*cases, default=Value(""), output_field=CharField())


def in_force(on: date) -> Standards:
    """All standards of a day, one query; the latest row of each kind goes first."""
    found = {row.code: row for row in defaults()}
    for row in ContactStandard.objects.filter(valid_from__lte=on).order_by("valid_from", "pk"):
        found[row.code] = row
    return Standards(on, sorted(found.values(), key=_place))


def _place(row) -> tuple:
    """The most exact first, of equal ones the highest tier."""
    rank = Tier.values.index(row.tier) if row.tier else 0
    return not row.stage, not row.post, not row.tier, -rank, row.code


def posts_of(clients: Iterable[Client], standards: Standards) -> dict[int, str]:
    """The post of each owner, asked for only where a standard speaks of posts."""
    if not standards.know_posts:
        return {}
    owners = {client.owner_id for client in clients}
    rows = Posting.objects.on(standards.on).filter(staff__in=owners)
    return dict(rows.values_list("staff", "post"))


def standard_of(client, *, on: date) -> ContactStandard | None:
    """The standard of one client on a day."""
    standards = in_force(on)
    return standards.of(client, posts_of([client], standards).get(client.owner_id, ""))


def a_gap_later(client, *, on: date) -> date | None:
    """A whole gap after a day, where a standard rules."""
    standard = standard_of(client, on=on)
    return on + timedelta(days=standard.gap_days) if standard else None


def counts(client, contact, *, on: date) -> bool:
    """Whether a contact counts for the client by its channel (rules F1).

    Of what was done by other means nobody named the channel: each but the planned one must count.
    """
    standard = standard_of(client, on=on)
    if standard is None:
        return True
    if contact.outcome == Outcome.OTHER_CHANNEL:
        return {*_EVERY} - {contact.channel} <= {*standard.channels}
    return contact.channel in standard.channels


def base_of(client):
    """The moment from which the days count: the last valid contact, else the responsibility."""
    never = client.last_contact_at <= clock.NEVER
    return client.responsible_since if never else client.last_contact_at


def base_in_rows() -> Case:
    """The same in the database."""
    never = When(last_contact_at__lte=clock.NEVER, then=F("responsible_since"))
    return Case(never, default=F("last_contact_at"))


def overdue(on: date) -> Q:
    """Rows with `asked_by` and `base` whose day by the standard is over."""
    found = Q(pk__in=[])
    for row in in_force(on).rows:
        if row.gap_days:
            last = clock.start_of_day(on - timedelta(days=row.gap_days))
            found |= Q(asked_by=row.code, base__lt=last)
    return found


def situation_of(client) -> str:
    """What, besides a contact, begins the days anew where it changes."""
    return f"{client.state}-{client.tier}"


def situation_in_rows() -> Concat:
    """The same in the database."""
    return Concat("state", Value("-"), "tier")


def is_planned(client) -> bool:
    """Whether a next contact is planned for a client at all (rules F1, F2)."""
    return (
        client.owner_id is not None
        and client.state in PLANNED
        and not client.has_left
        and not client.do_not_contact
        and client.merged_into_id is None
        and client.locked_at is None
    )


def planned():
    """The same as a condition on rows of clients."""
    return Q(owner__isnull=False) & contacted()


def contacted(path: str = "") -> Q:
    """Clients who are contacted as soon as they have an owner; `path` leads to them."""
    asked = {
        "state__in": PLANNED,
        "do_not_contact": False,
        "merged_into__isnull": True,
        "locked_at__isnull": True,
    }
    given_up = {f"{path}state": State.PROSPECT, f"{path}given_up_at__isnull": False}
    return Q(**{f"{path}{name}": value for name, value in asked.items()}) & ~Q(**given_up)
