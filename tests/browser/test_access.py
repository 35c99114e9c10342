"""Every page for everybody: readable by whom and with what they have, on any screen."""

from itertools import product

import pytest
from django.core.management import call_command
from django.db.models import Count
from django.urls import reverse

from clients.models import Client, FollowUp, Handover, Referral
from crm.lib.marks import mark_of
from managers.models import Staff
from managers.people.models import Post
from tests.browser.looking import everything_wrong_with, judged

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LANGUAGES = ["en", "zh-hans"]


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


def test_every_page_is_for_everybody_on_any_screen(browse, demo_bank):
    wrong = []
    for language, person in product(LANGUAGES, map(person_of, POSTS)):
        page = judged(browse(person, language=language))
        for address in [*lists_of(person), *single_ones_of(person)]:
            wrong += everything_wrong_with(page, address, language)
        page.close()

    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_door_is_for_everybody(browse, language):
    page = judged(browse())

    assert everything_wrong_with(page, reverse("account_login"), language) == []
