"""Referrals and handovers in every state, and what all the work brought to the ledger."""

from datetime import time, timedelta
from decimal import Decimal

from clients.book.models import Client, FileReader, State
from clients.demo import words
from clients.handover import rules as handover_rules
from clients.models import Contact, CreditShare, Handover, Hop, Referral, Waiver
from crm import bank
from crm.lib import clock
from crm.workdays import work_calendar
from managers.inbox.actions import notify
from managers.models import PointEntry, Posting
from managers.people.models import Post

_REFERRERS = (
    (Post.LOBBY_MANAGER, "lobby_manager"),
    (Post.LOBBY_ASSISTANT, "lobby_assistant"),
    (Post.TELLER_CASH, "teller_cash"),
    (Post.TELLER_NONCASH, "teller_noncash"),
)


def build(dice, cast, outlets, clients, *, now, language):
    """Write referrals, handovers and the ledger."""
    maker = _Maker(dice, cast, now, language)
    by_outlet: dict = {}
    for client in clients:
        by_outlet.setdefault(client.outlet_id, []).append(client)
    for outlet in outlets:
        maker.referrals(outlet, by_outlet[outlet.pk])
        maker.handovers(outlet, by_outlet[outlet.pk])
    maker.write()
    _tell(now)


def _tell(now):
    """What waits for an answer stands in the inbox of whoever is asked."""
    for referral in Referral.objects.waiting().select_related("target"):
        made = referral.made_at
        notify("referral-new", to=referral.target, about=referral, key=referral.pk, at=made)
    for handover in Handover.objects.filter(state=Handover.State.SUBMITTED):
        key, sent = f"{handover.pk}:{handover.returns}", handover.submitted_at or now
        notify("handover-submitted", to=handover.to_staff, about=handover, key=key, at=sent)


class _Maker:
    def __init__(self, dice, cast, now, language):
        self.dice, self.cast, self.now, self.language = dice, cast, now, language
        self.today = clock.local(now).date()
        self.calendar = work_calendar()
        self.shares = bank.read("competition.handover_share", on=self.today)
        self.made_referrals, self.made_handovers, self.readers = [], [], []
        self.referred = []
        self.postings = {posting.staff_id: posting for posting in Posting.objects.all()}

    def referrals(self, outlet, clients):
        """Answered ones over half a year, two that wait and one that is late, in each outlet."""
        owned = [c for c in clients if c.state == State.OWNED]
        for client in self.dice.sample(owned, min(14, len(owned))):
            state = self.dice.choice(["accepted"] * 6 + ["converted"] * 3 + ["expired"])
            self._refer(outlet, client, state, client.owner, days=self.dice.randint(1, 170))
        pooled = [c for c in clients if c.state == State.IDENTIFIED]
        people = self.cast[outlet.pk][Post.WEALTH_RM.value]
        some = min(3, max(1, len(pooled) // 3))
        for client in pooled[:some]:
            client.state = State.REFERRED
            self.referred.append(client)
            self._refer(outlet, client, "new", self.dice.choice(people[:4]), days=0)
        for client in pooled[some : 2 * some]:
            self._refer(outlet, client, "declined", self.dice.choice(people), days=3)

    def _refer(self, outlet, client, state, target, *, days):
        post, source = self.dice.choice(
            [pair for pair in _REFERRERS if pair[0].value in self.cast[outlet.pk]]
        )
        made = self._moment(days)
        on_site = self.dice.random() < 0.5
        answer_by = (
            made + timedelta(minutes=30)
            if on_site
            else clock.end_of_day(self.calendar.add_working_days(clock.local(made).date(), 1))
        )
        answered = (
            None
            if state in ("new", "expired")
            else made + timedelta(minutes=self.dice.randint(2, 28))
        )
        declined = state == "declined"
        self.made_referrals.append(
            Referral(
                client=client,
                outlet=outlet,
                source=source,
                referrer=self.cast[outlet.pk][post.value][0],
                target=target,
                cues=self.dice.sample(
                    ["vip_card", "large_transaction", "maturity", "wealth_enquiry"], 2
                ),
                note=self.dice.choice(words.REFERRAL_NOTES[self.language]),
                on_site=on_site,
                state=state,
                made_at=made,
                asked_at=made,
                answer_by=answer_by,
                answered_at=answered,
                decline_reason=self.dice.choice(words.DECLINE_REASONS[self.language])
                if declined
                else "",
            )
        )

    def handovers(self, outlet, clients):
        """Four finished, and one in each state that is on the way."""
        senders = self.cast[outlet.pk][Post.MARKETING_RM.value]
        receivers = self.cast[outlet.pk][Post.WEALTH_RM.value][:4]
        done = [c for c in clients if c.state == State.OWNED and c.owner in receivers]
        for client in self.dice.sample(done, min(4, len(done))):
            state = self.dice.choice(["closed", "closed", "introduced"])
            sender = self.dice.choice(senders)
            days = self.dice.randint(1, 9) if state == "introduced" else self.dice.randint(5, 150)
            self._hand_over(client, sender, client.owner, state, days=days)
        prospects = [c for c in clients if c.state == State.PROSPECT]
        for client, state in zip(
            prospects,
            ["draft", "submitted", "returned", "accepted", "withdrawn", "submitted"],
            strict=False,
        ):
            self._hand_over(client, client.owner, self.dice.choice(receivers), state, days=2)

    def _hand_over(self, client, sender, receiver, state, *, days):
        begun = self._moment(days + 4)
        sent = begun + timedelta(days=1) if state not in ("draft", "withdrawn") else None
        accepted = self._later(sent, 1) if state in ("accepted", "introduced", "closed") else None
        introduced = self._later(accepted, 1) if state in ("introduced", "closed") else None
        file = dict(words.FILE_TEXT[self.language])
        if state in ("draft", "returned"):
            del file["risk"], file["dates"]
        self.made_handovers.append(
            Handover(
                client=client,
                from_staff=sender,
                to_staff=receiver,
                file=file,
                state=state,
                due_at=self._due(state, sent, accepted, introduced),
                submitted_at=sent,
                accepted_at=accepted,
                introduced_at=introduced,
                closed_at=self._later(introduced, 2) if state == "closed" else None,
                return_reason="incomplete" if state == "returned" else "",
                return_items=dict(words.MEND[self.language]) if state == "returned" else {},
                returns=1 if state == "returned" else 0,
                aum_then=client.aum if introduced else None,
                created_at=begun,
            )
        )
        if state in ("submitted", "accepted"):
            self.readers.append(FileReader(client=client, staff=receiver, since=sent))

    def _due(self, state, sent, accepted, introduced):
        stage = {"submitted": (sent, 2), "accepted": (accepted, 5), "introduced": (introduced, 10)}
        if state not in stage:
            return clock.SOMEDAY
        begun, days = stage[state]
        return clock.end_of_day(self.calendar.add_working_days(clock.local(begun).date(), days))

    def _later(self, moment, days):
        return min(moment + timedelta(days=days), self.now)

    def _moment(self, days):
        day = self.calendar.previous_workday(self.today - timedelta(days=days))
        at = clock.at_time(day, time(self.dice.randint(9, 16), self.dice.randint(0, 59)))
        return (
            min(at, self.now - timedelta(minutes=5)) if days else self.now - timedelta(minutes=12)
        )

    def write(self):
        Client.objects.bulk_update(self.referred, ["state"])
        Referral.objects.bulk_create(self.made_referrals, batch_size=500)
        Hop.objects.bulk_create(self._hops(), batch_size=500)
        Handover.objects.bulk_create(self.made_handovers, batch_size=500)
        CreditShare.objects.bulk_create(self._shares(), batch_size=500)
        Waiver.objects.bulk_create(self._waivers())
        FileReader.objects.bulk_create(self.readers)
        PointEntry.objects.bulk_create(self._ledger(), batch_size=1000)

    def _shares(self):
        """The shares of each client who was introduced."""
        percents = handover_rules.percents(on=self.today)
        for handover in self.made_handovers:
            if handover.introduced_at:
                people = (handover.from_staff, handover.to_staff)
                for event, parts in percents.items():
                    for person, percent in zip(people, parts, strict=True):
                        share = {"event": event, "staff": person, "percent": percent}
                        yield CreditShare(handover=handover, **share)

    def _waivers(self):
        """In each draft an item that the sender asks the head to waive."""
        for handover in self.made_handovers:
            if handover.state == "draft":
                why = words.WAIVER_REASON[self.language]
                asked = {"item": "risk", "reason": why, "asked_at": handover.created_at}
                yield Waiver(handover=handover, **asked)

    def _hops(self):
        """Who was asked first, and what came of it; one of the answered was passed over before."""
        outcomes = {"new": "waiting", "declined": "declined", "expired": "accepted"}
        for number, referral in enumerate(self.made_referrals):
            outcome = outcomes.get(referral.state, "accepted")
            ended = None if outcome == "waiting" else referral.answered_at or referral.answer_by
            asked_at = referral.made_at
            if number % 5 == 0 and outcome == "accepted":
                yield self._silent(referral)
                asked_at = min(referral.answer_by, ended)
            yield Hop(
                referral=referral,
                asked=referral.target,
                asked_at=asked_at,
                until=referral.answer_by,
                outcome=outcome,
                ended_at=ended,
                reason=referral.decline_reason,
            )

    def _silent(self, referral):
        """A colleague of the same outlet who did not answer in time."""
        people = self.cast[referral.outlet_id][Post.WEALTH_RM.value]
        before = next(person for person in people if person != referral.target)
        until = referral.made_at + timedelta(minutes=30)
        asked = {"asked": before, "asked_at": referral.made_at, "until": until}
        return Hop(referral=referral, outcome="silent", ended_at=until, **asked)

    def _ledger(self):
        """What all this counts in the ledger, as the actions would have credited it."""
        for referral in self.made_referrals:
            if referral.state in ("accepted", "converted"):
                yield self._entry(
                    referral.referrer,
                    referral.answered_at,
                    "referral",
                    Decimal(1),
                    f"referral:{referral.pk}",
                )
            elif referral.state in ("new", "declined"):  # of clients without an RM
                yield self._entry(
                    referral.referrer,
                    referral.made_at,
                    "identified",
                    Decimal(1),
                    f"identified:{referral.client_id}",
                )
        sender_part = Decimal(self.shares[0]) / 100
        for handover in self.made_handovers:
            if handover.introduced_at:
                source = f"handover:{handover.pk}"
                yield self._entry(
                    handover.from_staff,
                    handover.introduced_at,
                    "handover",
                    sender_part,
                    f"{source}:from",
                )
                yield self._entry(
                    handover.to_staff,
                    handover.introduced_at,
                    "handover",
                    1 - sender_part,
                    f"{source}:to",
                )
        contacts = Contact.objects.filter(is_valid=True, staff__isnull=False).select_related(
            "staff"
        )
        for contact in contacts.iterator():
            day = clock.local(contact.happened_at).date()
            yield self._entry(
                contact.staff,
                contact.happened_at,
                "contact",
                Decimal(1),
                f"contact:{contact.client_id}:{day}",
            )

    def _entry(self, person, at, metric, amount, source):
        posting = self.postings[person.pk]
        return PointEntry(
            staff=person,
            day=clock.local(at).date(),
            metric=metric,
            amount=amount,
            source=source,
            unit_id=posting.unit_id,
            post=posting.post,
            grade=posting.grade,
            recorded_at=at,
        )
