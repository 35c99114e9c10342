"""Two people at once: the database decides, one wins, the other is told, nothing is half done."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from clients.appointments.actions import book
from clients.appointments.models import Slot
from clients.book.models import Client, Ownership
from clients.desk.actions import assign_from_pool
from clients.followups.actions import complete
from clients.handover.actions import introduce
from clients.lobby.actions import accept, decline
from clients.models import BenefitGrant, Contact, FollowUp, SaleRecord
from clients.sales.actions import confirm, disclose, use
from crm.lib.errors import RuleBroken
from managers.audit.queries import verify
from managers.competition.actions import credit
from managers.models import PointEntry, Staff
from tests.factories import (
    AppointmentFactory,
    ClientFactory,
    DisclosureFactory,
    FollowUpFactory,
    GrantFactory,
    HandoverFactory,
    ReferralFactory,
    RoomFactory,
    SaleFactory,
)
from tests.threads import at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite has one writer: no races to see"
    ),
]

ROUNDS = 20


def fresh(person) -> Staff:
    """The person as another process would read them."""
    return Staff.objects.get(pk=person.pk)


def outcome_of(results) -> tuple[int, int]:
    """How many went through and how many were refused; anything else fails the test."""
    refused = [result for result in results if isinstance(result, RuleBroken)]
    strange = [r for r in results if isinstance(r, Exception) and not isinstance(r, RuleBroken)]
    assert strange == []
    return len(results) - len(refused), len(refused)


def test_two_heads_assign_one_client_and_one_wins(head, rm, peer, outlet, now):
    for _round in range(ROUNDS):
        client = ClientFactory(outlet=outlet)

        results = at_once(
            *[
                lambda to=to, client=client: assign_from_pool(
                    Client.objects.get(pk=client.pk),
                    to=fresh(to),
                    was=None,
                    by=fresh(head),
                    at=now,
                )
                for to in (rm, peer)
            ]
        )

        assert outcome_of(results) == (1, 1)
        [loser] = [result for result in results if isinstance(result, RuleBroken)]
        client.refresh_from_db()
        assert client.owner.latin_name in str(loser)
        assert Ownership.objects.filter(client=client, until=None).get().owner == client.owner
        assert FollowUp.objects.filter(client=client).get().owner == client.owner
    assert verify().fault is None


def test_a_room_and_a_colleague_are_booked_once(rm, peer, outlet, now):
    span = {"starts_at": now + timedelta(hours=1), "ends_at": now + timedelta(hours=2)}
    for _round in range(ROUNDS):
        Slot.objects.update(is_taken=False)
        room, owners = RoomFactory(unit=outlet), (rm, peer)

        results = at_once(
            *[
                lambda owner=owner, guest=guest, room=room: book(
                    ClientFactory(owner=fresh(owner)),
                    kind="advice",
                    room=room,
                    staff=[fresh(guest)],
                    **span,
                    by=fresh(owner),
                    at=now,
                )
                for owner, guest in (owners, owners[::-1])
            ]
        )

        assert outcome_of(results) == (1, 1)
        assert Slot.objects.filter(room=room, is_taken=True).count() == 1
    assert verify().fault is None


def test_the_database_itself_keeps_two_visits_apart(rm, now):
    visit = AppointmentFactory(client=ClientFactory(owner=rm))
    span = {"starts_at": visit.starts_at, "ends_at": visit.ends_at}
    other = AppointmentFactory(client=visit.client, state="held", **span)

    with pytest.raises(IntegrityError, match="staff_slots_never_overlap"), transaction.atomic():
        other.slots.update(is_taken=True)


def test_the_database_itself_gives_a_room_to_one_visit(rm, peer, outlet, now):
    room = RoomFactory(unit=outlet)
    visit = AppointmentFactory(client=ClientFactory(owner=rm), room=room)
    other = AppointmentFactory(client=ClientFactory(owner=peer))
    span = {"starts_at": visit.starts_at, "ends_at": visit.ends_at}

    with pytest.raises(IntegrityError, match="room_slots_never_overlap"), transaction.atomic():
        Slot.objects.create(appointment=other, room=room, **span)


def test_the_last_place_in_a_book_is_given_once(head, rm, outlet, now):
    ClientFactory.create_batch(59, owner=rm, tier="private")
    waiting = ClientFactory.create_batch(3, outlet=outlet, tier="private")

    results = at_once(
        *[
            lambda client=client: assign_from_pool(
                Client.objects.get(pk=client.pk), to=fresh(rm), was=None, by=fresh(head), at=now
            )
            for client in waiting
        ]
    )

    assert outcome_of(results) == (1, 2)
    assert rm.book.count() == 60


def test_accepting_and_declining_a_referral_at_once_leaves_one_answer(teller, rm, now):
    for _round in range(ROUNDS):
        referral = ReferralFactory(referrer=teller, target=rm)

        results = at_once(
            lambda one=referral: accept(one, by=fresh(rm), at=now),
            lambda one=referral: decline(one, reason="Passing through", by=fresh(rm), at=now),
        )

        assert outcome_of(results) == (1, 1)
        referral.refresh_from_db()
        referral.client.refresh_from_db()
        assert (referral.state == "accepted") == (referral.client.owner == rm)


def test_both_introduce_the_client_at_once_and_it_happens_once(marketing, rm, now):
    for _round in range(ROUNDS):
        handover = HandoverFactory(from_staff=marketing, to_staff=rm, state="accepted")

        results = at_once(
            *[
                lambda by=by, one=handover: introduce(one, by=fresh(by), at=now)
                for by in (marketing, rm)
            ]
        )

        assert outcome_of(results) == (1, 1)
        assert PointEntry.objects.filter(source__startswith=f"handover:{handover.pk}:").count() == 2


def test_two_rms_who_hand_clients_to_each_other_do_not_deadlock(rm, peer, head, now):
    mine, theirs = ClientFactory(owner=rm), ClientFactory(owner=peer)

    for _round in range(ROUNDS):
        results = at_once(
            *[
                lambda pk=client.pk: assign_from_pool(
                    (row := Client.objects.get(pk=pk)),
                    to=fresh(peer if row.owner_id == rm.pk else rm),
                    was=row.owner_id,
                    by=fresh(head),
                    at=now,
                )
                for client in (mine, theirs)
            ]
        )
        assert outcome_of(results) == (2, 0)


def test_recording_a_call_twice_at_once_leaves_one_contact(rm, now):
    for _round in range(ROUNDS):
        item = FollowUpFactory(client=ClientFactory(owner=rm))

        results = at_once(
            *[lambda one=item: complete(one, outcome="no_answer", by=fresh(rm), at=now)] * 2
        )

        assert outcome_of(results) == (1, 1)
        assert Contact.objects.filter(follow_up=item).count() == 1


def test_points_of_one_source_are_credited_once(rm, now):
    results = at_once(
        *[
            lambda: credit(
                fresh(rm), "2.00", metric="referral", source="referral:1", day=now.date(), at=now
            )
        ]
        * 8
    )

    assert outcome_of(results) == (8, 0)
    assert PointEntry.objects.count() == 1


def test_the_audit_chain_holds_under_many_writers(head, rm, outlet, now):
    clients = ClientFactory.create_batch(8, outlet=outlet)

    results = at_once(
        *[
            lambda client=client: assign_from_pool(
                Client.objects.get(pk=client.pk), to=fresh(rm), was=None, by=fresh(head), at=now
            )
            for client in clients
        ]
    )

    assert outcome_of(results) == (8, 0)
    assert verify().fault is None


def test_two_colleagues_book_the_last_of_a_benefit_and_one_gets_it(rm, head, now):
    for _round in range(ROUNDS):
        grant = GrantFactory(client=ClientFactory(owner=rm), quota=1)

        results = at_once(
            *[
                lambda by=by, grant=grant: use(
                    BenefitGrant.objects.get(pk=grant.pk), day=now.date(), by=fresh(by), at=now
                )
                for by in (rm, head)
            ]
        )

        assert outcome_of(results) == (1, 1)
        grant.refresh_from_db()
        assert (grant.used, grant.uses.count()) == (1, 1)


def test_a_sale_that_two_confirm_at_once_becomes_one_holding(rm, now):
    for number in range(ROUNDS):
        sale = SaleFactory(client=ClientFactory(owner=rm))
        disclose(sale, shown=DisclosureFactory(product=sale.product), by=rm, at=now)

        results = at_once(
            *[
                lambda sale=sale, recording=f"AV-{number}-{copy}": confirm(
                    SaleRecord.objects.get(pk=sale.pk),
                    recording=recording,
                    client_agrees=True,
                    by=fresh(rm),
                    at=now,
                )
                for copy in range(2)
            ]
        )

        assert outcome_of(results) == (1, 1)
        assert sale.client.holdings.count() == 1
