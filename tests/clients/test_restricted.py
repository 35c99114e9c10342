"""Restricted files and colleagues' own: the head's matter, found by nobody else (rules A5, A6)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from clients.book.actions import assign, edit, protect
from clients.book.lookup import lookup
from clients.models import Appointment, Client, FileReader, FollowUp
from crm.lib import clock
from crm.lib.errors import RuleBroken
from managers.models import AuditEvent
from tests.factories import AbsenceFactory, AppointmentFactory, ClientFactory, FollowUpFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(rm):
    return ClientFactory(owner=rm, name="周晓", restricted=True)


@pytest.fixture
def own_file(peer, lobby):
    """The file of the lobby manager, whom Xu Ke looks after."""
    return ClientFactory(owner=peer, name="孙丽", person=lobby)


def sees(person) -> list[Client]:
    return list(Client.objects.visible_to(person).order_by("pk"))


def finds(person, text, now) -> list[int]:
    return [row.id for row in lookup(person, text, at=now)]


def test_a_restricted_file_is_the_owner_s_and_the_heads_alone(file, rm, peer, head, other_head):
    assert sees(rm) == sees(head) == [file]
    assert sees(peer) == sees(other_head) == []


@pytest.mark.parametrize("who", ["peer", "marketing", "lobby", "teller", "officer"])
def test_colleagues_do_not_find_a_restricted_client(who, request, file, now):
    assert finds(request.getfixturevalue(who), "周晓", now) == []


@pytest.mark.parametrize("who", ["rm", "head"])
def test_owner_and_head_do(who, request, file, now):
    assert finds(request.getfixturevalue(who), "周晓", now) == [file.pk]


def test_neither_deputy_nor_receiver_of_a_handover_opens_a_restricted_one(file, rm, peer, stranger):
    plain = ClientFactory(owner=rm)
    AbsenceFactory(staff=rm, deputy=peer)
    for client in (file, plain):
        FileReader.objects.create(client=client, staff=stranger, since=clock.now())

    assert sees(peer) == sees(stranger) == [plain]


def test_who_would_have_come_along_sees_no_visit_once_the_file_is_restricted(rm, peer, head, now):
    visit = AppointmentFactory(client=ClientFactory(owner=rm), slots=[peer])
    assert visit in Appointment.objects.visible_to(peer)

    protect(visit.client, restricted=True, person=None, by=head, at=now)

    assert visit not in Appointment.objects.visible_to(peer)
    assert visit in Appointment.objects.visible_to(rm)


def test_a_deputy_s_day_has_no_follow_up_of_a_restricted_client(file, rm, peer):
    AbsenceFactory(staff=rm, deputy=peer)
    FollowUpFactory(client=file, owner=rm)

    assert not FollowUp.objects.visible_to(peer).on_the_desk_of(peer).exists()
    assert FollowUp.objects.visible_to(rm).on_the_desk_of(rm).exists()


def test_a_colleague_s_file_is_seen_by_its_rm_and_the_heads(own_file, rm, peer, head, now):
    assert sees(peer) == sees(head) == [own_file]
    assert sees(rm) == []
    assert finds(rm, "孙丽", now) == []


@pytest.mark.parametrize("who", ["rm", "head"])
def test_nobody_reads_finds_or_edits_their_own_file(who, request, peer, now):
    person = request.getfixturevalue(who)
    owner = peer if who == "head" else person
    mine = ClientFactory(owner=owner, name="周晓", person=person)

    assert sees(person) == []
    assert finds(person, "周晓", now) == []
    with pytest.raises(RuleBroken, match="Only the owner edits"):
        edit(mine, version=mine.version, by=person, at=now, name="王晓")


def test_a_head_marks_a_file_and_the_audit_says_so(rm, head, lobby, now):
    client = ClientFactory(owner=rm)

    protect(client, restricted=True, person=lobby, by=head, at=now)

    client.refresh_from_db()
    assert (client.restricted, client.person) == (True, lobby)
    facts = AuditEvent.objects.get(verb="client.protected").facts
    assert facts == {"restricted": True, "colleague": lobby.pk}


@pytest.mark.parametrize("who", ["rm", "peer", "other_head", "admin", "officer"])
def test_nobody_else_marks_it(who, request, rm, now):
    client, person = ClientFactory(owner=rm), request.getfixturevalue(who)

    with pytest.raises(RuleBroken) as refused:
        protect(client, restricted=True, person=None, by=person, at=now)
    assert refused.value.code == "forbidden"


def test_whoever_keeps_a_file_is_not_named_as_its_client(rm, head, now):
    client = ClientFactory(owner=rm)

    with pytest.raises(RuleBroken, match="Lin Yue keeps this file"):
        protect(client, restricted=False, person=rm, by=head, at=now)


def test_nobody_is_given_their_own_file(rm, peer, head, now):
    mine = ClientFactory(owner=peer, person=rm)

    with pytest.raises(RuleBroken, match="nobody keeps their own file"):
        assign(mine, to=rm, was=peer.pk, by=head, at=now)


def test_a_head_who_names_themselves_does_not_come_back_to_the_file(client, rm, head):
    file = ClientFactory(owner=rm)
    client.force_login(head)

    page = client.post(reverse("client-protection", args=[file.pk]), {"person": head.employee_no})

    assert page["Location"] == reverse("client-list")
    assert sees(head) == []


def test_an_unknown_staff_number_is_refused_beside_its_field(client, rm, head):
    file = ClientFactory(owner=rm)
    client.force_login(head)

    page = client.post(reverse("client-protection", args=[file.pk]), {"person": "000000"})

    assert page.status_code == 422
    assert "Nobody has this staff number." in page.content.decode()


FIRST, LAST = date(2026, 11, 25), date(2026, 11, 27)


@pytest.mark.parametrize(
    ("day", "may"),
    [
        (FIRST - timedelta(days=1), False),
        (FIRST, True),
        (LAST, True),
        (LAST + timedelta(days=1), False),
    ],
)
@pytest.mark.parametrize("edge", ["first minute", "last minute"])
def test_a_deputy_covers_from_midnight_to_midnight_in_shanghai(day, may, edge, rm, peer):
    file = ClientFactory(owner=rm)
    AbsenceFactory(staff=rm, deputy=peer, first_day=FIRST, last_day=LAST)
    moment = clock.start_of_day(day) if edge == "first minute" else clock.end_of_day(day)

    with clock.at(moment):
        assert sees(peer) == ([file] if may else [])
        assert sees(rm) == [file]
