"""The inbox: told once, in the reader's language, by mail where wanted, and put aside."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from clients.lobby.actions import refer
from crm.lib import clock
from managers.inbox import actions
from managers.inbox.actions import notify
from managers.inbox.kinds import tell
from managers.inbox.tasks import clear_inbox
from managers.models import Letter, Notification
from managers.outbox.courier import deliver_due
from tests.factories import (
    AbsenceFactory,
    ClientFactory,
    FollowUpFactory,
    NotificationFactory,
    ReferralFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def referral(rm, lobby, outlet):
    client = ClientFactory(name="王小明", pool=outlet, owner=None, state="referred", outlet=outlet)
    return ReferralFactory(client=client, target=rm, referrer=lobby, outlet=outlet)


@pytest.fixture
def told(rm, referral, now):
    return notify("referral-new", to=rm, about=referral, key=referral.pk, at=now)


def words_of(row):
    [(_row, words)] = tell([row], to=row.to)
    return words


def test_the_same_thing_is_told_once(told, rm, peer, referral, now):
    again = {"about": referral, "key": referral.pk, "at": now}

    assert notify("referral-new", to=rm, **again) is None
    assert notify("referral-new", to=peer, **again)
    assert rm.notifications.count() == 1


def test_it_is_told_only_if_its_cause_happens(rm, referral, now):
    with transaction.atomic():
        notify("referral-new", to=rm, about=referral, key=1, at=now)
        transaction.set_rollback(True)

    assert not Notification.objects.exists()


def test_it_speaks_the_readers_language_and_masks_names(told, referral):
    english = words_of(told)
    with translation.override("zh-hans"):
        chinese = words_of(told)

    assert english.title == "Wang** is referred to you"
    assert chinese.title == "王**被引荐给您"
    assert english.url == chinese.url == reverse("referral", args=[referral.pk])


def test_a_matter_that_is_gone_says_so(rm):
    gone = NotificationFactory(to=rm, about_id="999999")
    unknown = NotificationFactory(to=rm, kind="of-an-older-version")

    assert words_of(gone) == words_of(unknown)
    assert words_of(gone).title == "The matter is settled"


def test_a_deputy_reads_of_no_client_once_the_cover_has_ended(rm, peer, now):
    cover = AbsenceFactory(staff=rm, deputy=peer, first_day=now.date(), last_day=now.date())
    call = FollowUpFactory(client=ClientFactory(owner=rm, name="王小明"))
    row = notify("callback-missed", to=peer, about=call, key=call.pk, at=now)
    assert words_of(row).text == "Wang**"

    with clock.at(now + timedelta(days=1)):
        assert words_of(row).title == "The matter is settled"
    cover.delete()
    assert words_of(row).url == ""


def test_a_letter_says_the_same_where_it_is_wanted(rm, referral, now):
    notify("referral-new", to=rm, about=referral, key="by mail", at=now, mail=True)

    deliver_due(now)

    [letter] = mail.outbox
    assert letter.subject == "Wang** is referred to you"
    assert reverse("referral", args=[referral.pk]) in letter.body
    assert "王小明" not in letter.body + str(letter.alternatives)


def test_what_was_read_meanwhile_is_not_written(rm, referral, now):
    row = notify("referral-new", to=rm, about=referral, key="by mail", at=now, mail=True)
    actions.read(row, at=now)

    deliver_due(now)

    assert mail.outbox == []
    assert Letter.objects.get().state == Letter.State.DROPPED


def test_a_new_referral_is_told_to_the_rm(rm, lobby, outlet, now):
    client = ClientFactory(pool=outlet, owner=None, state="identified", outlet=outlet)

    refer(client, target=rm, cues=["vip_card"], on_site=True, by=lobby, at=now)

    assert [row.kind for row in rm.notifications.all()] == ["referral-new"]


def test_old_ones_that_were_read_go_and_unread_ones_stay(rm, now):
    old = now - timedelta(days=91)
    NotificationFactory(to=rm, at=old, read_at=old)
    kept = [
        NotificationFactory(to=rm, at=old),
        NotificationFactory(to=rm, at=old, read_at=now - timedelta(days=89)),
    ]

    clear_inbox()

    assert set(rm.notifications.all()) == set(kept)


# --- The page


def test_the_bell_counts_what_is_unread(client, rm, now):
    NotificationFactory.create_batch(2, to=rm)
    NotificationFactory(to=rm, read_at=now)
    client.force_login(rm)

    assert "2 unread notifications" in client.get(reverse("today")).content.decode()


def test_the_page_shows_own_ones_the_newest_first(client, rm, peer, told):
    NotificationFactory(to=rm)
    NotificationFactory(to=peer)
    client.force_login(rm)

    shown = client.get(reverse("inbox")).context["told"]

    assert [row.to for row, _words in shown] == [rm, rm]
    assert shown[1][0] == told


def test_the_unread_alone(client, rm, told, now):
    NotificationFactory(to=rm, read_at=now)
    client.force_login(rm)

    page = client.get(reverse("inbox"), {"show": "unread"})

    assert [row for row, _words in page.context["told"]] == [told]


def test_opening_leads_to_the_matter_and_counts_as_read(client, rm, told, referral, now):
    client.force_login(rm)

    answer = client.post(reverse("inbox-read", args=[told.pk]), {"go": 1})

    assert answer.url == reverse("referral", args=[referral.pk])
    assert Notification.objects.get().read_at == now


def test_reading_again_keeps_the_first_moment(told, now):
    actions.read(told, at=now)
    actions.read(Notification.objects.get(), at=now + timedelta(hours=1))

    assert Notification.objects.get().read_at == now


def test_a_colleagues_notification_does_not_exist(client, peer, told):
    client.force_login(peer)

    assert client.post(reverse("inbox-read", args=[told.pk])).status_code == 404


def test_all_are_put_aside_at_once(client, rm, peer, told):
    other = NotificationFactory(to=peer)
    client.force_login(rm)

    assert client.post(reverse("inbox-read-all")).url == reverse("inbox")
    assert list(Notification.objects.unread()) == [other]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_any_number(
    client, rm, referral, rows, django_assert_num_queries
):
    for key in range(rows):
        notify("referral-new", to=rm, about=referral, key=key, at=clock.now())
    client.force_login(rm)

    # Session, person, posting, rows, referrals with their hops and whom they asked, cover, counts.
    with django_assert_num_queries(9):
        page = client.get(reverse("inbox"))

    assert len(page.context["told"]) == rows


# --- By mail: quiet hours, and what is settled


NIGHT, MORNING = timedelta(hours=13), timedelta(hours=22, minutes=50)  # 22:10, and 08:00


@pytest.mark.django_db(transaction=True)
def test_the_mail_of_a_notice_waits_for_the_morning(rm, referral, now):
    late = now + NIGHT
    notify("referral-new", to=rm, about=referral, key=1, at=late, mail=True)

    with clock.at(late):
        assert deliver_due(late)["waiting"] == 1
    with clock.at(now + MORNING):
        assert deliver_due(now + MORNING)["sent"] == 1


@pytest.mark.django_db(transaction=True)
def test_a_broken_audit_is_told_by_night(admin, now):
    late = now + NIGHT
    notify("audit-broken", to=admin, about=admin, key=1, at=late, mail=True)

    with clock.at(late):
        assert deliver_due(late)["sent"] == 1


@pytest.mark.django_db(transaction=True)
def test_no_mail_says_that_a_matter_is_settled(rm, now):
    gone = NotificationFactory.build(pk=999_999)
    notify("referral-new", to=rm, about=gone, key=1, at=now, mail=True)

    deliver_due(now)

    assert Letter.objects.get().state == Letter.State.DROPPED
    assert mail.outbox == []
