"""Pictures of the mails, for whoever looks at them: `pytest tests/mails --pictures DIR`."""

from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tools import chromium

WIDTHS = (600, 390)


@pytest.fixture(scope="session")
def drawn(pytestconfig):
    """Keeps a mail's HTML; once all tests are over, Chromium draws them at each width."""
    folder, mails = pytestconfig.getoption("pictures"), {}
    yield mails.__setitem__
    if folder and mails:
        _draw(mails, Path(folder))


def _draw(mails: dict[str, str], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as engines:
        browser = engines.chromium.launch(
            executable_path=chromium.find() or None, args=["--no-sandbox"]
        )
        for width in WIDTHS:
            page = browser.new_page(viewport={"width": width, "height": 120})
            for name, html in mails.items():
                page.set_content(html)
                page.screenshot(path=folder / f"{name}.{width}.png", full_page=True)
        browser.close()
