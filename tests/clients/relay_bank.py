"""A small bank in which anything may happen to a client on the way from hand to hand."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Q

from clients.desk.actions import assign_from_pool
from clients.followups.actions import schedule
from clients.handover import actions as handovers
from clients.handover.models import Item
from clients.lobby import actions as referrals
from clients.models import (
    Client,
    CreditShare,
    FollowUp,
    Handover,
    Hop,
    Ownership,
    ReassignmentPlan,
    Referral,
)
from clients.reassignment import actions as plans
from crm.lib.errors import RuleBroken
from managers.models import Absence, PointEntry, Staff
from tests.factories import ClientFactory, PostingFactory

FILE = {item.value: f"About {item.value}" for item in Item}
DECISIONS = ("mend", "accept", "another", "withdraw")


@dataclass
class RelayBank:
    """Clients and people by number; every act is a whole one, or is refused and changes nothing."""

    outlet: object
    now: object
    rms: list = field(default_factory=list)
    clients: list = field(default_factory=list)

    def __post_init__(self):
        def person(post):
            return PostingFactory(unit=self.outlet, post=post).staff

        self.rms = [person("wealth_rm") for _n in range(3)]
        self.marketing, self.lobby = person("marketing_rm"), person("lobby_manager")
        self.head = person("branch_head")
        owners = (None, None, self.marketing, self.marketing, self.rms[0])
        for owner in owners:
            state = {None: "identified", self.marketing: "prospect"}.get(owner, "owned")
            client = ClientFactory(outlet=self.outlet, owner=owner, state=state)
            self.clients.append(client)
            if owner:
                when = {"channel": "visit", "due_on": self.now.date() + timedelta(days=30)}
                schedule(client, trigger="manual", by=owner, at=self.now, **when)
        self.promised = FollowUp.objects.open().filter(trigger="manual").count()

    # --- Acts

    def refer(self, n, m):
        client, target = self._client(n), self._rm(m)
        given = {"cues": ["maturity"], "on_site": True, "by": self.lobby, "at": self.now}
        return referrals.refer(client, target=target, **given)

    def accept_referral(self, n, m):
        referral = self._referral(n)
        return referral and referrals.accept(referral, by=referral.target, at=self.now)

    def decline_referral(self, n, m):
        referral = self._referral(n)
        by = referral and referral.target
        return by and referrals.decline(referral, reason="With a client", by=by, at=self.now)

    def place(self, n, m):
        referral = self._referral(n)
        return referral and referrals.place(referral, to=self._rm(m), by=self.head, at=self.now)

    def clock(self, n, m):
        referrals.move_on(at=self.now + timedelta(minutes=31))
        referrals.settle(at=self.now)
        handovers.remind(at=self.now + timedelta(days=9))
        return handovers.tidy(at=self.now)

    def assign(self, n, m):
        client, to = self._client(n), self._rm(m)
        return assign_from_pool(client, to=to, was=client.owner_id, by=self.head, at=self.now)

    def begin(self, n, m):
        client, to = self._client(n), self._rm(m)
        by = client.owner or self.marketing
        drafted = handovers.draft(client, to=to, by=by, at=self.now)
        handovers.save_file(drafted, file=FILE, by=by, at=self.now)
        return handovers.submit(drafted, by=by, at=self.now)

    def answer(self, n, m):
        handover = self._handover(n)
        if handover is None:
            return None
        if handover.needs_decision:
            given = {"decision": DECISIONS[m % 4], "note": "Enough", "to": self._rm(m)}
            return handovers.decide(handover, by=self.head, at=self.now, **given)
        if handover.state == "returned":
            return handovers.submit(handover, by=handover.from_staff, at=self.now)
        if m == 0:
            returned = {"reason": "incomplete", "items": {"risk": "No date"}}
            return handovers.return_(handover, by=handover.to_staff, at=self.now, **returned)
        return handovers.accept(handover, by=handover.to_staff, at=self.now)

    def introduce(self, n, m):
        handover = self._handover(n)
        return handover and handovers.introduce(handover, by=handover.to_staff, at=self.now)

    def withdraw(self, n, m):
        handover = self._handover(n)
        return handover and handovers.withdraw(handover, by=handover.from_staff, at=self.now)

    def leave_for_a_day(self, n, m):
        today = self.now.date()
        planned = ReassignmentPlan.objects.filter(absence__isnull=False).values("absence")
        away = Absence.objects.filter(staff=self._rm(m)).exclude(pk__in=planned)
        if not away.delete()[0]:
            deputy = self.rms[(m + 1) % 3] if n % 2 else None
            days = {"first_day": today, "last_day": today}
            Absence.objects.create(staff=self._rm(m), deputy=deputy, **days)

    def resign(self, n, m):
        person = self._rm(m)
        Staff.objects.filter(pk=person.pk).update(is_active=not person.is_active)

    def resign_by_a_plan(self, n, m):
        """The whole book of an RM is planned, agreed to and given away by the worker."""
        known = {"cause": "resignation", "effective_on": self.now.date()}
        plan = plans.draft(self._rm(m), **known, by=self.head, at=self.now)
        plan = plans.submit(plan, by=self.head, at=self.now)
        if plan.state == "approved":
            plans.work(plans.execute(plan, by=self.head, at=self.now).pk, now=lambda: self.now)
        return plan

    def leave_by_a_plan(self, n, m):
        """An RM goes on leave today or later, and a colleague covers: nobody changes hands."""
        first = self.now.date() + timedelta(days=n)
        known = {"cause": "leave", "effective_on": first, "last_day": first + timedelta(days=m)}
        known["deputy"] = self._rm(m + 1 + n % 2)
        plan = plans.draft(self._rm(m), **known, by=self.head, at=self.now)
        plan = plans.submit(plan, by=self.head, at=self.now)
        return plans.execute(plan, by=self.head, at=self.now) if plan.state == "approved" else plan

    def undo_a_plan(self, n, m):
        plan = ReassignmentPlan.objects.filter(from_staff=self._rm(m)).order_by("-pk").first()
        if plan is None:
            return None
        plan = plans.undo(plan, by=self.head, at=self.now)
        plans.work(plan.pk, now=lambda: self.now)
        return plan

    # --- What always holds

    def holds(self):
        """Exactly one owner or pool, no promise lost, one question at a time, whole shares."""
        for client in Client.objects.exclude(state="closed"):
            assert (client.owner_id is None) != (client.pool_id is None)
            current = Ownership.objects.get(client=client, until=None)
            assert (current.owner_id, current.pool_id) == (client.owner_id, client.pool_id)
            promises = FollowUp.objects.open().filter(client=client)
            assert set(promises.values_list("owner", flat=True)) <= {client.owner_id}
            if client.state == "referred":
                assert client.referrals.waiting().count() == 1
        kept = FollowUp.objects.open().filter(trigger="manual")
        assert kept.count() == self.promised
        for referral in Referral.objects.all():
            waiting = [hop.asked_id for hop in referral.hops.filter(outcome=Hop.Outcome.WAITING)]
            assert waiting == ([referral.target_id] if referral.state == "new" else [])
        for handover in Handover.objects.all():
            self._shares_are_whole(handover)
        for leave in ReassignmentPlan.objects.filter(cause="leave").exclude(state="draft"):
            covered = leave.absence_id is not None and leave.absence.deputy_id == leave.deputy_id
            assert covered == (leave.state == "done"), (leave.state, leave.absence)
            assert not leave.moves.exists()

    def _shares_are_whole(self, handover):
        for event in CreditShare.Event:
            parts = CreditShare.objects.filter(handover=handover, event=event)
            given = [share.percent for share in parts]
            assert sum(given) in (0, 100)
            assert bool(given) == (handover.introduced_at is not None and self._is_new(handover))
        earned = PointEntry.objects.filter(source__startswith=f"handover:{handover.pk}:")
        whole = sum(entry.amount for entry in earned)
        assert whole == (1 if handover.introduced_at and self._is_new(handover) else 0)

    def _is_new(self, handover):
        """Whether it was a marketing RM who won the client."""
        return handover.from_staff_id == self.marketing.pk

    # --- Who is meant

    def _client(self, n) -> Client:
        return Client.objects.select_related("owner").get(pk=self.clients[n].pk)

    def _rm(self, m) -> Staff:
        return Staff.objects.get(pk=self.rms[m % 3].pk)

    def _referral(self, n) -> Referral | None:
        waiting = Referral.objects.waiting().select_related("target", "client")
        return waiting.filter(client=self.clients[n].pk).first()

    def _handover(self, n) -> Handover | None:
        rows = Handover.objects.filter(~Q(state="withdrawn"), client=self.clients[n].pk)
        return rows.select_related("client", "from_staff", "to_staff").first()


ACTS = (
    "refer",
    "accept_referral",
    "decline_referral",
    "place",
    "clock",
    "assign",
    "begin",
    "answer",
    "introduce",
    "withdraw",
    "leave_for_a_day",
    "resign",
    "resign_by_a_plan",
    "leave_by_a_plan",
    "undo_a_plan",
)


def attempt(bank, act, n, m):
    """Do it; a refusal is an answer as well, and comes back."""
    try:
        return getattr(bank, act)(n, m)
    except RuleBroken as refused:
        return refused
