"""A screen on a wall: opened once, it goes on by itself, also through a lost network."""

import pytest
from playwright.sync_api import expect

from managers.competition.wall_views import token
from tests.factories import CompetitionFactory, DisplayFactory
from tests.managers.contest import give

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def screen(browse, rm, peer, outlet):
    """The first places, and a clock that the test winds on."""
    CompetitionFactory()
    give(peer, new_vip="8")
    page = browse(width=1440, loses_network=True)
    page.clock.install()
    page.goto(f"/wall/?token={token(DisplayFactory(unit=outlet))}")
    return page


def half_a_minute(page):
    page.clock.fast_forward(30_500)


def test_new_results_show_by_themselves_and_the_last_ones_outlive_the_network(screen, rm):
    first = screen.locator('[data-place="1"]')
    expect(first).to_contain_text("Xu Ke")
    lost = screen.get_by_text("No connection; these are the last figures.")
    expect(lost).to_be_hidden()

    screen.context.set_offline(True)
    half_a_minute(screen)
    expect(lost).to_be_visible()
    expect(first).to_contain_text("Xu Ke")
    expect(screen.locator(".wall-foot")).to_contain_text("Scores of")

    give(rm, new_vip="12")
    screen.context.set_offline(False)
    half_a_minute(screen)
    expect(first).to_contain_text("Lin Yue")
    expect(lost).to_be_hidden()


def test_a_screen_fills_a_television_and_does_not_scroll(screen):
    screen.set_viewport_size({"width": 1920, "height": 1080})

    wide, high = screen.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    )

    assert (wide, high) == (1920, 1080)
