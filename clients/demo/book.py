"""The demo bank's clients: names, contact details, assets, owners and pools."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise

from clients.book import rules
from clients.book.details import name_columns
from clients.book.models import Client, Holding, Household, Member, Ownership, State, Tier
from clients.demo import words
from clients.demo.assets import left_of
from crm import bank
from crm.lib import clock
from crm.lib.secrets import Sealed, blind_index
from managers.people.models import Post

# Mobile ranges that no carrier was ever given, and an area code that no county has.
PHONE_RANGES = ("161", "164", "168", "169")
AREA_CODE = "999900"

_RANGES = {
    Tier.REGULAR: (2_000, 49_000),
    Tier.GOLD: (50_000, 480_000),
    Tier.PLATINUM: (500_000, 1_950_000),
    Tier.DIAMOND: (2_000_000, 5_900_000),
    Tier.PRIVATE: (6_000_000, 28_000_000),
}
_TIERS = (
    [Tier.REGULAR] * 6
    + [Tier.GOLD] * 34
    + [Tier.PLATINUM] * 42
    + [Tier.DIAMOND] * 14
    + [Tier.PRIVATE] * 4
)
_STATES = (
    [State.OWNED] * 92 + [State.DORMANT] * 4 + [State.LOST] * 2 + [State.WON_BACK, State.CLOSED]
)


def build(dice, cast, outlets, *, count, now, language):
    """Write `count` clients with holdings, households and the history of who was responsible."""
    maker = _Maker(dice, cast, outlets, now, language)
    clients = [maker.client(number) for number in range(count)]
    Client.objects.bulk_create(clients, batch_size=500)
    Ownership.objects.bulk_create(maker.ownerships(clients), batch_size=500)
    Holding.objects.bulk_create(maker.holdings(clients), batch_size=500)
    _households(dice, clients)
    return clients


class _Maker:
    def __init__(self, dice, cast, outlets, now, language):
        self.dice, self.cast, self.outlets = dice, cast, outlets
        self.now, self.today, self.language = now, clock.local(now).date(), language
        self.capacity = bank.read("book.capacity", on=self.today)
        self.skilled: dict = {}

    def client(self, number) -> Client:
        """One client; some wait in a pool, every tenth is the prospect of a marketing RM."""
        outlet = self.outlets[number % len(self.outlets)]
        tier = self.dice.choice(_TIERS)
        owner, pool, state = self._responsible(number // len(self.outlets), outlet, tier)
        if state == State.PROSPECT:
            tier = Tier.REGULAR
        since = self._since(state)
        sex = self.dice.choice("fm")
        born = date(
            self.dice.randint(1946, 2001), self.dice.randint(1, 12), self.dice.randint(1, 28)
        )
        return Client(
            number=f"8810{number + 1:06d}",
            sex=sex,
            birth_date=born,
            profile=self._profile(),
            tier=tier,
            state=state,
            outlet=outlet,
            owner=owner,
            pool=pool,
            responsible_since=since,
            aum=self._assets(tier, state),
            client_since=None
            if state == State.PROSPECT
            else self.today - timedelta(days=self.dice.randint(260, 5000)),
            ended_on=since.date() if state == State.CLOSED else None,
            do_not_contact=self.dice.random() < 0.01,
            created_at=since,
            **name_columns(self._name(sex)),
            **self._details(number, born, sex),
        )

    def _responsible(self, order, outlet, tier):
        posts = self.cast[outlet.pk]
        if order % 25 == 3:
            return None, outlet, State.IDENTIFIED
        if order % 10 == 7:
            return self.dice.choice(posts[Post.MARKETING_RM.value]), None, State.PROSPECT
        return self.dice.choice(self._able(outlet, tier)), None, self.dice.choice(_STATES)

    def _able(self, outlet, tier):
        """Wealth RMs whose grade may own the tier, each as often as the grade has room."""
        key = (outlet.pk, tier)
        if key not in self.skilled:
            people = self.cast[outlet.pk][Post.WEALTH_RM.value]
            self.skilled[key] = [
                person
                for person in people
                if rules.grade_fits(person.posting, tier, on=self.today)
                for _quarter in range(self.capacity[person.posting.grade] // 25)
            ]
        return self.skilled[key]

    def _since(self, state) -> datetime:
        days = self.dice.randint(0, 6) if state == State.IDENTIFIED else self.dice.randint(20, 700)
        day = self.today - timedelta(days=days)
        moment = clock.at_time(day, time(self.dice.randint(9, 16), self.dice.randint(0, 59)))
        return min(moment, self.now)

    def _name(self, sex):
        surname = (
            self.dice.choice(words.DOUBLE_SURNAMES)
            if self.dice.random() < 0.01
            else self.dice.choice(words.SURNAMES)
        )
        return surname + self.dice.choice(words.GIVEN[sex])

    def _profile(self):
        if self.dice.random() < 0.4:
            return {}
        return {
            "occupation": self.dice.choice(words.OCCUPATIONS[self.language]),
            "keep_in_mind": self.dice.choice(words.PREFERENCES[self.language]),
        }

    def _assets(self, tier, state) -> Decimal:
        """Within the tier but for a few who have just fallen below it; nothing of prospects."""
        low, high = _RANGES[tier]
        if self.dice.random() < 0.03 and tier != Tier.REGULAR:
            low, high = low * 88 // 100, low - 1
        aum = Decimal(self.dice.randint(low * 100, high * 100)) / 100
        return Decimal(0) if state == State.PROSPECT else left_of(aum, state)

    def _details(self, number, born, sex):
        phone = f"{PHONE_RANGES[number % 4]}{number * 7919 % 100_000_000:08d}"
        order = (number * 2 + (sex == "m")) % 1000
        identity = f"{AREA_CODE}{born:%Y%m%d}{order:03d}"
        identity += _check_digit(identity)
        return {
            "phone": Sealed.of(phone),
            "phone_index": blind_index("phone", phone),
            "phone_last4": phone[-4:],
            "email": Sealed.of(f"c{number + 1}@mail.example"),
            "identity_no": Sealed.of(identity),
            "identity_index": blind_index("identity", identity),
            "address": Sealed.of(
                f"{self.dice.choice(list(words.OUTLET_LATIN))}{number % 400 + 1}号"
            ),
        }

    def ownerships(self, clients):
        """Who was responsible: since the import, and for every third client a colleague before."""
        first = clock.at_time(self.today - timedelta(days=900), time(9, 0))
        for number, client in enumerate(clients):
            cause = Ownership.Cause.ASSIGNED if client.owner_id else Ownership.Cause.IMPORTED
            if client.owner_id and number % 3 == 0 and client.state != State.PROSPECT:
                yield Ownership(
                    client=client,
                    pool=client.outlet,
                    since=first,
                    until=client.responsible_since,
                    cause=Ownership.Cause.IMPORTED,
                )
            yield Ownership(
                client=client,
                owner=client.owner,
                pool=client.pool,
                since=client.responsible_since,
                cause=Ownership.Cause.OPENED if client.state == State.PROSPECT else cause,
            )

    def holdings(self, clients):
        """One to four products that add up to the client's assets, to the fen."""
        names = words.PRODUCTS[self.language]
        for client in clients:
            if client.state in (State.PROSPECT, State.CLOSED):
                continue
            parts = self._split(client.aum, self.dice.randint(1, 4))
            kinds = ["account", *self.dice.sample(list(names)[1:], len(parts) - 1)]
            for kind, amount in zip(kinds, parts, strict=True):
                opened = self.today - timedelta(days=self.dice.randint(20, 360))
                yield Holding(
                    client=client,
                    source_key=f"demo:{kind}",
                    category=kind,
                    name=names[kind],
                    amount=amount,
                    opened_on=opened,
                    matures_on=self._maturity(kind),
                )

    def _maturity(self, kind):
        if kind not in ("deposit", "wealth", "bond"):
            return None
        return self.today + timedelta(days=self.dice.randint(0, 420))

    def _split(self, total, parts):
        fen = int(total * 100)
        cuts = sorted(self.dice.randint(1, fen - 1) for _part in range(parts - 1))
        edges = [0, *cuts, fen]
        return [Decimal(b - a) / 100 for a, b in pairwise(edges)]


def _check_digit(digits) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))
    return "10X98765432"[total % 11]


def _households(dice, clients):
    """Couples: a holder and a spouse of the same outlet, one pair among forty clients."""
    pairs = [
        (a, b)
        for a, b in zip(
            clients[::40],
            clients[len(dict.fromkeys(c.outlet_id for c in clients)) :: 40],
            strict=False,
        )
        if a.outlet_id == b.outlet_id and a.pk != b.pk
    ]
    households = Household.objects.bulk_create(
        Household(source_key=f"demo:{number}") for number in range(len(pairs))
    )
    Member.objects.bulk_create(
        Member(household=household, client=client, relation=relation)
        for household, pair in zip(households, pairs, strict=True)
        for client, relation in zip(pair, ("holder", "spouse"), strict=True)
    )
