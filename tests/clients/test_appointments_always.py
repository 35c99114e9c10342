"""Whatever is booked, moved, called off and handed on: nobody and no room is taken twice."""

from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from clients.appointments.actions import book, cancel, confirm, hand_on, move, no_show
from clients.models import Appointment, Slot
from crm.lib import clock
from crm.lib.errors import RuleBroken
from managers.models import AuditEvent
from tests.conftest import MONDAY
from tests.factories import ClientFactory, OrgUnitFactory, PostingFactory, RoomFactory

pytestmark = pytest.mark.django_db

PLACES = st.integers(0, 2)
FIRST = datetime(2026, 11, 24, 9, tzinfo=clock.SHANGHAI)
STARTS = st.integers(0, 12).map(lambda half: FIRST + timedelta(minutes=30 * half))
LENGTHS = st.sampled_from([30, 60, 90]).map(lambda minutes: timedelta(minutes=minutes))


class Calendars(RuleBasedStateMachine):
    """Three colleagues, two rooms and six clients of one outlet, on one Tuesday."""

    def __init__(self):
        super().__init__()
        unit = OrgUnitFactory()
        self.head = PostingFactory(unit=unit, post="branch_head").staff
        self.people = [PostingFactory(unit=unit).staff for _ in range(3)]
        self.rooms = [*RoomFactory.create_batch(2, unit=unit), None]
        self.clients = [ClientFactory(owner=person) for person in self.people for _ in range(2)]
        self.known = 0

    def attempt(self, act, *args, **what):
        """What a rule refuses changes nothing."""
        before = AuditEvent.objects.count()
        try:
            act(*args, **what, by=self.head, at=MONDAY)
        except RuleBroken:
            assert AuditEvent.objects.count() == before

    def pick(self, number):
        rows = list(Appointment.objects.order_by("pk"))
        return rows[number % len(rows)] if rows else None

    @rule(client=st.integers(0, 5), guest=PLACES, room=PLACES, starts=STARTS, lasts=LENGTHS)
    def book(self, client, guest, room, starts, lasts):
        what = {"kind": "advice", "starts_at": starts, "ends_at": starts + lasts}
        what |= {"room": self.rooms[room], "staff": [self.people[guest]]}
        self.attempt(book, self.clients[client], **what)

    @rule(number=st.integers(0, 30), room=PLACES, starts=STARTS, lasts=LENGTHS)
    def move(self, number, room, starts, lasts):
        if visit := self.pick(number):
            what = {"starts_at": starts, "ends_at": starts + lasts, "room": self.rooms[room]}
            self.attempt(move, visit, **what)

    @rule(number=st.integers(0, 30), act=st.sampled_from([confirm, no_show]))
    def settle(self, number, act):
        if visit := self.pick(number):
            self.attempt(act, visit)

    @rule(number=st.integers(0, 30))
    def cancel(self, number):
        if visit := self.pick(number):
            self.attempt(cancel, visit, reason="The client is travelling")

    @rule(giver=PLACES, taker=PLACES)
    def hand_on(self, giver, taker):
        if giver != taker:
            people = self.people[giver], self.people[taker]
            self.attempt(hand_on, *people, self.clients)

    @invariant()
    def nobody_is_taken_twice(self):
        slots = list(Slot.objects.filter(is_taken=True))
        for one in slots:
            for other in slots:
                same = one.staff_id and one.staff_id == other.staff_id
                same = same or (one.room_id and one.room_id == other.room_id)
                if same and one.pk < other.pk:
                    assert one.ends_at <= other.starts_at or other.ends_at <= one.starts_at

    @invariant()
    def none_is_lost_and_every_coming_one_holds_its_room_and_host(self):
        rows = Appointment.objects.prefetch_related("slots")
        assert len(rows) >= self.known
        self.known = len(rows)
        for visit in rows:
            taken = {slot.room_id or slot.staff_id for slot in visit.slots.all() if slot.is_taken}
            if not visit.is_coming:
                assert taken == set()
            elif not visit.clashes:
                assert {visit.host_id, visit.room_id or visit.host_id} <= taken


class TestCalendars(TestCase, Calendars.TestCase):
    settings = settings(max_examples=12, stateful_step_count=20, deadline=None)
