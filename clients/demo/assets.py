"""Ten months of balances that lead to each client's assets, and what follows from them."""

from datetime import date, timedelta
from decimal import Decimal

from clients.assets.actions.tiers import settle_all
from clients.assets.models import Balance, Contribution, StateChange
from clients.assets.rules.months import first_of, following
from clients.book.models import Client, State, Tier
from crm import bank
from crm.lib import clock
from crm.lib.money import round_cents

MONTHS = 10
_LEFT_OF_LOST = Decimal("0.06")
_QUIET = (State.DORMANT, State.CLOSED)


def build(dice, clients, *, now):
    """Write balances and contributions; count months towards tiers as every night does."""
    maker = _Maker(dice, now)
    served = [client for client in clients if client.aum > 0]
    rows, bases = [], []
    for client in served:
        base, balances = maker.history(client)
        if base != client.tier:
            client.tier = base
            bases.append(client)
        rows += [
            Balance(client=client, day=day, closing=closing, recorded_at=now)
            for day, closing in balances.items()
        ]
    Client.objects.bulk_update(bases, ["tier"], batch_size=500)
    Balance.objects.bulk_create(rows, batch_size=1000)
    Contribution.objects.bulk_create(map(maker.contribution, served), batch_size=1000)
    StateChange.objects.bulk_create(change for client in served for change in maker.states(client))
    settle_all([client.pk for client in served], at=now)


def left_of(aum: Decimal, state: str) -> Decimal:
    """The assets of a client in a state: little is left of somebody who was lost."""
    return round_cents(aum * _LEFT_OF_LOST) if state == State.LOST else aum


class _Maker:
    def __init__(self, dice, now):
        self.dice, self.now = dice, now
        self.today = clock.local(now).date()
        self.floors = bank.read("tiers.floor", on=self.today)
        self.first = following(first_of(self.today), -MONTHS)

    def history(self, client) -> tuple[str, dict[date, Decimal]]:
        """The tier with which the months begin, and the balances by day; the last is the assets."""
        if client.state in _QUIET:
            return client.tier, {self.first: client.aum}
        if client.state == State.LOST:
            return client.tier, self._stretches(client.aum / _LEFT_OF_LOST, (5, client.aum))
        if client.state == State.WON_BACK:
            low = client.aum * _LEFT_OF_LOST
            return client.tier, self._stretches(client.aum, (6, low), (1, client.aum))
        if client.aum < self.floors[client.tier]:
            before = Decimal(self.floors[client.tier]) * Decimal("1.05")
            missed = self.dice.randint(1, 2)
            return client.tier, self._stretches(before, (missed, client.aum))
        return self._walk(client)

    def _walk(self, client) -> tuple[str, dict[date, Decimal]]:
        """Small steps within the tier; some rose to it lately, some missed it last month."""
        balances = self._steps(client)
        chance, base = self.dice.random(), client.tier
        floor = Decimal(self.floors[client.tier])
        if chance < 0.06 and client.tier not in (Tier.REGULAR, Tier.GOLD):
            base = Tier.values[Tier.values.index(client.tier) - 1]
            risen = following(first_of(self.today), -self.dice.randint(1, 6))
            balances = {
                day: closing if day >= risen else round_cents(floor * Decimal("0.9"))
                for day, closing in (balances | {risen: client.aum}).items()
            }
        elif chance < 0.09 and floor:
            missed = following(first_of(self.today), -1)
            balances |= {missed: round_cents(floor * Decimal("0.92"))}
            balances = {
                day: closing
                for day, closing in balances.items()
                if day <= missed or day >= first_of(self.today)
            } | {first_of(self.today): client.aum}
        return base, balances

    def _steps(self, client) -> dict[date, Decimal]:
        low, high = self._band(client.tier)
        balances, closing = {}, client.aum
        last = max(first_of(self.today), self.today - timedelta(days=self.dice.randint(0, 20)))
        balances[last] = closing
        for back in range(1, MONTHS + 1):
            month = following(first_of(self.today), -back)
            closing = self._earlier(closing, low, high)
            balances[month + timedelta(days=self.dice.randint(0, 27))] = closing
        balances[self.first] = closing
        return balances

    def _earlier(self, closing, low, high) -> Decimal:
        """A balance of the month before: far enough away to be the client's own doing."""
        step = round_cents(closing * self.dice.randint(-45, 35) / 1000)
        least = Decimal(self.dice.randint(1_000, 2_500))
        if abs(step) < least:
            step = least if closing - least < low else -least
        return min(max(closing + step, low), high)

    def _band(self, tier) -> tuple[Decimal, Decimal]:
        """The least and the most that keeps the tier."""
        low = Decimal(self.floors[tier])
        above = Tier.values[Tier.values.index(tier) + 1 :][:1]
        high = Decimal(self.floors[above[0]]) - 1 if above else Decimal(90_000_000)
        return low, high

    def _stretches(self, closing, *changes) -> dict[date, Decimal]:
        """A balance from the first month on, and others from so many months ago."""
        balances = {self.first: round_cents(closing)}
        for back, later in changes:
            balances[following(first_of(self.today), -back)] = round_cents(later)
        return balances

    def contribution(self, client) -> Contribution:
        """Of last year: some thousandths of the assets."""
        return Contribution(
            client=client,
            year=self.today.year - 1,
            fees=round_cents(client.aum * self.dice.randint(2, 40) / 10_000),
            margin=round_cents(client.aum * self.dice.randint(20, 90) / 10_000),
        )

    def states(self, client):
        """How a client came to be dormant, lost or won back."""
        at = self.now - timedelta(days=self.dice.randint(3, 20))
        peak = round_cents(client.aum / _LEFT_OF_LOST)
        if client.state == State.DORMANT:
            since = (clock.local(at) - timedelta(days=180)).date().isoformat()
            yield self._change(client, State.OWNED, State.DORMANT, at, days=180, since=since)
        if client.state == State.LOST:
            figures = {"month_ends": 3, "aum": str(client.aum), "peak": str(peak)}
            yield self._change(client, State.OWNED, State.LOST, at, **figures)
        if client.state == State.WON_BACK:
            low = {"aum": str(round_cents(client.aum * _LEFT_OF_LOST)), "peak": str(client.aum)}
            lost_at = at - timedelta(days=60)
            yield self._change(client, State.OWNED, State.LOST, lost_at, month_ends=3, **low)
            figures = {"aum": str(client.aum), "peak": str(client.aum)}
            yield self._change(client, State.LOST, State.WON_BACK, at, **figures)

    def _change(self, client, was, now, at, **figures) -> StateChange:
        return StateChange(client=client, was=was, now=now, at=at, figures=figures)
