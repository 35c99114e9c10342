"""Fit my day: calls stand between visits and in the hours that clients like (rules F17)."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from clients.appointments.queries import visits_on
from clients.desk.fitting import fit_my_day
from clients.desk.today import agenda
from crm.lib import clock
from managers.models import Letter
from managers.outbox.courier import deliver_due
from tests.conftest import MONDAY
from tests.factories import (
    AppointmentFactory,
    ClientFactory,
    FollowUpFactory,
    LetterFactory,
    PreferencesFactory,
)

pytestmark = pytest.mark.django_db

TODAY = MONDAY.date()


def call(rm, **values):
    """A call that is due today."""
    return FollowUpFactory(client=ClientFactory(owner=rm), **values)


def visit(rm, begins, ends):
    """A visit of today."""
    times = {"starts_at": clock.at_time(TODAY, begins), "ends_at": clock.at_time(TODAY, ends)}
    return AppointmentFactory(client=ClientFactory(owner=rm), **times)


def fitted(rm, at=MONDAY):
    """Each stretch as (begins, ends, number of calls)."""
    found = proposed(rm, at).stretches
    return [(f"{s.begins:%H:%M}", f"{s.ends:%H:%M}", len(s.calls)) for s in found]


def proposed(rm, at=MONDAY):
    """What is offered and what is not."""
    return fit_my_day(list(agenda(rm, at=at).for_list()), list(visits_on(rm, TODAY)), at=at)


def refused(rm, at=MONDAY):
    """The calls that are not offered, each with its reason."""
    return [(one.item, one.why) for one in proposed(rm, at).left_out]


def test_who_was_spoken_to_today_is_not_called_again_unless_it_was_agreed(rm):
    spoken = ClientFactory(owner=rm, last_contact_at=MONDAY)
    item = FollowUpFactory(client=spoken)
    agreed = {"from_time": time(15), "to_time": time(15, 30)}
    FollowUpFactory(client=ClientFactory(owner=rm, last_contact_at=MONDAY), **agreed)

    assert fitted(rm) == [("15:00", "15:10", 1)]
    assert refused(rm) == [(item, "was spoken to today already")]


def test_a_call_goes_around_the_hours_in_which_the_client_is_left_in_peace(rm):
    item = call(rm)
    likes = {"days": [], "from_time": None, "to_time": None}
    PreferencesFactory(client=item.client, **likes, quiet_from=time(8), quiet_to=time(10, 45))

    assert fitted(rm) == [("10:45", "10:55", 1)]


def test_calls_begin_with_the_banks_hours_one_after_the_other(rm):
    for _number in range(4):
        call(rm)

    assert fitted(rm) == [("09:30", "10:10", 4)]


def test_they_go_around_visits_and_over_noon(rm):
    visit(rm, time(9, 45), time(11, 15))
    for _number in range(4):
        call(rm)

    # 09:30 to 09:45 holds one call of ten minutes, 11:15 to 11:30 another.
    assert fitted(rm) == [("09:30", "09:40", 1), ("11:15", "11:25", 1), ("14:00", "14:20", 2)]


def test_a_clients_own_hours_and_agreed_windows_are_kept(rm):
    afternoon = call(rm)
    PreferencesFactory(
        client=afternoon.client, days=[], from_time=time(15), to_time=time(16), speaks=""
    )
    call(rm, from_time=time(10, 30), to_time=time(11), due_at=clock.at_time(TODAY, time(11)))

    assert fitted(rm) == [("10:30", "10:40", 1), ("15:00", "15:10", 1)]


def test_a_promised_minute_stays_where_it_is_and_takes_its_time(rm):
    call(rm, from_time=time(9, 35), due_at=clock.at_time(TODAY, time(9, 35)))
    call(rm)

    assert fitted(rm) == [("09:45", "09:55", 1)]


def test_what_is_over_is_over_and_late_calls_fit_anywhere(rm):
    call(rm, from_time=time(9, 30), to_time=time(10), due_at=clock.at_time(TODAY, time(10)))
    at = clock.at_time(TODAY, time(11, 2))

    assert fitted(rm, at) == [("11:05", "11:15", 1)]
    assert fitted(rm, clock.at_time(TODAY, time(17, 25))) == []


def test_only_calls_are_placed(rm):
    call(rm, channel="visit")

    assert (fitted(rm), refused(rm)) == ([], [])


def test_nobody_is_called_on_a_day_that_is_none_of_theirs(rm):
    other, mine = call(rm), call(rm)
    PreferencesFactory(client=other.client, days=[3, 5], from_time=time(15), to_time=time(16))
    PreferencesFactory(client=mine.client, days=[1], from_time=None, to_time=None)

    assert fitted(rm) == [("09:30", "09:40", 1)]
    assert refused(rm) == [(other, "likes to be called: Wed, Fri 15:00–16:00")]


def test_who_is_due_for_several_reasons_is_called_once(rm):
    first, promised = (
        call(rm),
        call(rm, from_time=time(9, 30), due_at=clock.at_time(TODAY, time(9, 30))),
    )
    for item, trigger in ((first, "birthday"), (promised, "maturity")):
        FollowUpFactory(client=item.client, trigger=trigger)
    other = call(rm)
    PreferencesFactory(client=other.client, days=[3], from_time=None, to_time=None)
    FollowUpFactory(client=other.client, trigger="birthday")

    assert fitted(rm) == [("09:40", "09:50", 1)]
    assert refused(rm) == [(other, "likes to be called: Wed")]


def test_what_was_agreed_for_another_day_than_their_own_is_offered(rm):
    agreed = call(rm, from_time=time(10), to_time=time(11), due_at=clock.at_time(TODAY, time(11)))
    PreferencesFactory(client=agreed.client, days=[3], from_time=time(15), to_time=time(16))

    assert (fitted(rm), refused(rm)) == ([("10:00", "10:10", 1)], [])


def test_a_call_for_which_no_time_is_free_says_so(rm):
    evening = call(rm)
    PreferencesFactory(client=evening.client, days=[], from_time=time(19), to_time=time(20))

    assert refused(rm) == [(evening, "no time is free within 19:00–20:00")]
    late = clock.at_time(TODAY, time(17, 25))
    other = call(rm)
    assert refused(rm, late)[1] == (other, "no time is free today any more")


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    taken=st.lists(st.tuples(st.integers(8, 17), st.integers(0, 55)), max_size=3, unique=True),
    number=st.integers(0, 12),
    hour=st.integers(8, 18),
)
def test_no_call_lies_over_another_a_visit_or_the_past(rm, stored, taken, number, hour):
    items, at = stored[:number], clock.at_time(TODAY, time(hour, 17))
    busy = [(clock.at_time(TODAY, time(*begin)), timedelta(minutes=50)) for begin in taken]
    visits = [Slot(begins, begins + length) for begins, length in busy]

    fitted = fit_my_day(items, visits, at=at)

    found = fitted.stretches
    spans = [(one.begins, one.ends) for one in found]
    assert all(begins >= at for begins, _ends in spans)
    assert all(ends <= later for (_b, ends), (later, _e) in pairwise(spans))
    assert not [
        (begins, one)
        for begins, ends in spans
        for one in visits
        if begins < one.ends_at and one.starts_at < ends
    ]
    placed = [item.pk for one in found for item in one.calls]
    left_out = [one.item.pk for one in fitted.left_out]
    assert sorted(placed + left_out) == sorted(item.pk for item in items)
    assert all(one.ends - one.begins == timedelta(minutes=10 * len(one.calls)) for one in found)


class Slot:
    """The time of a visit."""

    def __init__(self, starts_at: datetime, ends_at: datetime):
        self.starts_at, self.ends_at = starts_at, ends_at


@pytest.fixture
def stored(rm):
    """Twelve calls, every third with a window of its own."""
    windows = {0: (time(10), time(10, 30)), 3: (time(14), time(15)), 6: (time(16), time(16, 20))}
    rows = []
    for number in range(12):
        first, last = windows.get(number, (None, None))
        rows.append(call(rm, from_time=first, to_time=last))
    return rows


def test_today_shows_the_hours_and_no_filter_hides_calls_from_them(client, rm):
    item = call(rm)
    client.force_login(rm)

    page = client.get(reverse("today"))

    assert "09:30–09:40" in page.content.decode()
    assert [one.calls for one in page.context["fitted"].stretches] == [[item]]
    assert client.get(reverse("today"), {"tier": "top"}).context["fitted"] is None


def test_today_says_why_a_call_is_not_offered(client, rm):
    item = call(rm)
    PreferencesFactory(client=item.client, days=[3], from_time=None, to_time=None)
    client.force_login(rm)

    page = client.get(reverse("today")).content.decode()

    assert "1 call is not offered today" in page
    assert "likes to be called: Wed" in page


def test_the_digest_offers_them_to_the_calendar_without_a_name(rm, mailoutbox):
    call(rm)
    call(rm)
    other = call(rm)
    PreferencesFactory(client=other.client, days=[3], from_time=None, to_time=None)
    at = clock.at_time(TODAY, time(8, 1))
    with clock.at(at):
        LetterFactory(recipient=rm, about=f"day:{TODAY}", due_at=at)
        deliver_due(at)

    [mail] = mailoutbox
    assert Letter.objects.get().state == "sent"
    [part] = [one for one in mail.attachments if one.get_content_type() == "text/calendar"]
    [event] = Calendar.from_ical(part.get_payload(decode=True)).walk("VEVENT")
    assert event["summary"] == "2 calls"
    assert event.decoded("dtstart") == clock.at_time(date(2026, 11, 23), time(9, 30))
    assert event.decoded("dtend") == clock.at_time(TODAY, time(9, 50))
    assert "09:30–09:50" in mail.body
    assert mail.body.count("likes to be called: Wed") == 1
