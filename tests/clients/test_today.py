"""The Today page: whom to contact first, and recording it in place."""

from datetime import date, datetime

import pytest
from django.urls import reverse

from clients.models import Contact, FollowUp
from crm.lib import clock
from crm.lib.secrets import Sealed
from tests.clients.desk import FRIDAY, TODAY, call, desk, names, text
from tests.factories import ContactFactory, HoldingFactory

__all__ = ["desk"]


def test_the_order_is_overdue_by_tier_then_due_now_then_later(desk, rm):
    call(rm, "后", hours="14:00-15:00", tier="private")
    call(rm, "早", day=FRIDAY, tier="gold")
    call(rm, "富", day=date(2026, 11, 19), tier="private")
    call(rm, "今", tier="gold")
    call(rm, "贵", tier="diamond")
    call(rm, "现", hours="09:00-10:00", tier="gold")
    call(rm, "误", hours="08:30-09:00", tier="diamond")
    call(rm, "明", day=date(2026, 11, 24))

    page = desk.get(TODAY)

    assert names(page) == ["Fu", "Wu", "Zao", "Xian", "Gui", "Jin", "Hou"]
    assert [(group.code, group.count) for group in page.context["day"].groups] == [
        (0, 3),
        (1, 3),
        (2, 1),
    ]
    due = [row.due for row in page.context["day"].calls]
    assert due == [
        "4 days late",
        "10 min late",
        "3 days late",
        "now, to 10:00",
        "today",
        "today",
        "14:00–15:00",
    ]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "Nobody is waiting for a contact from you today."),
        (
            [{"day": FRIDAY, "trigger": "maturity"}],
            "Start with Chen Anran, 3 days late: Maturity.",
        ),
        (
            [{"day": FRIDAY, "purpose": "The rate sheet."}],
            "Start with Chen Anran, 3 days late: The rate sheet.",
        ),
        ([{"trigger": "birthday"}], "Start with Chen Anran: Birthday."),
        (
            [{"trigger": "birthday", "channel": "visit"}],
            "Start with Chen Anran: Birthday, Meeting at the centre.",
        ),
        (
            [{"hours": "14:00-15:00"}],
            "Nothing is due now. Next comes Chen Anran at 14:00–15:00.",
        ),
    ],
)
def test_one_sentence_says_what_to_do_first(desk, rm, rows, sentence):
    for row in rows:
        call(rm, "陈安然", **row)

    page = desk.get(TODAY)

    assert "Good morning, Lin Yue" in text(page)
    assert page.context["lead"] == sentence
    assert f"Monday, 2026-11-23 . {sentence}" in text(page)


def test_the_head_of_the_page_counts(desk, rm, now):
    call(rm, "一", day=FRIDAY)
    call(rm, "二")
    call(rm, "三", hours="16:00-17:00")
    done = call(rm, "四", state="done", closed_at=now)
    ContactFactory(client=done.client, staff=rm, follow_up=done, happened_at=now)
    ContactFactory(client=done.client, staff=rm)
    ContactFactory(staff=rm, happened_at=datetime(2026, 10, 31, 8, tzinfo=clock.SHANGHAI))

    page = desk.get(TODAY)

    assert page.context["day"].counts == {0: 1, 1: 1, 2: 1}
    assert page.context["counts"] == {"done": 1, "valid": 2}
    assert "Done today 1" in text(page)


def test_the_first_row_is_open_and_tells_what_was_said(desk, rm):
    item = call(rm, "陈安然", day=FRIDAY)
    file = item.client
    file.phone, file.profile = Sealed.of("13812345678"), {"keep_in_mind": "Mornings only."}
    file.save()
    ContactFactory(client=file, notes="Compares our rate.", next_step="Send the rate sheet")
    HoldingFactory(client=file, matures_on=date(2026, 11, 24))
    call(rm, "何秋")

    page = text(desk.get(TODAY))

    assert "138****5678" in page
    assert "13812345678" not in page
    assert "2026-11-07 · Call Compares our rate. Agreed then Send the rate sheet" in page
    assert "定期存款 ¥500,000.00 · 2026-11-24" in page
    assert "Keep in mind Mornings only." in page
    assert page.count("How did it go?") == 1


def test_another_row_opens_by_its_address_and_a_closed_one_shows_its_page(desk, rm, now):
    call(rm, "陈安然", day=FRIDAY)
    other = call(rm, "何秋")
    done = call(rm, "周明远", state="done", closed_at=now)

    page = desk.get(TODAY, {"open": other.pk, "outcome": "call_later"})

    assert page.context["open_pk"] == other.pk
    assert page.context["form"]["due_on"].value() == date(2026, 11, 24)
    assert 'value="call_later"' in page.content.decode()
    assert desk.get(TODAY, {"open": "none"}).context.get("open_pk") is None
    assert desk.get(TODAY, {"open": done.pk}).url == reverse("follow-up", args=[done.pk])
    assert desk.get(reverse("today-call", args=[other.pk])).url == f"{TODAY}?open={other.pk}"


def test_saving_goes_on_with_the_next_client_and_keeps_the_filter(desk, rm):
    first, second, third = (call(rm, name, day=FRIDAY) for name in "一二三")
    url = reverse("today-call", args=[second.pk]) + "?tier=&why=manual"
    typed = {
        "version": 1,
        "outcome": "reached",
        "notes": "Renews for three years.",
        "channel": "visit",
        "due_on": "2026-11-24",
        "from_time": "10:00",
        "purpose": "Sign",
    }

    page = desk.post(url, {**typed, "then": "next"})

    assert page.url == f"{TODAY}?tier=&why=manual&open={third.pk}"
    assert Contact.objects.get().is_valid
    booked = FollowUp.objects.exclude(pk__in=[first.pk, second.pk, third.pk]).get(trigger="manual")
    assert (booked.client, booked.channel, booked.purpose) == (second.client, "visit", "Sign")
    assert "Recorded as a valid contact." in text(desk.get(page.url))


def test_saving_alone_leaves_no_row_open(desk, rm):
    item = call(rm, "一")

    page = desk.post(
        reverse("today-call", args=[item.pk]), {"version": 1, "outcome": "reached", "notes": "Hm"}
    )

    assert page.url == f"{TODAY}?open=none"
    assert "To be valid, a contact needs a longer note" in text(desk.get(page.url))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Please say how it went."),
        ({"outcome": "call_later"}, "Please say when to call again."),
        ({"outcome": "reached", "channel": "call"}, "Please say on which day."),
        ({"outcome": "reached", "due_on": "2026-11-24"}, "Please say what the next step is."),
        (
            {"outcome": "reached", "channel": "call", "due_on": "2026-11-20"},
            "This day is over already.",
        ),
        ({"outcome": "reached", "version": 7}, "has changed since you opened it"),
    ],
)
def test_a_refusal_stands_in_the_open_row_and_nothing_typed_is_lost(desk, rm, typed, sentence):
    call(rm, "陈安然", day=FRIDAY)
    item = call(rm, "何秋")

    page = desk.post(
        reverse("today-call", args=[item.pk]), {"version": 1, "notes": "Words of hers", **typed}
    )

    assert page.status_code == 422
    assert page.context["open_pk"] == item.pk
    assert sentence in text(page)
    assert "Words of hers" in text(page)
    assert not Contact.objects.exists()


def test_no_answer_is_one_click(desk, rm):
    first, second = call(rm, "一", day=FRIDAY), call(rm, "二", day=FRIDAY)
    url = reverse("today-call", args=[first.pk])

    page = desk.post(url, {"version": 1, "quick": "no_answer"})

    assert page.url == f"{TODAY}?open={second.pk}"
    assert Contact.objects.get().outcome == "no_answer"
    assert FollowUp.objects.open().get(client=first.client).due_on == date(2026, 11, 24)
    again = desk.post(url, {"version": 1, "quick": "no_answer"})
    assert "closed already" in text(desk.get(again.url, follow=True))


def test_htmx_gets_the_day_alone_with_its_messages(desk, rm):
    item = call(rm, "一")

    page = desk.get(TODAY, {"open": item.pk}, headers={"HX-Request": "true"})

    content = page.content.decode()
    assert content.lstrip().startswith('<div id="day"')
    assert 'hx-swap-oob="innerHTML"' in content
    assert "HX-Request" in page["Vary"]
