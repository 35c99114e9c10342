"""A page looked at in every size and colour, and by axe."""

from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.conftest import HEIGHTS

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


def judged(page):
    """The page, with axe in all that it loads from now on."""
    page.add_init_script(Axe().axe_script)
    return page


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
