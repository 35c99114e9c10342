"""What is unusual in a day's reading: the rule alone, and everything that follows from it."""

from datetime import date, datetime, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from clients.book.lookup import lookup
from clients.oversight import actions
from clients.oversight.rules import Limits, Reading, Unusual, unusual
from clients.oversight.tasks import watch_day, watch_reading
from crm import bank, workdays
from crm.lib import clock
from crm.models import BankSetting
from managers.audit.models import Basis
from managers.models import AuditEvent, Notification
from managers.outbox.courier import deliver_due
from tests.factories import ClientFactory, ContactFactory, FollowUpFactory, PostingFactory

MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=clock.SHANGHAI)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def limits(db):
    return Limits.on(date(2026, 11, 23))


def every_day(day):
    return True


def read(count, *, every=MINUTE, begins=MORNING, **more):
    return [Reading(client, begins + client * every, **more) for client in range(count)]


# --- The rule


def test_fifty_files_are_a_day_s_work_and_one_more_is_not(limits):
    slowly = timedelta(minutes=10)

    assert unusual(read(50, every=slowly), limits, is_workday=every_day) == {}
    found = unusual(read(51, every=slowly), limits, is_workday=every_day)
    assert found == {Unusual.MANY: 51}


def test_one_client_read_often_is_one_file(limits):
    often = [Reading(7, MORNING + minute * MINUTE) for minute in range(200)]

    assert unusual(often, limits, is_workday=every_day) == {}


def test_an_hour_slides_over_the_full_hour(limits):
    found = unusual(read(26, begins=MORNING + 45 * MINUTE), limits, is_workday=every_day)

    assert found == {Unusual.FAST: 26}


def test_two_readings_an_hour_apart_are_not_within_an_hour(limits):
    twice = read(13, every=MINUTE) + [
        Reading(100 + row.client, row.at + 60 * MINUTE) for row in read(13, every=MINUTE)
    ]

    assert unusual(twice, limits, is_workday=every_day) == {}


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (MORNING.replace(hour=6, minute=59), {Unusual.OFF_HOURS: 1}),
        (MORNING.replace(hour=7, minute=0), {}),
        (MORNING.replace(hour=19, minute=59), {}),
        (MORNING.replace(hour=20, minute=0), {Unusual.OFF_HOURS: 1}),
    ],
)
def test_outside_the_hours_one_file_is_enough(limits, at, expected):
    assert unusual([Reading(1, at)], limits, is_workday=every_day) == expected


def test_on_a_holiday_every_hour_is_outside(limits):
    found = unusual([Reading(1, MORNING)], limits, is_workday=lambda day: False)

    assert found == {Unusual.OFF_HOURS: 1}


def test_vips_of_others_count_for_who_answers_for_them_only(limits):
    theirs = read(11, is_vip=True, basis=Basis.SCOPE)
    own = read(11, is_vip=True)
    covered = read(11, is_vip=True, basis=Basis.COVER)

    assert unusual(theirs, limits, is_workday=every_day) == {Unusual.FOREIGN_VIPS: 11}
    assert unusual(own + covered, limits, is_workday=every_day) == {}


def test_files_without_a_matter_count_above_the_line(limits):
    assert unusual(read(20, has_matter=False), limits, is_workday=every_day) == {}
    found = unusual(read(21, has_matter=False), limits, is_workday=every_day)
    assert found == {Unusual.NO_MATTER: 21}


_READINGS = st.lists(
    st.builds(
        Reading,
        client=st.integers(1, 80),
        at=st.datetimes(
            datetime(2026, 11, 23),  # noqa: DTZ001 - Hypothesis adds the zone
            datetime(2026, 11, 23, 23, 59),  # noqa: DTZ001
            timezones=st.just(clock.SHANGHAI),
        ),
        basis=st.sampled_from(Basis.values),
        is_vip=st.booleans(),
        has_matter=st.booleans(),
    ),
    max_size=150,
)


@given(readings=_READINGS, seed=st.randoms())
def test_neither_order_nor_repetition_changes_the_judgement(readings, seed):
    limits = Limits(50, 25, 10, 20, datetime.min.time(), datetime.max.time())
    shuffled = readings * 2
    seed.shuffle(shuffled)

    judged = unusual(readings, limits, is_workday=every_day)

    assert unusual(shuffled, limits, is_workday=every_day) == judged


@given(readings=_READINGS, more=_READINGS)
def test_more_reading_never_looks_less_unusual(readings, more):
    limits = Limits(20, 10, 5, 5, datetime.min.time(), datetime.max.time())
    before = unusual(readings, limits, is_workday=every_day)
    after = unusual(readings + more, limits, is_workday=every_day)

    assert all(after.get(kind, 0) >= count for kind, count in before.items())


# --- Told


@pytest.fixture
def strict(db):
    """A bank in which the second file of a day is one too many."""
    for key in ("reading.files_a_day", "reading.without_matter"):
        BankSetting.objects.create(key=key, valid_from="2026-11-01", value=1)
    bank.forget()


def open_files(browser, person, *clients):
    browser.force_login(person)
    for client in clients:
        assert browser.get(reverse("client", args=[client.pk])).status_code == 200


def told():
    rows = Notification.objects.filter(kind="reading-unusual")
    return {(row.to.employee_no, row.facts["unusual"], row.facts["count"]) for row in rows}


def busy_client(rm, outlet):
    client = ClientFactory(owner=rm, outlet=outlet)
    FollowUpFactory(client=client, owner=rm)
    return client


def test_head_and_officer_hear_of_too_many_files(client, strict, rm, head, officer, outlet, now):
    open_files(client, rm, *[busy_client(rm, outlet) for _ in range(2)])

    watch_reading()

    assert told() == {(head.employee_no, "many", 2), (officer.employee_no, "many", 2)}
    event = AuditEvent.objects.get(verb="reading.unusual")
    assert (event.subject_id, event.facts["unusual"]) == (str(rm.pk), "many")


def test_they_hear_once_a_day_however_often_it_is_judged(client, strict, rm, head, outlet, now):
    open_files(client, rm, *[busy_client(rm, outlet) for _ in range(2)])

    for _ in range(3):
        watch_reading()
    watch_day()

    assert head.notifications.count() == 1
    assert AuditEvent.objects.filter(verb="reading.unusual").count() == 1


def test_the_mail_names_the_reader_and_no_client(client, strict, rm, head, outlet, now):
    files = [busy_client(rm, outlet) for _ in range(2)]
    open_files(client, rm, *files)
    watch_reading()

    deliver_due(now)

    [letter] = [letter for letter in mail.outbox if letter.to == [head.email]]
    assert letter.subject == "Unusual reading: Lin Yue"
    assert not any(file.name in letter.body or file.number in letter.body for file in files)


@pytest.mark.parametrize("matter", [FollowUpFactory, ContactFactory])
def test_what_was_done_with_the_client_today_is_a_matter(
    client, strict, rm, head, outlet, now, matter
):
    files = [ClientFactory(owner=rm, outlet=outlet) for _ in range(2)]
    open_files(client, rm, *files)
    done = {"happened_at": now} if matter is ContactFactory else {"owner": rm}
    for file in files:
        matter(client=file, **done)

    watch_reading()

    assert ("880400", "no_matter", 2) not in told()


def test_files_without_a_matter_are_told(client, strict, rm, head, outlet, now):
    open_files(client, rm, *[ClientFactory(owner=rm, outlet=outlet) for _ in range(2)])

    watch_reading()

    assert ("880400", "no_matter", 2) in told()


def test_nobody_hears_of_their_own_and_the_branch_hears_of_a_head(
    client, strict, rm, head, outlet, branch_unit, now
):
    boss = PostingFactory(post="branch_head", unit=branch_unit).staff
    open_files(client, head, *[busy_client(rm, outlet) for _ in range(2)])

    watch_reading()

    assert {name for name, _kind, _count in told()} == {boss.employee_no}


def test_a_look_up_is_no_full_file(strict, teller, head, rm, outlet, now):
    for _ in range(2):
        ClientFactory(owner=rm, outlet=outlet, name="赵一")
    assert len(lookup(teller, "赵一", at=now)) == 2
    watch_reading()

    assert told() == set()


def test_who_read_long_ago_is_judged_by_the_evening_run(client, strict, rm, head, outlet, now):
    open_files(client, rm, *[busy_client(rm, outlet) for _ in range(2)])
    evening = now + timedelta(hours=8)

    assert actions.watch_reading(since=evening - 20 * MINUTE, at=evening) == 0
    with clock.at(evening):
        watch_day()

    assert ("880400", "many", 2) in told()


@pytest.mark.parametrize("people", [1, 3])
def test_judging_costs_the_same_for_any_number_of_ordinary_readers(
    client, rm, outlet, now, people, django_assert_num_queries
):
    for _ in range(people):
        reader = PostingFactory(post="wealth_rm", unit=outlet).staff
        open_files(client, reader, busy_client(reader, outlet))
    bank.forget()
    workdays.forget()

    # settings, days, readers, postings, readings, VIPs, four kinds of matter
    with django_assert_num_queries(11):
        actions.watch_reading(since=now - MINUTE, at=now)
