"""Every page for everybody: readable by whom and with what they have, on any screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.db.models import Count
from django.urls import reverse
from playwright.sync_api import expect

from clients.models import Client, FollowUp, Handover, Referral
from crm.lib.marks import mark_of
from managers.models import Staff
from managers.people.models import Post
from tests.browser.conftest import HEIGHTS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LANGUAGES = ["en", "zh-hans"]
# The width and the colours in which axe looks at all pages, for each language.
LOOKS = {"en": [(1440, "light")], "zh-hans": [(390, "dark")]}
# The pages that people live on are looked at the other way round as well.
TURNED = {"en": [(390, "light")], "zh-hans": [(1440, "dark")]}
LIVED_ON = ["today", "branch", "relay", "competition", "client-list"]
NARROWEST = 360
_JUDGE = """
axe.run(document, {resultTypes: ["violations"]}).then(({violations}) => violations
  .filter(({impact}) => ["serious", "critical"].includes(impact))
  .flatMap(({id, nodes}) => nodes.map(({html}) => `${id}: ${html.slice(0, 160)}`)))
"""


@pytest.fixture
def demo_bank(transactional_db):
    """The demo bank, small, with every state on show."""
    call_command("demo", clients=240, seed=7, json=True)


def person_of(post) -> Staff:
    """Who holds a post at the first outlet (else anywhere) and has most to do."""
    held = Staff.objects.filter(postings__post=post).annotate(todo=Count("follow_ups"))
    at_outlet = held.filter(postings__unit__code="B1O1")
    return (at_outlet if at_outlet.exists() else held).order_by("-todo", "pk")[0]


POSTS = [
    Post.WEALTH_RM,
    Post.MARKETING_RM,
    Post.BRANCH_HEAD,
    Post.LOBBY_MANAGER,
    Post.TELLER_CASH,
    Post.HQ_ADMIN,
    Post.AUDITOR,
    Post.CP_OFFICER,
]


def lists_of(person) -> list[str]:
    """The lists and forms that everybody of a post has."""
    rms = ["today", "client-list", "client-new", "follow-up-list", "relay", "referral-new"]
    heads = ["branch", "client-list", "client-new", "follow-up-list", "relay", "referral-new"]
    counters = ["relay", "referral-new"]
    names = {
        Post.WEALTH_RM: [*rms, "competition", "mailbox", "security"],
        Post.MARKETING_RM: [*rms, "handover-new", "competition"],
        Post.BRANCH_HEAD: [*heads, "competition", "account_change_password"],
        Post.LOBBY_MANAGER: [*counters, "competition"],
        Post.TELLER_CASH: counters,
        Post.HQ_ADMIN: ["competition"],
        Post.AUDITOR: ["home"],
        Post.CP_OFFICER: ["home"],
    }
    return [reverse(name) for name in names[person.current_post]]


def single_ones_of(person) -> list[str]:
    """One page of each kind that is about a client, a referral or a handover."""
    found = []
    clients = Client.objects.visible_to(person)
    if client := clients.filter(owner__isnull=False).order_by("-aum").first():
        found.append(reverse("client", args=[client.pk]))
        found.append(reverse("search", query={"mark": mark_of(person, client.initials)}))
        if client.owner == person:
            found.append(reverse("client-edit", args=[client.pk]))
            found.append(reverse("follow-up-new", args=[client.pk]))
    if pooled := clients.pooled().first():
        found.append(reverse("branch") + f"?choose={pooled.pk}")
        found.append(reverse("assign") + f"?clients={pooled.pk}")
    if item := FollowUp.objects.open().visible_to(person).first():
        found.append(reverse("follow-up", args=[item.pk]))
    referral = Referral.objects.visible_to(person).order_by("-made_at").first()
    if referral:
        found.append(reverse("referral", args=[referral.pk]))
    seen = Handover.objects.visible_to(person)
    for state in sorted(set(seen.values_list("state", flat=True))):
        found.append(reverse("handover", args=[seen.filter(state=state).first().pk]))
    if seen:
        found.append(reverse("relay") + "?list=handovers")
    return found


def look(page, width, colours="light") -> None:
    """Turn the page to a width and to colours."""
    page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
    page.emulate_media(color_scheme=colours)


def faults(page) -> list[str]:
    """What axe calls serious or critical, with where it is."""
    return page.evaluate(_JUDGE)


def is_too_wide(page) -> bool:
    """Whether the page scrolls sideways."""
    return page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )


def everything_wrong_with(page, address, language) -> list[str]:
    """Faults of one page in all its looks."""
    page.goto(address)
    expect(page.get_by_role("main")).to_be_visible()
    wrong, is_lived_on = [], address in map(reverse, LIVED_ON)
    for width, colours in LOOKS[language] + TURNED[language] * is_lived_on:
        look(page, width, colours)
        wrong += [f"{address} {width} {colours}: {fault}" for fault in faults(page)]
    look(page, NARROWEST)
    if is_too_wide(page):
        wrong.append(f"{address}: scrolls sideways at {NARROWEST}")
    return wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_for_everybody_on_any_screen(browse, demo_bank, language):
    wrong = []
    for person in map(person_of, POSTS):
        page = browse(person)
        page.add_init_script(Axe().axe_script)
        for address in [*lists_of(person), *single_ones_of(person)]:
            wrong += everything_wrong_with(page, address, language)
        page.close()

    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_door_is_for_everybody(browse, language):
    page = browse()
    page.add_init_script(Axe().axe_script)

    assert everything_wrong_with(page, reverse("account_login"), language) == []
