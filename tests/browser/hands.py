"""What people do with a page, in the words that they read on it."""

import re

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from playwright.sync_api import expect

from managers.models import Staff

PASSWORD = "correct horse battery"


def sign_in(page, person, *, at="/"):
    """Sign in at an address, with the person reading the test's language; ends where it leads."""
    Staff.objects.filter(pk=person.pk).update(language=get_language())
    page.goto(at)
    page.get_by_label(_("Staff number")).fill(person.employee_no)
    page.get_by_label(_("Password"), exact=True).fill(PASSWORD)
    press(page, _("Sign in"))
    expect(page.locator("body.sign")).to_have_count(0)


def press(place, name):
    """Press the button of this name."""
    place.get_by_role("button", name=name, exact=True).click()


def follow(place, name):
    """Follow the first link of this name."""
    place.get_by_role("link", name=name, exact=True).first.click()


def choose(place, field, option):
    """Choose from the list beside a label the one option whose text has these words."""
    options = place.get_by_label(field, exact=True)
    value = options.locator("option", has_text=option).get_attribute("value")
    options.select_option(value)


def reads(place, text):
    """The text stands there."""
    expect(place).to_contain_text(str(text))


def is_told(page, text):
    """The page says so at its top."""
    reads(page.get_by_role("status"), text)


def is_at(page, path):
    """The address is this page's."""
    expect(page).to_have_url(re.compile(rf"^https?://[^/]+{re.escape(path)}(\?|#|$)"))


def middle(locator):
    """The point that a person would press."""
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def finger(page):
    """A finger on the page's screen: tell it `touchStart`, `touchMove` or `touchEnd`, and where."""
    session = page.context.new_cdp_session(page)

    def touch(kind, *points):
        at = [{"x": x, "y": y} for x, y in points]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

    return touch


def the_row(page, name):
    """The row of a list or table that is about this person."""
    return page.locator("li, tr").filter(has_text=name).first
