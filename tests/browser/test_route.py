"""A marketing RM on a phone puts the visits of the day in order, by finger, mouse and keys."""

import pytest
from playwright.sync_api import expect

from tests.browser.hands import finger, is_told, middle
from tests.clients.test_appointments import span
from tests.factories import AppointmentFactory, ClientFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PLACES = ("The park", "The market", "The lake")


@pytest.fixture
def visits(marketing):
    """Visits in the park, at the market and by the lake, in this order of time."""
    return [
        AppointmentFactory(
            client=ClientFactory(owner=marketing, state="prospect"),
            place=place,
            **span(14 + hour, minutes=30, day=23),
        )
        for hour, place in enumerate(PLACES)
    ]


def opened(browse, marketing, **options):
    page = browse(marketing, **options)
    page.goto("/prospects/route/")
    return page


def stands(page, *places):
    """The stops stand in this order, and still do so after a reload."""
    for _look in range(2):
        for number, place in enumerate(places):
            expect(page.locator(".stop").nth(number)).to_contain_text(place)
        page.reload()


def grip(page, place):
    return page.locator(".stop", has_text=place).locator("[data-sort-grip]")


def test_by_finger_a_visit_is_dragged_to_the_front(browse, marketing, visits):
    page = opened(browse, marketing, width=390, has_touch=True, is_mobile=True)
    touch = finger(page)
    (x, y), (_x, top) = middle(grip(page, "The lake")), middle(grip(page, "The park"))

    touch("touchStart", (x, y))
    for step in range(1, 9):
        touch("touchMove", (x, y + (top - 30 - y) * step / 8))
    touch("touchEnd")

    expect(page.get_by_text("My order")).to_be_visible()
    stands(page, "The lake", "The park", "The market")


def test_by_mouse_a_visit_is_dragged_to_the_end(browse, marketing, visits):
    page = opened(browse, marketing)
    (x, y), (_x, end) = middle(grip(page, "The park")), middle(grip(page, "The lake"))

    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, end + 20, steps=12)
    page.mouse.up()

    expect(page.get_by_text("My order")).to_be_visible()
    stands(page, "The market", "The lake", "The park")


def test_by_keys_the_button_keeps_the_focus_and_the_new_place_is_said(browse, marketing, visits):
    page = opened(browse, marketing)
    up = page.locator(f"#up-{visits[2].pk}")

    up.focus()
    page.keyboard.press("Enter")
    is_told(page, "Now stop 2 of 3.")
    expect(up).to_be_focused()
    page.keyboard.press("Enter")

    is_told(page, "Now stop 1 of 3.")
    stands(page, "The lake", "The park", "The market")


def test_without_scripts_the_buttons_do_the_same(browse, marketing, visits):
    page = opened(browse, marketing, java_script_enabled=False)

    page.locator(f"#down-{visits[0].pk}").click()

    expect(page.locator("[data-sort-grip]").first).to_be_hidden()
    stands(page, "The market", "The park", "The lake")
