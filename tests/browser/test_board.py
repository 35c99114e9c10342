"""A head gives clients to RMs on the board by mouse, keys and finger; the effect comes first."""

import pytest
from playwright.sync_api import expect

from clients.models import Client
from tests.browser.hands import finger, middle
from tests.factories import ClientFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def waiting(outlet, rm, peer, now):
    """Wei Zhou, who waits for an RM."""
    return ClientFactory(
        outlet=outlet, name="魏舟", tier="platinum", responsible_since=now, owner=None
    )


def opened(browse, head, **options):
    page = browse(head, **options)
    page.goto("/branch/")
    return page


def grip_of(page, client):
    return page.locator(f"#row-{client.pk} [data-grip]")


def row_of(page, person):
    return page.locator(f'[data-drop="{person.pk}"]')


def shows_the_effect_and_then_gives(page, client, to):
    """The page before the act says what it does; nothing has moved until the button is pressed."""
    expect(page.get_by_role("heading", name="Before you assign")).to_be_visible()
    facts = page.locator(".effect").inner_text()
    assert to.latin_name in facts
    for fact in ("0 → 1", "0% → 0%", "300 → 299", "Hours, next 30 days"):
        assert fact in facts, facts
    assert Client.objects.get(pk=client.pk).owner is None
    page.get_by_role("button", name="Assign 1 client").click()
    expect(page.locator("#messages")).to_contain_text(f"{to.latin_name} has")
    assert Client.objects.get(pk=client.pk).owner == to


def test_by_mouse_a_client_is_dragged_to_an_rm(browse, head, peer, waiting):
    page = opened(browse, head)

    page.mouse.move(*middle(grip_of(page, waiting)))
    page.mouse.down()
    x, y = middle(row_of(page, peer))
    page.mouse.move(x, y, steps=8)
    expect(row_of(page, peer)).to_have_class("is-aim")
    page.mouse.up()

    shows_the_effect_and_then_gives(page, waiting, peer)


def test_let_go_beside_the_rms_nothing_happens(browse, head, waiting):
    page = opened(browse, head)

    page.mouse.move(*middle(grip_of(page, waiting)))
    page.mouse.down()
    page.mouse.move(700, 90, steps=4)
    page.mouse.up()

    expect(page.locator("[data-drag-told]")).to_have_text("Let go; nothing has changed.")
    expect(page.locator(".is-held, .drag-label")).to_have_count(0)
    assert Client.objects.get(pk=waiting.pk).owner is None


def test_by_keys_alone_a_client_is_picked_up_carried_and_given(browse, head, rm, peer, waiting):
    page = opened(browse, head)
    told = page.locator("[data-drag-told]")
    [first, second] = [page.locator("[data-drop]").nth(number) for number in (0, 1)]
    names = [one.get_attribute("data-name") for one in (first, second)]

    grip_of(page, waiting).focus()
    page.keyboard.press("Enter")
    expect(told).to_have_text(f"To {names[0]}")
    page.keyboard.press("ArrowDown")
    expect(told).to_have_text(f"To {names[1]}")
    page.keyboard.press("Escape")
    expect(told).to_have_text("Let go; nothing has changed.")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    to = next(one for one in (rm, peer) if one.latin_name == names[1])
    shows_the_effect_and_then_gives(page, waiting, to)


def test_by_finger_on_a_phone_the_page_scrolls_along(browse, head, peer, waiting):
    page = opened(browse, head, width=390, has_touch=True, is_mobile=True)
    touch = finger(page)

    grip_of(page, waiting).scroll_into_view_if_needed()
    x, y = middle(grip_of(page, waiting))
    touch("touchStart", (x, y))
    touch("touchMove", (x - 20, y + 20))
    expect(page.locator(".drag-label")).to_be_visible()
    touch("touchMove", (150, 770))  # near the lower edge the page scrolls by itself
    page.wait_for_function(
        "row => row.getBoundingClientRect().bottom < 640", arg=row_of(page, peer).element_handle()
    )
    touch("touchMove", (150, 400))  # away from the edge it stands still again
    touch("touchMove", middle(row_of(page, peer)))
    expect(row_of(page, peer)).to_have_class("is-aim")
    touch("touchEnd")

    shows_the_effect_and_then_gives(page, waiting, peer)


def test_a_full_book_asks_for_the_reason_before_the_act(browse, head, rm, waiting):
    ClientFactory.create_batch(60, owner=rm, tier="private")
    page = opened(browse, head)

    page.locator(f"#row-{waiting.pk} [data-grip]").click()
    row_of(page, rm).locator("td").nth(1).click()
    expect(page.get_by_role("alert")).to_contain_text("The book of Lin Yue is full.")
    page.get_by_label("Reason, where a rule is in the way").fill("Her brother is his client")
    page.get_by_role("button", name="Assign 1 client").click()
    expect(page.locator("#messages")).to_contain_text("Lin Yue has")

    span = Client.objects.get(pk=waiting.pk).ownerships.get(until=None)
    assert (span.owner, span.set_aside) == (rm, "room")


def test_without_scripts_the_same_is_done_by_forms(browse, head, peer, waiting):
    page = opened(browse, head, java_script_enabled=False)

    assert not grip_of(page, waiting).is_visible()
    page.get_by_role("checkbox", name="Select Wei Zhou").check()
    page.get_by_role("button", name="Choose one RM").click()
    page.get_by_role("radio", name="Xu Ke").check()
    page.get_by_role("button", name="Assign 1 client").click()

    assert Client.objects.get(pk=waiting.pk).owner == peer
