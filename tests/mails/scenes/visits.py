"""Visits: invitations with their calendars, and reminders."""

from datetime import date, time

from clients.book.details import sealed_columns
from crm.lib import clock
from tests.factories import AppointmentFactory, ClientFactory, ConsentFactory, RoomFactory
from tests.mails.stage import letter, notice, scene

TUESDAY = date(2026, 11, 24)


def a_visit(cast, **known):
    """陈安然 comes for advice on Tuesday at 14:00; Xu Ke is there, too."""
    client = ClientFactory(
        owner=cast.rm, name="陈安然", tier="private", **sealed_columns(email="chen@mail.example")
    )
    ConsentFactory(client=client, purpose="marketing", channel="mail")
    if not known.get("place"):
        known["room"] = RoomFactory(unit=cast.outlet, name="贵宾室一", latin_name="VIP room 1")
    return AppointmentFactory(
        client=client,
        starts_at=clock.at_time(TUESDAY, time(14)),
        purpose="陈安然 13812345678",
        slots=[cast.peer],
        **known,
    )


def called_off(cast):
    """Its reason, which somebody typed, stays in the product."""
    return a_visit(cast, state="cancelled", cancel_reason="陈安然 13812345678")


def _told(kind, cast, visit, *, to):
    context = {"visit": visit.pk, "sequence": visit.sequence}
    return letter(kind, to=to, at=cast.now, **context)


@scene("appointment-invitation")
def a_colleague_is_invited(cast):
    return _told("appointment-invitation", cast, a_visit(cast), to=cast.peer)


@scene("appointment-cancelled")
def a_colleague_is_not_expected_any_more(cast):
    return _told("appointment-cancelled", cast, called_off(cast), to=cast.peer)


@scene("appointment-for-client")
def a_client_is_expected(cast):
    return _told("appointment-for-client", cast, a_visit(cast), to=cast.rm)


@scene("appointment-for-client--outside")
def a_client_is_visited(cast):
    visit = a_visit(cast, place="陈安然, Nanhu Road 7")
    return _told("appointment-for-client", cast, visit, to=cast.rm)


@scene("appointment-off-for-client")
def a_client_is_not_expected_any_more(cast):
    visit = called_off(cast)
    return _told("appointment-off-for-client", cast, visit, to=cast.rm)


@scene("notice-appointment-tomorrow", at="16:00")
def a_visit_of_tomorrow(cast):
    return notice("appointment-tomorrow", cast, to=cast.rm, about=a_visit(cast))


@scene("notice-appointment-soon", at="13:30", day=TUESDAY)
def a_visit_in_half_an_hour(cast):
    return notice("appointment-soon", cast, to=cast.rm, about=a_visit(cast))


@scene("notice-visit-outside-hours")
def a_visit_while_the_outlet_is_closed(cast):
    return notice("visit-outside-hours", cast, to=cast.rm, about=a_visit(cast))
