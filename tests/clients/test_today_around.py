"""The Today page around the call list: what waits, the week, and whose page it is."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from clients.book.models import FileReader
from clients.models import FollowUp
from crm.lib import clock
from tests.clients.desk import FRIDAY, MONDAY, TODAY, call, desk, names, text
from tests.factories import (
    AbsenceFactory,
    ClientFactory,
    ContactFactory,
    HandoverFactory,
    HoldingFactory,
    ReferralFactory,
)

__all__ = ["desk"]


def test_chips_narrow_by_tier_and_reason(desk, rm):
    call(rm, "私", tier="private", trigger="maturity")
    call(rm, "钻", tier="diamond", trigger="birthday")
    call(rm, "金", tier="gold", trigger="maturity")

    everything = text(desk.get(TODAY))

    assert "All 3 Private & Diamond 2 Maturity 2 Birthday 1" in everything
    assert names(desk.get(TODAY, {"tier": "top"})) == ["Si", "Zuan"]
    assert names(desk.get(TODAY, {"why": "maturity"})) == ["Si", "Jin"]
    assert names(desk.get(TODAY, {"why": "maturity", "tier": "top"})) == ["Si"]
    assert names(desk.get(TODAY, {"why": "nonsense", "tier": "lead"})) == ["Si", "Zuan", "Jin"]
    assert "Nothing fits this filter." in text(desk.get(TODAY, {"why": "callback"}))


def test_colleagues_whom_i_cover_are_on_my_list_and_others_are_not(desk, rm, peer, stranger):
    AbsenceFactory(staff=peer, deputy=rm)
    call(peer, "何秋")
    call(stranger, "周明远")

    page = desk.get(TODAY)

    assert names(page) == ["He Qiu"]
    assert "for Xu Ke" in text(page)


def test_what_waits_for_my_answer_stands_beside_the_list(desk, rm, marketing, lobby, now):
    ReferralFactory(
        client=ClientFactory(name="徐丽", outlet=rm.current_unit, state="referred"),
        referrer=lobby,
        target=rm,
        made_at=now - timedelta(minutes=12),
        answer_by=now + timedelta(minutes=18),
    )
    sent = HandoverFactory(
        client=ClientFactory(name="马思雨", owner=marketing, state="prospect"),
        from_staff=marketing,
        to_staff=rm,
        state="submitted",
        due_at=clock.end_of_day(date(2026, 11, 24)),
    )
    FileReader.objects.create(client=sent.client, staff=rm, since=now)

    page = text(desk.get(TODAY))

    assert "Waiting for your answer 2" in page
    assert "Xu** in the lobby 18 min left Referred by Sun Li: Asks about investing." in page
    assert "Ma Siyu, handover by Tue 11-24 From Guo Feng. Accept or return." in page
    assert "徐丽" not in page


def test_a_file_that_was_lent_and_is_shut_meanwhile_waits_by_its_mask(desk, rm, marketing, now):
    sent = HandoverFactory(
        client=ClientFactory(name="马思雨", owner=marketing, state="prospect", restricted=True),
        from_staff=marketing,
        to_staff=rm,
        state="submitted",
    )
    FileReader.objects.create(client=sent.client, staff=rm, since=now)

    page = text(desk.get(TODAY))

    assert "Ma**, handover" in page
    assert "Ma Siyu" not in page


def test_the_week_shows_maturities_in_their_currency_and_birthdays(desk, rm):
    file = ClientFactory(owner=rm, name="罗静", birth_date=date(1976, 11, 24))
    HoldingFactory(client=file, matures_on=date(2026, 11, 25), amount=Decimal(3_000_000))
    HoldingFactory(client=file, matures_on=MONDAY, amount=Decimal(900), currency="CZK", name="Bond")
    HoldingFactory(client=file, matures_on=date(2026, 12, 1))
    HoldingFactory(matures_on=MONDAY)
    ClientFactory(owner=rm, birth_date=date(1976, 12, 24))

    page = text(desk.get(TODAY))

    assert "This week ¥3.00M matures" in page
    assert "23 Mon Luo Jing Bond CZK 900.00" in page
    assert "24 Tue Luo Jing turns 50" in page
    assert "25 Wed Luo Jing 定期存款 ¥3.00M" in page
    assert page.count("Luo Jing") == 3


def test_who_was_born_on_leap_day_is_greeted_on_the_28th(desk, rm):
    ClientFactory(owner=rm, birth_date=date(1976, 2, 29))

    with clock.at(datetime(2027, 2, 26, 9, tzinfo=clock.SHANGHAI)):
        page = desk.get(TODAY)

    assert [(str(event.day), event.text) for event in page.context["week"]] == [
        ("2027-02-28", "turns 51")
    ]


def test_the_page_speaks_chinese_without_latin_names(desk, rm):
    rm.language = "zh-hans"
    rm.save()
    call(rm, "陈安然", day=FRIDAY)

    page = text(desk.get(TODAY))

    assert "2026年11月23日 星期一" in page
    assert "陈安然" in page
    assert "Chen Anran" not in page


@pytest.mark.parametrize("who", ["lobby", "teller", "admin", "auditor", "officer"])
def test_who_has_no_clients_has_no_call_list(client, request, who):
    client.force_login(request.getfixturevalue(who))

    assert client.get(TODAY).status_code == 403


def test_others_cannot_record_for_me(client, rm, peer):
    item = call(rm, "陈安然")
    client.force_login(peer)

    page = client.post(reverse("today-call", args=[item.pk]), {"version": 1, "outcome": "reached"})

    assert page.status_code == 404


@pytest.mark.parametrize("rows", [1, 3, 1000])
def test_the_page_costs_the_same_for_any_size(desk, rm, rows, django_assert_num_queries):
    files = ClientFactory.create_batch(min(rows, 3), owner=rm)
    FollowUp.objects.bulk_create(
        FollowUp(
            client=files[number % len(files)],
            owner=rm,
            trigger="manual",
            due_on=MONDAY - timedelta(days=number),
            first_due_on=MONDAY,
            from_time=time(9),  # what is agreed for a time has a line of its own
            to_time=time(20),
            due_at=clock.end_of_day(MONDAY - timedelta(days=number)),
        )
        for number in range(rows)
    )
    for file in files:
        ContactFactory(client=file, staff=rm)

    desk.get(TODAY)  # settings and calendar are read once for all pages
    with django_assert_num_queries(24):
        page = desk.get(TODAY)

    assert len(page.context["day"].calls) == min(rows, 60)
    assert ("Show all 1000" in text(page)) == (rows == 1000)
    if rows == 1000:
        assert len(desk.get(TODAY, {"all": "1"}).context["day"].calls) == 1000
