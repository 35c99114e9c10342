"""The main job, end to end: from an imported list to the mail of the morning after."""

import csv
import re
from datetime import datetime

import pytest
from django.core.management import call_command
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bench import made_up
from clients.handover.models import Item
from clients.lobby.models import Cue
from clients.models import Client, FollowUp
from crm import words
from crm.lib import clock
from managers.outbox.tasks import deliver, plan
from tests.browser.hands import choose, follow, is_at, is_told, press, reads, sign_in, the_row
from tests.factories import ClientFactory, CompetitionFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WEDNESDAY = datetime(2026, 11, 25, 9, 40, tzinfo=clock.SHANGHAI)
THURSDAY = datetime(2026, 11, 26, 8, 1, tzinfo=clock.SHANGHAI)
NOTES = "想给女儿准备学费,周四再谈。"  # more than ten characters: a valid contact
LIST = [  # number, name, phone, assets in CNY
    ("C01", "陈安然", "16110000001", "8460000.00"),
    ("C02", "方若兰", "16110000002", "2050000.00"),
    ("C03", "罗静", "16110000003", "1120000.00"),
    ("C04", "沈亦辰", "16110000004", "742000.00"),
]


@pytest.fixture
def imported(outlet, tmp_path):
    """Four clients whom the administrator has imported into the outlet's pool."""
    path = tmp_path / "clients.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, made_up.COLUMNS)
        rows.writeheader()
        for number, name, phone, assets in LIST:
            rows.writerow(
                {
                    "number": number,
                    "name": name,
                    "phone": phone,
                    "aum": assets,
                    "outlet": outlet.code,
                }
            )
    call_command("import_clients", "mappings/simple.toml", str(path), verbosity=0)
    return {client.name: client for client in Client.objects.all()}


@pytest.fixture
def posted_here(smtp_sink, settings, live_server):
    """A mail server, and mails whose links lead to the server of this test."""
    settings.SITE_URL = live_server.url
    return smtp_sink


@pytest.mark.parametrize("language", [pytest.param("en", marks=pytest.mark.everywhere), "zh-hans"])
def test_a_branch_lives_through_its_week(
    browse, imported, posted_here, head, rm, peer, lobby, marketing
):
    CompetitionFactory()
    ClientFactory(owner=peer)  # so that the emptiest book is Lin Yue's

    the_head_assigns_whom_the_import_brought(browse(), imported, head, rm)

    clock.set(WEDNESDAY)
    the_rm_works_the_list(browse(), imported, rm)
    a_newcomer_goes_from_the_lobby_to_the_rm(browse, lobby, rm)
    a_prospect_goes_from_hand_to_hand(browse, marketing, rm)
    the_score_is_on_the_board(browse(), rm)

    clock.set(THURSDAY)
    plan()
    deliver()
    mail = the_digest(posted_here, rm)
    nothing_in_it_is_secret(mail)
    the_link_opens_the_right_page(browse(), mail, imported["罗静"], rm)


def the_head_assigns_whom_the_import_brought(page, clients, head, rm):
    sign_in(page, head)
    is_at(page, "/branch/")
    reads(page.locator("main"), _("Clients without an RM"))
    chen = words.plain_name(clients["陈安然"])
    row = the_row(page, chen)
    reads(row, _("Private"))
    reads(row, words.plain_name(rm))
    reads(row, _("lowest load"))

    press(page, _("Assign %(name)s") % {"name": chen})
    told = {"rm": words.plain_name(rm), "client": chen}
    is_told(page, _("%(rm)s has %(client)s now; the first call is booked.") % told)

    for name in ("方若兰", "罗静"):
        wanted = _("Select %(name)s") % {"name": words.plain_name(clients[name])}
        page.get_by_role("checkbox", name=wanted, exact=True).check()
    press(page, _("Choose one RM"))
    page.get_by_role("radio", name=words.plain_name(rm)).check()
    press(page, _two("Assign %(number)s client", "Assign %(number)s clients"))
    many = "%(number)d client assigned; the first call is booked."
    is_told(page, _two(many, "%(number)d clients assigned; their first calls are booked."))
    reads(page.locator("main"), words.plain_name(clients["沈亦辰"]))
    assert Client.objects.filter(owner=rm).count() == 3


def the_rm_works_the_list(page, clients, rm):
    sign_in(page, rm)
    is_at(page, "/today/")
    chen, fang = (words.plain_name(clients[name]) for name in ("陈安然", "方若兰"))
    row = the_row(page, chen)
    reads(row, _("First call"))
    reads(row, "161****0001")

    row.get_by_text(_("Reached"), exact=True).click()
    row.get_by_label(_("What was said"), exact=True).fill(NOTES)
    choose(row, _("Next step"), _("Call"))
    row.get_by_label(_("Date"), exact=True).fill("2026-11-26")
    row.get_by_label(_("Time"), exact=True).fill("10:00")
    press(row, _("Save"))
    is_told(page, _("Recorded as a valid contact."))

    press(page, f"{_('No answer')} · {fang}")
    is_told(page, _("No answer noted for %(client)s; the next try is booked.") % {"client": fang})


def a_newcomer_goes_from_the_lobby_to_the_rm(browse, lobby, rm):
    page = browse()
    sign_in(page, lobby)
    is_at(page, "/relay/")
    follow(page, _("Refer a client"))
    page.get_by_label(_("Name, client number or mobile")).fill("高霖")
    press(page, _("Look up"))
    follow(page, _("New client"))
    page.get_by_label(_("Name"), exact=True).fill("高霖")
    page.get_by_label(_("Mobile"), exact=True).fill("16110000005")
    page.get_by_label(str(Cue.WEALTH_ENQUIRY.label), exact=True).check()
    page.get_by_role("radio", name=words.plain_name(rm)).check()
    press(page, _("Send the referral"))
    is_told(page, _("%(name)s has your referral.") % {"name": words.plain_name(rm)})

    page = browse()
    sign_in(page, rm)
    waiting = page.get_by_role("complementary")
    reads(waiting, _("Waiting for your answer"))
    follow(waiting, _("Answer"))
    press(page, _("Accept the client"))
    is_told(page, _("Accepted. Go and meet the client, or call as agreed."))
    gao = Client.objects.get(name="高霖")
    is_at(page, f"/clients/{gao.pk}/")
    reads(page.get_by_role("heading", level=1), words.plain_name(gao))


def a_prospect_goes_from_hand_to_hand(browse, marketing, rm):
    page = browse()
    sign_in(page, marketing)
    follow(page, _("Clients"))
    page.get_by_role("main").get_by_role("link", name=_("New client")).first.click()
    page.get_by_label(_("Name"), exact=True).fill("马思宇")
    page.get_by_label(_("Mobile")).fill("16110000006")
    press(page, _("Open the file"))
    follow(page, _("Hand over"))
    choose(page, _("Wealth RM"), words.plain_name(rm))
    press(page, _("Begin the file"))
    for item in Item:
        page.get_by_label(str(item.label), exact=True).fill("已核实,见上次面谈记录")
    press(page, _("Save and submit"))
    ma = Client.objects.get(name="马思宇")
    reads(page.get_by_role("main"), _("Withdraw the handover"))

    page = browse()
    sign_in(page, rm)
    handover = _("%(client)s, handover") % {"client": words.plain_name(ma)}
    page.get_by_role("complementary").get_by_role("link", name=handover).click()
    press(page, _("Accept the file"))
    is_told(page, _("Accepted. Now agree on a day to meet the client."))
    page.get_by_label(_("We met the client together, and the client knows the new RM.")).check()
    press(page, _("Record the introduction"))
    is_told(page, _("Introduced. The client has changed hands."))
    ma.refresh_from_db()
    assert ma.owner == rm


def the_score_is_on_the_board(page, rm):
    """One valid contact of 200, of which 5 points come: 0.025."""
    sign_in(page, rm, at="/competition/")
    first = page.locator("[data-place='1']").first
    reads(first, words.plain_name(rm))
    reads(first, "0.03")


def the_digest(sink, rm):
    """The one mail of the morning for the RM: three clients, one of them overdue."""
    subject = _two(
        "%(clients)s client to contact today, %(late)s overdue",
        "%(clients)s clients to contact today, %(late)s overdue",
        number=3,
        late=1,
    )
    [mail] = [mail for mail in sink.mails if mail["Subject"] == subject]
    assert mail["To"] == rm.email
    text = mail.get_body("plain").get_content()
    for name in ("罗静", "方若兰", "陈安然"):
        masked = words.masked_name(Client.objects.get(name=name))
        # Chen's step of the third day gives way to the call that was agreed for this day.
        assert text.count(masked) == 1
        assert masked in mail.get_body("html").get_content()
    sections = {_("Overdue"): 1, _("This morning"): 1, _("Any time today"): 1}
    for section, number in sections.items():
        assert f"\n{section} · {number}\n" in text
    return mail


def nothing_in_it_is_secret(mail):
    parts = [part.get_content() for part in mail.walk() if not part.is_multipart()]
    whole = "".join(parts) + mail["Subject"]
    shown = [
        secret
        for number, name, phone, assets in LIST
        for secret in (number, name, words.latin_name(Client(name=name)), phone, assets, "¥")
        if secret in whole
    ]
    assert shown == []
    assert NOTES not in whole


def the_link_opens_the_right_page(page, mail, client, rm):
    item = FollowUp.objects.get(client=client, state="open")
    html = mail.get_body("html").get_content()
    [link] = set(re.findall(rf'href="([^"]+open={item.pk})"', html))

    sign_in(page, rm, at=link)

    is_at(page, "/today/")
    row = page.locator(f"#call-{item.pk}")
    reads(row, words.plain_name(client))
    reads(row, words.lateness(item.due_on))
    reads(row, _("What was said"))


def _two(one, many, *, number=2, **told):
    """A counted sentence; its number goes by any of the names that sentences use."""
    return ngettext(one, many, number) % {"number": number, "clients": number, **told}
