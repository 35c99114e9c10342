"""The wallboard: in somebody's window, and on a screen that has an address of its own."""

from dataclasses import replace

import pytest
from django.conf import settings
from django.core import signing
from django.urls import reverse

from managers.competition.wall_views import token
from managers.models import AuditEvent, Display
from tests.factories import CompetitionFactory, DisplayFactory, PostingFactory
from tests.managers.contest import give
from tests.managers.examples import RULES

pytestmark = pytest.mark.django_db
FRAGMENT = {"HX-Request": "true"}


def open_one(client, person, **typed):
    client.force_login(person)
    typed = {"division": "wealth_rm.middle", "language": "en"} | typed
    return client.post(reverse("screens"), typed, follow=True)


def watch(client, display, **headers):
    """What the screen gets, in a browser where nobody is signed in."""
    client.logout()
    return client.get(reverse("screen"), {"token": token(display)}, headers=headers)


def test_the_wallboard_asks_for_itself_and_names_no_client(client, quarter, rm, peer):
    give(peer, new_vip="8")
    client.force_login(rm)
    address = reverse("wallboard", args=[quarter.pk])

    whole = client.get(address).content.decode()
    part = client.get(address, headers=FRAGMENT).content.decode()

    assert ('hx-trigger="every 30s"' in whole, "Xu Ke" in whole) == (True, True)
    assert ("<html" in part, "Xu Ke" in part) == (False, True)


def test_head_office_hangs_a_screen_and_whoever_opens_its_address_sees_the_places(
    client, quarter, admin, outlet, rm, peer
):
    give(peer, new_vip="8")

    page = open_one(client, admin, unit=outlet.pk)
    made = Display.objects.get()
    [(_screen, _division, address)] = page.context["screens"]
    client.logout()
    shown = client.get(address.removeprefix(settings.SITE_URL))

    assert address in page.content.decode()
    html = shown.content.decode()
    assert [name in html for name in ("Xu Ke", "Lin Yue", "our outlet, Nanhu Road outlet")] == [
        *(True, True, True)
    ]
    assert (shown["Cache-Control"], client.session.keys()) == ("private, no-store", {}.keys())
    event = AuditEvent.objects.get(verb="screen.opened")
    assert (event.actor, event.facts["division"]) == (admin, made.division)


def test_an_address_opens_nothing_but_the_wallboard(client, quarter, rm):
    display = DisplayFactory()
    watch(client, display)

    for name in ("competition", "screens", "client-list"):
        answer = client.get(reverse(name), {"token": token(display)})
        assert answer.status_code == 302
        assert reverse("account_login") in answer.url


def test_an_address_that_was_ended_or_forged_shows_nothing(client, quarter, admin):
    display = DisplayFactory()
    client.force_login(admin)
    for _twice in range(2):
        client.post(reverse("screen-end", args=[display.pk]))

    ended, polled = watch(client, display), watch(client, display, **FRAGMENT)

    assert (ended.status_code, polled.status_code) == (404, 404)
    assert polled["HX-Refresh"] == "true"  # the screen loads its page again and shows nothing
    assert AuditEvent.objects.filter(verb="screen.closed").count() == 1
    other = DisplayFactory()
    for forged in ("", "x", str(other.pk), signing.Signer(salt="x").sign_object(other.pk)):
        assert client.get(reverse("screen"), {"token": forged}).status_code == 404


@pytest.mark.parametrize("who", ["rm", "head", "teller", "auditor"])
def test_who_does_not_run_competitions_hangs_no_screen(client, quarter, request, who):
    assert open_one(client, request.getfixturevalue(who)).status_code == 403
    assert not Display.objects.exists()


def test_a_screen_shows_the_upper_half_alone_where_the_rules_hide_the_lower(
    client, rm, peer, stranger, outlet
):
    CompetitionFactory(rules=replace(RULES, hides_lower_half=True).dump())
    for n, person in enumerate((peer, stranger, rm, PostingFactory(unit=outlet).staff)):
        give(person, new_vip=f"{9 - n}")

    shown = watch(client, DisplayFactory(unit=outlet)).context

    assert [row.staff for row in (*shown["podium"], *shown["others"])] == [peer, stranger]


def test_a_screen_speaks_its_own_language(client, quarter, rm):
    html = watch(client, DisplayFactory(language="zh-hans")).content.decode()

    assert ('lang="zh-hans"' in html, "理财经理" in html) == (True, True)


def test_a_screen_goes_on_with_the_next_competition_and_waits_for_the_first(client, rm):
    display = DisplayFactory()
    assert "No competition runs" in watch(client, display).content.decode()

    CompetitionFactory(is_over=True, state="closed")
    CompetitionFactory(name="The next one")

    assert "The next one" in watch(client, display).content.decode()


def test_a_screen_of_people_who_do_not_compete_this_time_shows_the_first_division(client, rm):
    wealth = {"wealth_rm": RULES.goals["wealth_rm"]}
    CompetitionFactory(rules=replace(RULES, goals=wealth).dump())

    shown = watch(client, DisplayFactory(division="lobby_manager.junior")).context

    assert shown["division"].code == "wealth_rm.middle"
