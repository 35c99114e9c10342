"""An RM's day at the desk: back from leave, the list worked call by call, a callback missed."""

from datetime import date, datetime, time, timedelta

import pytest
from django.utils.translation import gettext as _
from playwright.sync_api import expect

from clients.followups.actions import tell_of_missed
from clients.models import FollowUp
from crm import words
from crm.lib import clock
from tests.browser.hands import is_at, is_told, press, reads, sign_in, the_row
from tests.factories import (
    AbsenceFactory,
    AppointmentFactory,
    ClientFactory,
    ClientRequestFactory,
    ContactFactory,
    FollowUpFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MONDAY, FRIDAY = date(2026, 11, 23), date(2026, 11, 20)
NOON = datetime(2026, 11, 23, 12, 1, tzinfo=clock.SHANGHAI)
NOTES = "想在周四再谈三年期的利率。"  # more than ten characters: a valid contact


@pytest.fixture
def day(rm, peer, outlet, now):
    """A promise that is late, three calls, a callback at 11:40 and a visit, after a week away."""
    last_week = {"first_day": date(2026, 11, 16), "last_day": FRIDAY}
    AbsenceFactory(staff=rm, deputy=peer, **last_week)

    def of(name, **more):
        return ClientFactory(owner=rm, outlet=outlet, name=name, **more)

    silent = of("方若兰", tier="diamond")
    for days in (3, 6):
        ContactFactory(
            client=silent,
            outcome="no_answer",
            is_valid=False,
            happened_at=now - timedelta(days=days),
        )
    ContactFactory(client=of("罗静"), staff=peer, happened_at=now - timedelta(days=4), notes=NOTES)
    ClientRequestFactory(client=of("沈亦辰"), due_on=FRIDAY)
    at = clock.at_time(MONDAY, time(11, 40))
    FollowUpFactory(client=of("高霖"), due_on=MONDAY, due_at=at, from_time=time(11, 40))
    AppointmentFactory(client=of("谢婷"), starts_at=clock.at_time(MONDAY, time(14)))
    for client in (of("陈安然", tier="private"), silent, of("唐宁")):
        FollowUpFactory(client=client, due_on=MONDAY)


@pytest.mark.parametrize(
    ("width", "language"),
    [pytest.param(1440, "en", marks=pytest.mark.everywhere), (390, "zh-hans")],
)
def test_an_rm_comes_back_and_works_the_day(browse, day, rm, head, width):
    page = browse(width=width)
    sign_in(page, rm)

    the_screen_tells_what_happened_meanwhile(page)
    the_list_begins_with_the_promise(page)
    the_gaps_of_the_day_are_filled(page)
    a_call_reaches_the_client_and_a_next_step_is_booked(page)
    after_the_third_silence_another_way_is_proposed(page)
    one_is_put_off(page)
    a_missed_callback_stands_on_the_board_and_with_the_head(browse, rm, head, width)


def shown(name):
    """The client's name as the page writes it."""
    return words.plain_name(FollowUp.objects.filter(client__name=name).first().client)


def the_screen_tells_what_happened_meanwhile(page):
    page.goto("/today/away/")
    reads(page.locator("main"), _("While you were away"))
    reads(page.locator("main"), NOTES)


def the_list_begins_with_the_promise(page):
    page.goto("/today/")
    reads(page.locator("#day .lead"), words.lateness(FRIDAY))
    reads(page.locator(".call-group").first, _("Promised to clients"))
    reads(page.locator(".stat").first, "1")


def the_gaps_of_the_day_are_filled(page):
    reads(page.locator("#fit"), _("Fit my day"))
    reads(page.locator("#fit"), shown("唐宁"))


def a_call_reaches_the_client_and_a_next_step_is_booked(page):
    chen = shown("陈安然")
    row = the_row(page, chen)
    row.get_by_text(_("Reached"), exact=True).click()
    row.get_by_label(_("What was said"), exact=True).fill(NOTES)
    press(row, _("Save"))
    is_told(page, _("Recorded. The contact is valid once its next step is booked."))
    proposal = page.locator("#proposed")
    reads(proposal, chen)
    press(proposal, _("Book it"))
    is_at(page, "/today/")
    expect(proposal).to_have_count(0)
    reads(page.locator("#messages"), _("With its next step the contact is valid."))
    assert FollowUp.objects.filter(client__name="陈安然", state="open", due_on__gt=MONDAY).exists()


def after_the_third_silence_another_way_is_proposed(page):
    other = FollowUp.objects.get(client__name="唐宁", state="open")
    page.goto(f"/today/?open={other.pk}")
    fang = shown("方若兰")
    press(page, f"{_('No answer')} · {fang}")
    is_told(page, _("No answer noted for %(client)s; the next try is booked.") % {"client": fang})
    assert FollowUp.objects.get(client__name="方若兰", state="open").channel == "message"


def one_is_put_off(page):
    item = FollowUp.objects.get(client__name="唐宁", state="open")
    page.goto(f"/follow-ups/{item.pk}/")
    page.get_by_label(_("Put off until"), exact=True).fill("2026-11-25")
    press(page, _("Put off"))
    is_at(page, f"/follow-ups/{item.pk}/")
    item.refresh_from_db()
    assert (item.due_on, item.snoozes) == (date(2026, 11, 25), 1)


def a_missed_callback_stands_on_the_board_and_with_the_head(browse, rm, head, width):
    clock.set(NOON)
    tell_of_missed(at=NOON)
    page = browse(rm, width=width)  # nobody stays signed in over so many hours
    page.goto("/callbacks/")
    reads(page.locator("main"), shown("高霖"))
    reads(page.locator(".stat").first, "1")
    office = browse(head, width=width)
    office.goto("/inbox/")
    reads(office.locator("main"), "11:40")
