"""An RM's day: digest, a call soon, the evening, coming back from leave, requests, callbacks."""

from datetime import date, datetime, time, timedelta

from clients.desk.digest import plan_digests
from clients.desk.reminders.away import plan_returns
from clients.desk.reminders.evening import plan_evening
from clients.desk.reminders.soon import plan_soon
from clients.models import MarketReport
from crm.lib import clock
from tests.factories import (
    AbsenceFactory,
    AppointmentFactory,
    ClientFactory,
    ClientRequestFactory,
    ContactFactory,
    FollowUpFactory,
    HandoverFactory,
    ReferralFactory,
)
from tests.mails.stage import EARLIER, FRIDAY, MONDAY, notice, planned, scene

THURSDAY, TUESDAY = date(2026, 11, 19), date(2026, 11, 24)


def owe(owner, name, *, day=MONDAY, hours=None, tier="platinum", trigger="manual", **what):
    """A follow-up of a client of this name that was booked weeks ago."""
    if hours:
        begin, end = (time.fromisoformat(hour) for hour in hours.split("-"))
        what |= {"from_time": begin, "to_time": end, "due_at": clock.at_time(day, end)}
    client = ClientFactory(owner=owner, name=name, tier=tier)
    what = {"trigger": trigger, "created_at": EARLIER, "purpose": f"{name} 13812345678", **what}
    return FollowUpFactory(client=client, due_on=day, **what)


def busy_day(cast):
    """Three who waited too long, two of the morning, six of the afternoon, one at any time."""
    owe(cast.rm, "陈安然", day=THURSDAY, tier="private", trigger="maturity", event_on=TUESDAY)
    owe(cast.rm, "周明远", day=FRIDAY, tier="diamond", trigger="large_movement", event_on=THURSDAY)
    owe(cast.rm, "何秋", day=FRIDAY, trigger="no_show")
    owe(cast.rm, "方若兰", hours="09:30-10:30", tier="diamond", trigger="new_client")
    owe(cast.rm, "罗青", hours="10:30-11:30", trigger="birthday", event_on=MONDAY)
    owe(cast.rm, "沈亦辰", hours="14:00-15:00", tier="private", channel="visit")
    owe(cast.rm, "高霖", hours="14:30-16:00", tier="diamond", trigger="cadence")
    owe(cast.rm, "唐宁", hours="15:00-17:00", tier="diamond", trigger="maturity")
    owe(cast.rm, "欧阳静", hours="15:30-16:30", tier="gold", trigger="programme")
    owe(cast.rm, "许志", hours="16:00-17:00", tier="regular", trigger="recurring")
    owe(cast.rm, "单雅", hours="16:30-17:30", trigger="risk_expiry", event_on=date(2026, 12, 23))
    owe(cast.rm, "徐明", trigger="important_date", channel="message")


@scene("morning-digest", at="08:00")
def a_busy_day(cast):
    busy_day(cast)
    HandoverFactory(
        client=ClientFactory(name="马思雨", owner=cast.marketing, state="prospect", tier="diamond"),
        from_staff=cast.marketing,
        to_staff=cast.rm,
        state="submitted",
        due_at=clock.end_of_day(date(2026, 11, 24)),
    )
    ReferralFactory(
        client=ClientFactory(name="蒋文", outlet=cast.outlet, state="referred"),
        referrer=cast.lobby,
        target=cast.rm,
        answer_by=cast.now + timedelta(minutes=30),
    )
    for name, day in (("董宁", FRIDAY), ("范锐", MONDAY)):
        ClientRequestFactory(client=ClientFactory(owner=cast.rm, name=name), due_on=day)
    AppointmentFactory(
        client=ClientFactory(owner=cast.rm, name="谢婷"),
        starts_at=clock.at_time(MONDAY, time(10)),
    )
    return planned(plan_digests, cast, to=cast.rm)


@scene("morning-digest--one-client", at="08:00")
def a_quiet_day(cast):
    owe(cast.rm, "罗青", trigger="birthday")
    return planned(plan_digests, cast, to=cast.rm)


@scene("morning-digest--two-reasons", at="08:00")
def a_birthday_on_the_day_of_a_maturity(cast):
    first = owe(cast.rm, "罗青", trigger="maturity", event_on=MONDAY)
    FollowUpFactory(client=first.client, trigger="birthday", created_at=EARLIER)
    return planned(plan_digests, cast, to=cast.rm)


@scene("morning-digest--forty-overdue", at="08:00")
def a_day_after_a_long_standstill(cast):
    for number in range(40):
        owe(cast.rm, "许志", day=FRIDAY - timedelta(days=number % 5), tier="gold")
    return planned(plan_digests, cast, to=cast.rm)


@scene("evening-summary", at="17:30")
def an_evening_with_something_left(cast):
    busy_day(cast)
    owe(cast.rm, "谢婷", state="done", closed_at=cast.now - timedelta(hours=2))
    return planned(plan_evening, cast, to=cast.rm)


@scene("call-soon", at="09:30")
def half_an_hour_before_an_agreed_call(cast):
    owe(cast.rm, "陈安然", hours="10:00-10:30", tier="private", trigger="callback")
    return planned(plan_soon, cast, to=cast.rm)


@scene("notice-call-soon", at="09:30")
def half_an_hour_before_in_the_inbox(cast):
    item = owe(cast.rm, "陈安然", hours="10:00-10:30", tier="private", trigger="callback")
    return notice("call-soon", cast, to=cast.rm, about=item)


@scene("notice-callback-missed")
def a_promised_call_that_nobody_made(cast):
    due = cast.now - timedelta(minutes=15)
    item = owe(cast.rm, "何秋", trigger="callback", due_at=due, from_time=clock.local(due).time())
    return notice("callback-missed", cast, to=cast.head, about=item)


@scene("notice-meeting-outside-hours")
def a_meeting_while_the_outlet_is_closed(cast):
    item = owe(cast.rm, "何秋", day=FRIDAY, channel="visit", trigger="manual")
    return notice("meeting-outside-hours", cast, to=cast.rm, about=item)


def a_week_away(cast):
    """Xu Ke covered for Lin Yue from Monday to Friday."""
    then = datetime(2026, 11, 18, 10, tzinfo=clock.SHANGHAI)
    first = ClientFactory(owner=cast.rm, name="陈安然", tier="private")
    ContactFactory(client=first, staff=cast.peer, happened_at=then)
    asked = {"owner": cast.rm, "taken_by": cast.peer, "asked_at": then, "due_on": FRIDAY}
    ClientRequestFactory(client=first, **asked)
    second = ClientFactory(owner=cast.rm, name="周明远", tier="diamond")
    booked = {"created_by": cast.peer, "created_at": then, "from_time": time(10)}
    FollowUpFactory(
        client=second, due_on=date(2026, 11, 25), purpose="周明远 13812345678", **booked
    )
    owe(cast.rm, "高霖", day=FRIDAY, trigger="birthday")
    return AbsenceFactory(
        staff=cast.rm, deputy=cast.peer, first_day=date(2026, 11, 16), last_day=FRIDAY
    )


@scene("while-away", at="08:00")
def back_from_leave(cast):
    a_week_away(cast)
    return planned(plan_returns, cast, to=cast.rm)


@scene("notice-while-away", at="08:00")
def back_from_leave_in_the_inbox(cast):
    return notice("while-away", cast, to=cast.rm, about=a_week_away(cast))


def a_request(cast):
    return ClientRequestFactory(
        client=ClientFactory(owner=cast.rm, name="陈安然"),
        asked="陈安然 13812345678 ¥3,000,000",
        due_on=FRIDAY,
        due_at=clock.at_time(FRIDAY, time(15)),
    )


@scene("notice-request-given")
def a_request_is_given_to_somebody(cast):
    return notice("request-given", cast, to=cast.rm, about=a_request(cast))


@scene("notice-request-overdue")
def a_promise_has_passed(cast):
    return notice("request-overdue", cast, to=cast.head, about=a_request(cast))


def a_report(cast):
    return MarketReport.objects.create(
        author=cast.marketing, unit=cast.outlet, month=date(2026, 10, 1), due_on=FRIDAY
    )


@scene("notice-market-due")
def a_market_report_is_asked_for(cast):
    return notice("market-due", cast, to=cast.marketing, about=a_report(cast))


@scene("notice-market-overdue")
def a_market_report_is_late(cast):
    return notice("market-overdue", cast, to=cast.marketing, about=a_report(cast))
