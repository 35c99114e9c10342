"""The list of follow-ups, one follow-up, and booking a new one."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from clients.models import Contact, FollowUp
from crm.lib import clock
from tests.factories import AbsenceFactory, ClientFactory, ContactFactory, FollowUpFactory

LIST = reverse("follow-up-list")
MONDAY, FRIDAY = date(2026, 11, 23), date(2026, 11, 20)


def rows(page):
    return [item.pk for item in page.context["page"].rows]


def text(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


@pytest.fixture
def book(rm):
    return ClientFactory(owner=rm, name="陈安然")


@pytest.fixture
def desk(client, rm):
    client.force_login(rm)
    return client


# --- The list


def test_an_rm_sees_own_open_follow_ups_by_due_moment(desk, rm, peer, book, now):
    later = FollowUpFactory(client=book, due_on=date(2026, 11, 25))
    late = FollowUpFactory(client=book, due_on=FRIDAY, purpose="The rate sheet")
    FollowUpFactory(client=book, state="done", closed_at=now)
    FollowUpFactory(client=ClientFactory(owner=peer))

    page = desk.get(LIST)

    assert rows(page) == [late.pk, later.pk]
    assert "3 days late Chen Anran 陈安然 Platinum Call · The rate sheet" in text(page)
    assert rows(desk.get(LIST, {"sort": "-due"})) == [later.pk, late.pk]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"overdue": "true"}, ["late"]),
        ({"due_before": "2026-11-23"}, ["late"]),
        ({"trigger": "birthday"}, ["today"]),
        ({"state": "done"}, ["done"]),
        ({"state": "missed"}, []),
        ({"state": "nonsense"}, ["late", "done", "today"]),
        ({"due_before": "soon"}, ["late", "today"]),
        ({"after": "forged", "sort": "colour"}, ["late", "today"]),
    ],
)
def test_the_address_narrows_and_nonsense_is_told(desk, book, now, asked, found):
    made = {
        "late": FollowUpFactory(client=book, due_on=FRIDAY),
        "today": FollowUpFactory(client=book, trigger="birthday"),
        "done": FollowUpFactory(client=book, due_on=FRIDAY, state="done", closed_at=now),
    }

    page = desk.get(LIST, asked)

    assert rows(page) == [made[name].pk for name in found]
    told = "Please check these fields" in text(page)
    assert told == ("nonsense" in asked.values() or "soon" in asked.values())


def test_heads_see_their_outlets_and_narrow_by_colleague(client, head, rm, peer, stranger, book):
    mine = FollowUpFactory(client=book)
    other = FollowUpFactory(client=ClientFactory(owner=peer))
    FollowUpFactory(client=ClientFactory(owner=stranger))
    client.force_login(head)

    assert rows(client.get(LIST)) == [mine.pk, other.pk]
    assert rows(client.get(LIST, {"owner": peer.pk})) == [other.pk]
    assert "Xu Ke" in text(client.get(LIST))
    assert "Please check" in text(client.get(LIST, {"owner": stranger.pk}))


def test_an_empty_list_says_what_to_do(desk):
    assert "Book the next one from a client's page." in text(desk.get(LIST)).replace("&#x27;", "'")


@pytest.mark.parametrize("who", ["lobby", "teller", "admin", "auditor", "officer"])
def test_others_have_no_follow_ups(client, request, who):
    client.force_login(request.getfixturevalue(who))

    assert client.get(LIST).status_code == 403


@pytest.mark.parametrize("count", [1, 3, 1000])
def test_the_list_costs_the_same_for_any_size(desk, rm, book, count, django_assert_num_queries):
    FollowUp.objects.bulk_create(
        FollowUp(
            client=book,
            owner=rm,
            due_on=MONDAY + timedelta(days=number),
            first_due_on=MONDAY,
            due_at=clock.end_of_day(MONDAY + timedelta(days=number)),
        )
        for number in range(count)
    )

    # Session, person, posting, whom they cover, follow-ups, announced days.
    with django_assert_num_queries(8):
        page = desk.get(LIST)

    assert len(rows(page)) == min(count, 25)


def test_pages_follow_each_other_without_a_gap(desk, rm, book):
    items = [
        FollowUpFactory(client=book, due_on=MONDAY + timedelta(days=number)) for number in range(30)
    ]

    first = desk.get(LIST)
    second = desk.get(LIST, {"after": first.context["page"].next_cursor})

    assert rows(first) + rows(second) == [item.pk for item in items]


# --- One follow-up


def test_the_outcome_is_recorded_on_its_own_page_too(desk, book):
    item = FollowUpFactory(client=book)
    url = reverse("follow-up", args=[item.pk])

    assert "What came of it" in text(desk.get(url))
    page = desk.post(url, {"version": 1, "outcome": "refused"})

    assert page.url == reverse("client", args=[book.pk])
    assert Contact.objects.get().outcome == "refused"
    assert "Refused" in text(desk.get(url))


def test_a_second_person_reads_what_happened_and_may_send_once_more(desk, book):
    item = FollowUpFactory(client=book, version=4)
    url = reverse("follow-up", args=[item.pk])
    typed = {"version": 3, "outcome": "no_answer", "notes": "Rang twice"}

    page = desk.post(url, typed)

    assert page.status_code == 422
    assert "has changed since you opened it" in text(page)
    assert 'name="version" value="4"' in page.content.decode()
    assert desk.post(url, {**typed, "version": 4}).status_code == 302


def test_a_follow_up_is_put_off_from_its_page(desk, book):
    item = FollowUpFactory(client=book)
    url = reverse("follow-up-snooze", args=[item.pk])

    refused = desk.post(url, {"version": 1, "to": "2026-12-24"})
    page = desk.post(url, {"version": 1, "to": "2026-11-25"})

    assert refused.status_code == 422
    assert "until 2026-11-30 at most" in text(refused)
    assert page.url == reverse("follow-up", args=[item.pk])
    item.refresh_from_db()
    assert (str(item.due_on), item.snoozes) == ("2026-11-25", 1)


def test_what_cannot_be_put_off_does_not_offer_it(desk, book):
    item = FollowUpFactory(client=book, due_on=date(2026, 11, 10))

    assert "Put it off" not in text(desk.get(reverse("follow-up", args=[item.pk])))


def test_a_follow_up_is_cancelled_with_a_reason(desk, book):
    item = FollowUpFactory(client=book)
    url = reverse("follow-up-cancel", args=[item.pk])

    assert desk.post(url, {"version": 1, "reason": ""}).status_code == 422
    assert desk.post(url, {"version": 1, "reason": "Moved abroad"}).status_code == 302
    assert "Cancelled" in text(desk.get(reverse("follow-up", args=[item.pk])))


def test_heads_reassign_and_cancel_but_leave_the_work_to_the_rm(client, head, rm, peer, book):
    AbsenceFactory(staff=rm, deputy=peer)
    item = FollowUpFactory(client=book)
    client.force_login(head)
    url = reverse("follow-up", args=[item.pk])

    page = text(client.get(url))
    assert "Lin Yue works on this one." in page
    assert "Put it off" not in page
    given = client.post(
        reverse("follow-up-reassign", args=[item.pk]), {"version": 1, "colleague": peer.pk}
    )
    refused = client.post(url, {"version": 2, "outcome": "reached"})

    assert given.status_code == 302
    assert "Xu Ke works on this one." in text(client.get(url))
    assert "Only the client's manager or the deputy" in text(refused).replace("&#x27;", "'")


@pytest.mark.parametrize("who", ["peer", "stranger", "other_head", "lobby", "admin"])
def test_who_may_not_open_the_file_finds_no_follow_up(client, request, who, book):
    item = FollowUpFactory(client=book)
    client.force_login(request.getfixturevalue(who))

    assert client.get(reverse("follow-up", args=[item.pk])).status_code == 404
    for name in ("snooze", "cancel", "reassign"):
        assert client.post(reverse(f"follow-up-{name}", args=[item.pk])).status_code == 404
    assert client.get(reverse("follow-up-new", args=[book.pk])).status_code == 404


def test_the_page_of_a_follow_up_costs_the_same_for_a_long_history(
    desk, rm, book, django_assert_num_queries
):
    item = FollowUpFactory(client=book)
    url = reverse("follow-up", args=[item.pk])
    desk.get(url)  # settings and calendar are read once for all pages
    for count in (1, 3):
        for _contact in range(count):
            ContactFactory(client=book, staff=rm, outcome="no_answer", is_valid=False)
        with django_assert_num_queries(13):
            desk.get(url)


# --- Booking


def test_a_follow_up_is_booked_from_the_client(desk, book):
    url = reverse("follow-up-new", args=[book.pk])
    typed = {
        "channel": "visit",
        "due_on": "2026-11-24",
        "from_time": "10:00",
        "to_time": "11:00",
        "purpose": "Sign the renewal",
    }

    assert "Chen Anran" in text(desk.get(url))
    page = desk.post(url, typed)

    assert page.url == reverse("client", args=[book.pk])
    item = FollowUp.objects.get()
    assert (item.channel, item.purpose, str(item.to_time)) == (
        "visit",
        "Sign the renewal",
        "11:00:00",
    )


def test_a_refusal_stands_beside_its_field(desk, book):
    url = reverse("follow-up-new", args=[book.pk])

    page = desk.post(url, {"channel": "call", "due_on": "2026-11-24", "from_time": "22:00"})

    assert page.status_code == 422
    assert page.context["form"].errors == {
        "from_time": ["Nobody is called before 08:00 or after 21:00."]
    }
    assert not FollowUp.objects.exists()


def test_the_form_alone_fits_into_another_page(desk, book):
    page = desk.get(reverse("follow-up-new", args=[book.pk]), headers={"HX-Request": "true"})

    assert page.content.decode().lstrip().startswith("<form")


def test_an_rm_narrows_the_list_to_what_is_their_own(client, rm, peer):
    own = FollowUpFactory(client=ClientFactory(owner=rm))
    FollowUpFactory(client=ClientFactory(owner=rm), owner=peer)
    client.force_login(rm)

    assert rows(client.get(LIST, {"owner": rm.pk})) == [own.pk]


def test_a_deputy_narrows_the_list_to_the_absent_colleague(client, rm, peer, now):
    AbsenceFactory(staff=peer, deputy=rm)
    FollowUpFactory(client=ClientFactory(owner=rm))
    covered = FollowUpFactory(client=ClientFactory(owner=peer))
    client.force_login(rm)

    assert rows(client.get(LIST, {"owner": peer.pk})) == [covered.pk]
