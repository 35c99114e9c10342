"""What the demo bank's clients told: preferences, dates, events, family, consents."""

from datetime import date, time, timedelta

from clients.book.models import Client, Member, State, Tier
from clients.demo.file_words import FILE
from clients.models import (
    Consent,
    ImportantDate,
    LifeEvent,
    OutsideHolding,
    Preferences,
    Relative,
)
from crm.lib import clock
from managers.people.models import Tongue

_HOURS = ((10, 11, 30), (14, 16, 0), (9, 11, 0), (15, 17, 0))
_TOLD = {Tier.REGULAR: 0.1, Tier.GOLD: 0.3, Tier.PLATINUM: 0.6, Tier.DIAMOND: 0.85}


def build(dice, clients, *, now, language):
    """Write the files of served clients, fuller the higher their tier."""
    maker = _Maker(dice, now, language)
    served = [c for c in clients if c.owner_id and c.state != State.CLOSED]
    known = [c for c in served if dice.random() < _TOLD.get(c.tier, 1)]
    for model, make in (
        (Preferences, maker.preferences),
        (ImportantDate, maker.dates),
        (LifeEvent, maker.events),
        (Relative, maker.relatives),
        (OutsideHolding, maker.outside),
        (Consent, maker.consents),
    ):
        rows = [row for client in known for row in make(client)]
        model.objects.bulk_create(rows, batch_size=500)
    maker.households(dice)


class _Maker:
    def __init__(self, dice, now, language):
        self.dice, self.now = dice, now
        self.today = clock.local(now).date()
        self.words = FILE[language]

    def _row(self, model, client, **values):
        return model(client=client, recorded_by=client.owner, recorded_at=self.now, **values)

    def _told(self) -> date:
        return self.today - timedelta(days=self.dice.randint(10, 300))

    def preferences(self, client):
        begins, ends, minutes = self.dice.choice(_HOURS)
        first, then = self.dice.sample(["phone", "wecom", "text", "visit"], 2)
        yield self._row(
            Preferences,
            client,
            first=first,
            then=then,
            speaks=Tongue.values[client.pk % 8] if client.pk % 11 == 0 else "",
            days=self.dice.choice([[1, 2, 3, 4, 5], [2, 4], []]),
            from_time=time(begins),
            to_time=time(ends, minutes),
            topics=self.dice.choice(self.words["topics"]),
            likes=self.dice.choice(self.words["likes"]),
            avoid=self.dice.choice(self.words["avoid"]),
        )

    def dates(self, client):
        """The birthday of a spouse, and for some the lunar one that the client keeps."""
        month, day = self.dice.randint(1, 12), self.dice.randint(1, 28)
        if self.dice.random() < 0.6:
            year = client.birth_date.year + self.dice.randint(-4, 4)
            columns = {"whose": "spouse", "month": month, "day": day, "year": year}
            yield self._row(ImportantDate, client, kind="birthday", **columns)
        if client.birth_date.year < 1970 and self.dice.random() < 0.5:
            columns = {"calendar": "lunar", "month": month, "day": day}
            columns["is_leap_month"] = self.dice.random() < 0.1
            yield self._row(ImportantDate, client, kind="birthday", whose="client", **columns)
        if self.dice.random() < 0.3:
            columns = {"kind": "anniversary", "month": day % 12 + 1, "day": month}
            yield self._row(ImportantDate, client, whose="client", **columns)

    def events(self, client):
        if self.dice.random() < 0.4:
            kind = self.dice.choice(list(self.words["events"]))
            yield self._row(
                LifeEvent,
                client,
                kind=kind,
                whose="child" if kind == "study" else "client",
                happens_on=self.today + timedelta(days=self.dice.randint(-400, 200)),
                note=self.words["events"][kind],
            )

    def relatives(self, client):
        if self.dice.random() < 0.5:
            note, purpose = self.dice.choice(self.words["relatives"])
            yield self._row(Relative, client, relation="child", note=note, purpose=purpose)

    def outside(self, client):
        if self.dice.random() < 0.25:
            what, purpose = self.dice.choice(self.words["outside"])
            amount = self.dice.randint(5, 80) * 10_000
            columns = {"what": what, "amount": amount, "purpose": purpose}
            yield self._row(OutsideHolding, client, told_on=self._told(), **columns)

    def consents(self, client):
        """Most agreed to offers, some took that back, many show their assets at home."""
        given, evidence = self._told(), self.words["evidence"]
        if self.dice.random() < 0.8:
            left = given + timedelta(days=9) if self.dice.random() < 0.05 else None
            columns = {"given_on": given, "withdrawn_on": left, "evidence": evidence}
            yield self._row(Consent, client, purpose="marketing", **columns)
        if self.dice.random() < 0.5:
            columns = {"given_on": given, "evidence": evidence}
            yield self._row(Consent, client, purpose="household", **columns)

    def households(self, dice):
        """In half of the couples the spouse decides too, and both agreed to be shown together."""
        for place in Member.objects.filter(relation="spouse").order_by("pk"):
            if dice.random() < 0.5:
                continue
            Member.objects.filter(pk=place.pk).update(decides=True)
            both = Client.objects.filter(membership__household=place.household_id)
            agreed = Consent.objects.filter(purpose="household").values("client")
            for client in both.exclude(pk__in=agreed).select_related("owner"):
                columns = {"given_on": self._told(), "evidence": self.words["evidence"]}
                self._row(Consent, client, purpose="household", **columns).save()
