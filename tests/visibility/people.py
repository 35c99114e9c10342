"""The stage's units, and the people who work there."""

from django.conf import settings
from django.test import Client as Browser
from django.urls import reverse

from managers.people.models import Post
from tests.factories import OrgUnitFactory, PostingFactory, StaffFactory
from tests.factories.people import PASSWORD
from tests.visibility.stage import NOBODY, Outlet


def units(stage):
    """Two branches of an outlet each; gives wealth centre, branch and head office.

    The stage keeps both outlets with their colleagues.
    """
    head_office = OrgUnitFactory(code="HQ", kind="head_office")
    here, there = (OrgUnitFactory(code=f"B{n}", kind="branch", parent=head_office) for n in (1, 2))
    centre = OrgUnitFactory(code="W1", kind="wealth_centre", parent=here)
    stage.here = _outlet(OrgUnitFactory(code="O1", parent=here, served_by=centre))
    stage.there = _outlet(OrgUnitFactory(code="O2", parent=there))
    return centre, here, head_office


def _outlet(unit) -> Outlet:
    posts = (Post.WEALTH_RM, Post.MARKETING_RM, Post.LOBBY_MANAGER, Post.WEALTH_RM)
    return Outlet(unit, *(employed(unit, post) for post in posts))


def employed(unit, post):
    """Somebody new who holds a post there."""
    person = StaffFactory()
    PostingFactory(staff=person, unit=unit, post=post)
    return person


def sign_in(stage):
    """A browser for everybody, and one for nobody."""
    stage.browsers[NOBODY] = Browser(), ""
    for post, person in stage.people.items():
        browser = Browser()
        typed = {"login": person.employee_no, "password": PASSWORD}
        browser.post(reverse("account_login"), typed)
        stage.browsers[post] = browser, browser.cookies[settings.SESSION_COOKIE_NAME].value
