"""By keys alone, and without JavaScript."""

from datetime import date

import pytest
from django.utils.translation import gettext as _
from playwright.sync_api import expect

from clients.models import Contact
from crm import words
from tests.browser.hands import choose, is_at, is_told, press, reads, sign_in, the_row
from tests.factories import ClientFactory, FollowUpFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NOTES = "Wants to compare the three-year rates."


def test_a_slash_goes_to_the_search_and_finds_by_initials(browse, rm):
    client = ClientFactory(name="陈安然", owner=rm)
    page = browse(rm)
    page.goto("/today/")

    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("car")
    page.keyboard.press("Enter")

    is_at(page, f"/clients/{client.pk}/")


def test_f_books_a_follow_up(browse, rm):
    client = ClientFactory(name="陈安然", owner=rm)
    page = browse(rm)
    page.goto(f"/clients/{client.pk}/")

    page.keyboard.press("f")

    is_at(page, f"/clients/{client.pk}/follow-ups/new/")


def test_n_writes_a_note_in_which_n_and_f_are_letters(browse, rm):
    client = ClientFactory(name="陈安然", owner=rm)
    page = browse(rm)
    page.goto(f"/clients/{client.pk}/")
    note = page.get_by_label(_("What was said and agreed"))

    page.keyboard.press("n")
    expect(note).to_be_focused()
    page.keyboard.type("new offer for him")
    page.keyboard.press("Enter")

    is_told(page, _("Recorded. The contact is valid once its next step is booked."))
    assert Contact.objects.get().notes == "new offer for him"


def test_an_open_menu_closes_on_escape_and_gives_the_focus_back(browse, rm):
    page = browse(rm)
    page.goto("/today/")
    menu = page.locator("summary", has_text=words.plain_name(rm))

    menu.press("Enter")
    expect(page.get_by_role("link", name=_("My account · Security"))).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.get_by_role("link", name=_("My account · Security"))).to_be_hidden()
    expect(menu).to_be_focused()


def test_a_mistake_is_named_beside_its_field_and_nothing_typed_is_lost(browse, rm):
    item = FollowUpFactory(client=ClientFactory(name="陈安然", owner=rm))
    page = browse(rm)
    page.goto("/today/")
    row = page.locator(f"#call-{item.pk}")

    row.get_by_text(_("Reached"), exact=True).click()
    row.get_by_label(_("What was said"), exact=True).fill(NOTES)
    choose(row, _("Next step"), _("Call"))
    press(row, _("Save"))

    reads(row, _("Please say on which day."))
    expect(row.get_by_label(_("What was said"), exact=True)).to_have_value(NOTES)
    expect(row.get_by_role("alert")).to_be_focused()


def test_a_head_assigns_without_javascript(browse, head, rm, outlet):
    client = ClientFactory(name="陈安然", outlet=outlet)
    page = browse(java_script_enabled=False)
    sign_in(page, head)
    name = words.plain_name(client)

    the_row(page, name).get_by_role("checkbox").check()
    press(page, _("Assign as suggested"))

    told = {"rm": words.plain_name(rm), "client": name}
    is_told(page, _("%(rm)s has %(client)s now; the first call is booked.") % told)
    client.refresh_from_db()
    assert client.owner == rm


def test_an_rm_records_an_outcome_without_javascript(browse, rm):
    first = FollowUpFactory(client=ClientFactory(name="陈安然", owner=rm, tier="private"))
    second = FollowUpFactory(client=ClientFactory(name="罗静", owner=rm))
    page = browse(java_script_enabled=False)
    sign_in(page, rm)

    row = page.locator(f"#call-{first.pk}")
    row.get_by_text(_("Reached"), exact=True).click()
    row.get_by_label(_("What was said"), exact=True).fill(NOTES)
    choose(row, _("Next step"), _("Call"))
    row.get_by_label(_("Date"), exact=True).fill("2026-12-01")
    press(row, _("Save, next client"))

    is_told(page, _("Recorded as a valid contact."))
    reads(page.locator(f"#call-{second.pk}"), _("How did it go?"))
    assert Contact.objects.get().notes == NOTES
    assert first.client.follow_ups.get(state="open", trigger="manual").due_on == date(2026, 12, 1)
