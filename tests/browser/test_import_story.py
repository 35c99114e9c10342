"""A broken file to a clean one: a head brings an outlet's clients in and mends what was wrong."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils.translation import gettext as _

from clients.intake.actions.working import work
from clients.models import Client, ImportRun
from crm.lib import clock
from tests.browser.hands import follow, is_at, press, reads
from tests.clients.imports import GOOD, row, table

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

JUNK = "客户清单,,,\n导出日期：2026-11-20,,,\n"
WRONG = [GOOD[:-1] + "7", GOOD[:-1] + "9"]
GRAVE = ("serious", "critical")


def broken_file() -> bytes:
    """Twelve clients in GB18030 under two rows of junk; three of them cannot be used."""
    rows = [row(n) for n in range(1, 10)]
    rows += [row(10, identity_no=WRONG[0]), row(11, identity_no=WRONG[1])]
    rows += [row(12, birth_date="1980/13/04")]
    return table(*rows, above=JUNK, encoding="gb18030")


def is_fit(page):
    """Nothing that axe calls grave, and nothing that scrolls sideways."""
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in GRAVE] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def a_worker_comes(page):
    """The worker does what waits; the page finds out by itself, or is looked at again."""
    for run in ImportRun.objects.orphaned(clock.now()):
        work(run.pk, now=clock.now)
    page.reload()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("width", [1440, 390])
def test_a_broken_file_becomes_a_clean_one(browse, head, outlet, width):
    page = browse(head, width=width)
    page.goto("/imports/")
    is_fit(page)
    follow(page, _("Import a file"))
    upload(page, broken_file())
    reads(page.locator("main"), "gb18030")
    is_fit(page)

    press(page, _("Show the first rows"))
    reads(
        page.locator("td.cell-bad", has_text=WRONG[0]),
        _("The check digit is wrong: a digit of this number was mistyped."),
    )
    assert page.locator("td.cell-bad").count() == 3
    is_fit(page)

    through(page)
    assert Client.objects.count() == 9
    is_fit(page)
    mended = rejected_rows(page).decode("utf-8-sig").replace("1980/13/04", "1980/12/04")
    mended = mended.replace(WRONG[0], GOOD).replace(WRONG[1], "")

    follow(page, _("Upload the mended rows"))
    upload(page, mended.encode("utf-8-sig"))
    is_at(page, f"/imports/{ImportRun.objects.first().pk}/preview/")
    through(page)

    assert Client.objects.count() == 12
    assert ImportRun.objects.first().rejected == 0


def upload(page, content):
    """Choose a file and send it."""
    file = {"name": "clients.csv", "mimeType": "text/csv", "buffer": content}
    page.set_input_files("input[type=file]", file)
    press(page, _("Upload"))


def through(page):
    """Check and import, reading what was found where something was."""
    press(page, _("Check the whole file"))
    a_worker_comes(page)
    if page.get_by_label(_("I have read what was found.")).count():
        page.get_by_label(_("I have read what was found.")).check()
    press(page, _("Import now"))
    a_worker_comes(page)
    reads(page.locator("main"), _("What happened"))


def rejected_rows(page) -> bytes:
    """The file of rejected rows, downloaded."""
    with page.expect_download() as download:
        follow(page, _("Download rejected rows"))
    return download.value.path().read_bytes()
