"""The relay from hand to hand: a teller's referral on a phone, and a file that comes back once."""

from datetime import timedelta

import pytest
from django.utils.translation import gettext as _

from clients.appointments.models import Kind
from clients.followups.actions import log_contact
from clients.handover import actions as handovers
from clients.lobby.models import Cue
from clients.models import Appointment, Client, Handover
from crm import words
from crm.lib import clock
from managers.models import PointEntry
from tests.browser.hands import follow, is_told, press, reads, sign_in
from tests.clients.handovers import FILE
from tests.clients.test_appointments_told import delivered, event_of
from tests.factories import ClientFactory

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_clients_go_from_hand_to_hand(browse, teller, marketing, rm, peer, now):
    a_teller_refers_on_a_phone(browse, teller, rm)
    the_rm_accepts(browse, rm)

    prospect = ClientFactory(owner=marketing, state="prospect", name="蒋文")
    drafted = handovers.draft(prospect, to=rm, by=marketing, at=now)
    handovers.submit(
        handovers.save_file(drafted, file=FILE, by=marketing, at=now), by=marketing, at=now
    )
    the_rm_returns_it_once(browse, rm, drafted)
    the_sender_mends_it(browse, marketing, drafted)
    the_rm_accepts_and_books_the_meeting_of_three(browse, rm, drafted)
    both_get_an_invitation_that_a_calendar_reads(prospect, marketing, rm, now)
    they_meet_the_client(browse, rm, drafted)

    the_first_call_closes_it(prospect, rm, now)
    both_scores_move(browse, drafted, marketing, rm)


def a_teller_refers_on_a_phone(browse, teller, rm):
    page = browse(width=390)
    sign_in(page, teller, at="/relay/refer/?new=1")
    page.get_by_label(_("Name"), exact=True).fill("高霖")
    page.get_by_label(_("Mobile"), exact=True).fill("16110000005")
    page.get_by_label(str(Cue.WEALTH_ENQUIRY.label), exact=True).check()
    page.locator(f"#id_target_{rm.pk}").check()
    press(page, _("Send the referral"))
    is_told(page, _("%(name)s has your referral.") % {"name": words.plain_name(rm)})


def the_rm_accepts(browse, rm):
    page = browse()
    sign_in(page, rm, at="/relay/")
    press(page, _("Accept"))
    reads(page.get_by_role("heading", level=1), words.plain_name(Client.objects.get()))
    page.goto("/clients/")
    reads(page.get_by_role("main"), words.plain_name(Client.objects.get()))


def the_rm_returns_it_once(browse, rm, handover):
    page = browse()
    sign_in(page, rm, at=f"/relay/handovers/{handover.pk}/")
    page.locator("summary", has_text=_("Return it")).click()
    page.locator("summary", has_text=_("What is wrong with which item")).click()
    page.locator("#id_mend-risk").fill("缺少日期")
    press(page, _("Return with this reason"))
    is_told(page, _("Returned. The sender sees your reason."))


def the_sender_mends_it(browse, marketing, handover):
    page = browse()
    sign_in(page, marketing, at="/relay/")
    follow(page, _("Fill the file"))
    reads(page.get_by_role("main"), _("To mend: %(text)s") % {"text": "缺少日期"})
    page.locator("#id_risk").fill("C3, 2026-11-20")
    press(page, _("Save and submit"))
    reads(page.get_by_role("main"), _("Withdraw the handover"))


def the_rm_accepts_and_books_the_meeting_of_three(browse, rm, handover):
    page = browse()
    sign_in(page, rm, at=f"/relay/handovers/{handover.pk}/")
    press(page, _("Accept the file"))
    follow(page, _("Book the introduction"))
    page.locator("#id_day").fill(clock.today().isoformat())
    free_on = _("Free on %(day)s") % {"day": words.day_long(clock.today())}
    reads(page.locator("#starts legend"), free_on)
    page.locator("label.slot", has_text="11:00").click()
    press(page, _("Book appointment"))
    is_told(page, _("The introduction is booked; both of you are invited."))
    reads(page.get_by_role("heading", level=1), Kind.INTRODUCTION.label)


def both_get_an_invitation_that_a_calendar_reads(client, marketing, rm, now):
    visit = Appointment.objects.get(client=client)
    mails = delivered(now)
    for person in (marketing, rm):
        method, event = event_of(mails[person.email])
        assert (method, event["dtstart"].dt) == ("REQUEST", visit.starts_at)
        assert event["dtend"].dt == visit.ends_at
        invited = {str(one) for one in event["attendee"]}
        assert invited == {f"mailto:{one.email}" for one in (marketing, rm)}


def they_meet_the_client(browse, rm, handover):
    page = browse()
    sign_in(page, rm, at=f"/relay/handovers/{handover.pk}/")
    page.get_by_label(_("We met the client together, and the client knows the new RM.")).check()
    press(page, _("Record the introduction"))
    is_told(page, _("Introduced. The client has changed hands."))
    assert Appointment.objects.get(client=handover.client_id).state == "held"


def the_first_call_closes_it(client, rm, now):
    client.refresh_from_db()
    assert client.owner == rm
    later = now + timedelta(hours=1)
    with clock.at(later):
        said = {"notes": "Agreed on a first review in December.", "next_step": "Send the dates"}
        log_contact(client, channel="call", outcome="reached", by=rm, at=later, **said)
        handovers.tidy(at=later)
    assert Handover.objects.get().state == "closed"


def both_scores_move(browse, handover, marketing, rm):
    counted = PointEntry.objects.filter(metric="handover").order_by("pk")
    assert [(e.staff, str(e.amount)) for e in counted] == [(marketing, "0.60"), (rm, "0.40")]
    for person, share in ((marketing, "60%"), (rm, "40%")):
        page = browse()
        sign_in(page, person, at=f"/relay/handovers/{handover.pk}/")
        reads(page.locator("section[aria-labelledby=points]"), _("Your share"))
        reads(page.locator("section[aria-labelledby=points]"), share)
