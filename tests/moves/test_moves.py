"""People, clients and absences move about; whatever happens, nobody reads beyond their scope.

Hypothesis draws the story. After every step some people ask for some clients through several doors,
and what comes is compared with the rules as `ruling.py` tells them: nothing else, and nothing less.
"""

from copy import deepcopy
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, run_state_machine_as_test

from clients.book.actions import protect
from clients.desk.actions import assign_from_pool
from clients.handover import actions as handovers
from clients.handover.models import Item
from clients.lobby import actions as lobby
from clients.merging.actions import merge, undo
from clients.models import Client, Handover, Merge
from clients.privacy import actions as privacy
from crm.lib import clock
from crm.lib.errors import RuleBroken
from managers.access.actions import sessions
from managers.models import Staff
from managers.people import actions as people
from managers.people.models import SEQUENCE_OF, Post, Sequence
from tests.conftest import MONDAY
from tests.moves import town
from tests.moves.doors import DOORS, SECRET, Asker
from tests.moves.ruling import PENDING, Relay
from tests.moves.step import FILE, WHO, move

RELAY = st.integers(0, 3)
WEALTH = st.sampled_from([0, 1, 3])  # wealth RMs, as long as nobody begins another post
DAYS = st.integers(0, 4)


class Moves(RuleBasedStateMachine):
    """One story, undone at its end."""

    doors = 5  # through which each pair is asked

    def __init__(self, town):
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.people, self.files, self.units = town.people, town.files, town.units
        self.rules = deepcopy(town.rules)
        self.now = MONDAY
        self.frozen = clock.at(MONDAY)
        self.frozen.__enter__()

    def teardown(self):
        self.frozen.__exit__(None, None, None)
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    def ask(self, who, file, *, turn):
        """One person asks for one file through some of the doors."""
        asker = Asker(self.rules, who, file)
        for door in range(self.doors):
            DOORS[(turn * self.doors + door) % len(DOORS)](asker)

    def person(self, number) -> Staff:
        """As read anew: with the post of today."""
        return Staff.objects.get(pk=self.people[number].pk)

    def client(self, number) -> Client:
        return Client.objects.get(pk=self.files[number].pk)

    def relay(self, number):
        """A handover that was begun, and what the rules know of it."""
        begun = sorted(self.rules.relays)
        pk = begun[number % len(begun)] if begun else 0
        row = Handover.objects.filter(pk=pk).select_related("from_staff", "to_staff").first()
        if row is None:
            raise RuleBroken("Nobody has begun one.")
        return row, self.rules.relays[pk]

    @property
    def when(self):
        return {"at": clock.now()}

    @move(days=st.integers(1, 9))
    def days_pass(self, days):
        self.now += timedelta(days=days)
        self.rules.day = self.now.date()
        clock.set(self.now)

    @move(who=WHO, unit=st.integers(0, 5), post=st.sampled_from(Post), days=DAYS)
    def somebody_begins_another_post(self, who, unit, post, days):
        person, place = self.person(who), self.units[unit]
        since = self.rules.day + timedelta(days=days)
        graded = {"grade": "senior", "step": 3} if SEQUENCE_OF[post] == Sequence.RM else {}
        people.post_to(person, unit=place, post=post, since=since, by=None, **graded, **self.when)
        self.rules.people[person.pk].postings.append((since, place.pk, post.value))
        return [(person.pk, pk) for pk in self._book(person)]

    @move(who=WHO)
    def somebody_leaves_or_returns(self, who):
        person = self.person(who)
        act = sessions.deactivate if person.is_active else sessions.reactivate
        act(person, by=None, **self.when)
        self.rules.people[person.pk].active = not person.is_active
        return [(person.pk, pk) for pk in self._book(person)]

    @move(who=st.integers(0, 4), deputy=st.integers(0, 4), starts=DAYS, lasts=DAYS)
    def somebody_is_away(self, who, deputy, starts, lasts):
        person, deputy = self.person(who), self.person(deputy)
        first = self.rules.day + timedelta(days=starts)
        days = {"first_day": first, "last_day": first + timedelta(days=lasts)}
        people.be_absent(person, deputy=deputy, by=None, **days, **self.when)
        self.rules.absences.append((person.pk, deputy.pk, first, days["last_day"]))
        return [(deputy.pk, pk) for pk in self._book(person)]

    @initialize(to=WEALTH)
    def one_handover_is_under_way(self, to):
        self._begin(2, to, is_sent=True)

    @move(file=st.integers(2, 3), to=WEALTH, is_sent=st.booleans())
    def a_handover_is_begun(self, file, to, is_sent):
        return self._begin(file, to, is_sent=is_sent)

    def _begin(self, file, to, *, is_sent):
        client, to = self.client(file), self.person(to)
        by = Staff.objects.filter(pk=client.owner_id).first() or to
        drafted = handovers.draft(client, to=to, by=by, **self.when)
        told = {item.value: f"{SECRET} {client.number}: {item}" for item in Item}
        drafted = handovers.save_file(drafted, file=told, by=by, **self.when)
        if is_sent:
            handovers.submit(drafted, by=by, **self.when)
        state = "submitted" if is_sent else "draft"
        self.rules.relays[drafted.pk] = Relay(client.pk, by.pk, to.pk, state)
        return self._sides(drafted)

    @move(relay=RELAY)
    def the_sender_submits(self, relay):
        row, known = self.relay(relay)
        handovers.submit(row, by=row.from_staff, **self.when)
        known.state = "submitted"
        return self._sides(row)

    @move(relay=RELAY, how=st.sampled_from(["accepted", "returned", "withdrawn"]))
    def a_side_answers(self, relay, how):
        row, known = self.relay(relay)
        if how == "accepted":
            handovers.accept(row, by=row.to_staff, **self.when)
        elif how == "returned":
            handovers.return_(row, reason="incomplete", by=row.to_staff, **self.when)
        else:
            handovers.withdraw(row, by=row.from_staff, **self.when)
        known.state = how
        return self._sides(row)

    @move(relay=RELAY)
    def they_meet_the_client(self, relay):
        row, known = self.relay(relay)
        if known.state == "submitted":
            handovers.accept(row, by=row.to_staff, **self.when)
        handovers.introduce(row, by=row.to_staff, **self.when)
        known.state = "introduced"
        self._gives(row.client_id, row.to_staff_id)
        return self._sides(row)

    @move()
    def the_night_tidies(self):
        handovers.tidy(**self.when)
        for relay in self.rules.relays.values():
            owner = self.rules.files[relay.file].owner
            if relay.state in PENDING and owner != relay.sender:
                relay.state = "withdrawn"

    @move(file=FILE, to=st.sampled_from([0, 1, 3, 4, 12]), by=st.integers(5, 8))
    def a_head_assigns(self, file, to, by):
        client, to, was = self.client(file), self.person(to), self.client(file).owner_id
        assign_from_pool(client, to=to, was=was, by=self.person(by), **self.when)
        self._gives(client.pk, to.pk)
        return [(pk, client.pk) for pk in (was, to.pk) if pk]

    @move(
        file=st.sampled_from([0, 4, 5, 5, 7]),
        to=st.integers(0, 4),
        by=st.sampled_from([1, 8, 9]),
        answer=st.sampled_from(["accept", "decline"]),
    )
    def a_client_is_referred(self, file, to, by, answer):
        client, to, by = self.client(file), self.person(to), self.person(by)
        to = Staff.objects.filter(pk=client.owner_id).first() or to
        cues = {"cues": ["wealth_enquiry"], "on_site": True}
        made = lobby.refer(client, target=to, by=by, **cues, **self.when)
        if answer == "decline":
            lobby.decline(made, reason="Only passing through", by=to, **self.when)
        else:
            lobby.accept(made, by=to, **self.when)
        if client.owner_id is None and answer == "accept":
            self._gives(client.pk, to.pk)
        return [(to.pk, client.pk), (by.pk, client.pk)]

    @move(order=st.permutations([0, 1]), by=st.integers(5, 7))
    def two_files_become_one(self, order, by):
        kept, merged = map(self.client, order)
        merge(kept, merged, by=self.person(by), **self.when)
        stays, gone = self.rules.files[kept.pk], self.rules.files[merged.pk]
        gone.kept, gone.state = kept.pk, "closed"
        stays.restricted, stays.about = (
            stays.restricted or gone.restricted,
            stays.about or gone.about,
        )
        return [(pk, client.pk) for client in (kept, merged) for pk in [merged.owner_id] if pk]

    @move(by=st.integers(5, 8))
    def they_become_two_again(self, by):
        made = Merge.objects.filter(undone_at=None).first()
        if made is None:
            raise RuleBroken("There is none.")
        undo(made, by=self.person(by), **self.when)
        self.rules.files[made.merged_id].kept = None
        for row in Client.objects.filter(pk__in=[made.kept_id, made.merged_id]):
            known = self.rules.files[row.pk]
            known.state, known.restricted, known.about = row.state, row.restricted, row.person_id

    @move(file=FILE, by=st.integers(5, 8), about=st.none() | WHO, restricted=st.booleans())
    def a_head_guards_a_file(self, file, by, about, restricted):
        client, colleague = self.client(file), None if about is None else self.person(about)
        guarded = {"restricted": restricted, "person": colleague}
        protect(client, by=self.person(by), **guarded, **self.when)
        known = self.rules.files[client.pk]
        known.restricted, known.about = restricted, colleague and colleague.pk
        return [(pk, client.pk) for pk in (client.owner_id, known.about) if pk]

    @move(file=st.integers(4, 7))
    def a_client_leaves_the_bank(self, file):
        pk = self.files[file].pk
        Client.objects.filter(pk=pk).update(state="closed")
        self.rules.files[pk].state = "closed"

    @move(file=FILE, how=st.sampled_from(["lock", "erase"]))
    def a_file_is_put_away_for_good(self, file, how):
        client = self.client(file)
        keepers = [pk for pk in (client.owner_id, *self._readers(client)) if pk]
        if how == "lock":
            privacy.lock_away(client, by=self.person(10), **self.when)
        else:
            privacy.erase_again(client, basis="request", **self.when)
        for pk in self.rules.family(client.pk):
            self.rules.files[pk].locked, self.rules.files[pk].state = True, "closed"
        for relay in self.rules.relays.values():
            if self.rules.files[relay.file].locked and relay.state in PENDING:
                relay.state = "withdrawn"
        return [(pk, client.pk) for pk in (*keepers, self.people[5].pk)]

    def _readers(self, client) -> list[int]:
        return [*client.readers.values_list("staff", flat=True)]

    def _gives(self, file, to):
        self.rules.files[file].owner, self.rules.files[file].state = to, "owned"

    def _book(self, person) -> list[int]:
        """Two of the person's files."""
        owned = Client.objects.filter(owner=person).order_by("pk")
        return [*owned.values_list("pk", flat=True)[:2]]

    def _sides(self, row) -> list[tuple[int, int]]:
        return [(row.from_staff_id, row.client_id), (row.to_staff_id, row.client_id)]


def tell(machine, *, stories, steps):
    """Build the bank once, and let this many stories happen in it."""
    built = town.build()
    run_state_machine_as_test(
        lambda: machine(built),
        settings=settings(
            max_examples=stories,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )


@pytest.mark.short
@pytest.mark.django_db
def test_whatever_moves_nobody_reads_beyond_their_scope():
    tell(Moves, stories=6, steps=8)


@pytest.mark.slow
@pytest.mark.django_db
def test_nor_in_long_stories():
    tell(Moves, stories=8, steps=20)
