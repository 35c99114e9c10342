"""What must not slip out of a browser: files without a second person, names in addresses."""

import csv
import io
from pathlib import Path
from unicodedata import normalize
from urllib.parse import unquote

import pytest
from django.urls import reverse
from django.utils.translation import gettext as _
from playwright.sync_api import expect
from pypdf import PdfReader

from clients.exports.tasks import build_exports
from clients.worklog.actions import save_log
from crm import bank
from crm.lib import clock
from crm.models import BankSetting
from managers.models import AuditEvent
from tests.browser.hands import choose, is_at, is_told, press, reads
from tests.factories import ClientFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_list_leaves_after_a_second_person_agreed(browse, head, officer, rm, outlet, tmp_path):
    BankSetting.objects.create(key="export.free_rows", valid_from="2026-11-01", value=0)
    bank.forget()
    ClientFactory(owner=rm, outlet=outlet, name="王小明")
    asking, deciding = browse(head), browse(officer, width=390)

    asking.goto(reverse("export-new"))
    choose(asking, _("Format"), "CSV")
    asking.get_by_label(_("What is it for?")).fill("For the quarterly review")
    press(asking, _("Ask for the file"))
    is_told(asking, _("Asked. A second person must agree, because it is more than a few rows."))
    expect(asking.get_by_role("button", name=_("Download"))).to_have_count(0)

    deciding.goto(reverse("export-list"))
    reads(deciding.locator("main"), "For the quarterly review")
    press(deciding, _("Agree"))
    is_told(deciding, _("Decided; who asked is told."))
    build_exports()

    asking.reload()
    with asking.expect_download() as loaded:
        press(asking, _("Download"))
    kept = tmp_path / loaded.value.suggested_filename
    loaded.value.save_as(kept)
    rows = list(csv.reader(io.StringIO(Path(kept).read_text("utf-8-sig"))))
    assert rows[0][0].startswith(head.employee_no)
    assert "王小明" in rows[2]
    verbs = AuditEvent.objects.filter(verb__startswith="export.").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == [
        "export.asked",
        "export.approved",
        "export.built",
        "export.downloaded",
    ]


def test_every_printed_page_says_who_printed_it(browse, head, rm, outlet):
    ClientFactory.create_batch(60, owner=rm, outlet=outlet)
    page = browse(head)
    page.goto(reverse("client-list"))

    printed = PdfReader(io.BytesIO(page.pdf(format="A4"))).pages

    assert len(printed) > 1
    assert [sheet for sheet in printed if not bears_a_mark(sheet)] == []


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_work_log_prints_with_its_duties_for_two_signatures(browse, rm, language):
    log = save_log(
        day=clock.today(),
        ticks=["morning"],
        note="Rates all day",
        by=rm,
        at=clock.now(),
        hand_in=True,
    )
    page = browse(rm)
    page.goto(reverse("work-log", args=[log.pk]))
    expect(page.get_by_role("button", name=_("Print"))).to_be_visible()

    printed = PdfReader(io.BytesIO(page.pdf(format="A4"))).pages

    words = normalize("NFKC", "".join(sheet.extract_text() for sheet in printed))
    paper = "".join(words.split())
    duties, signed = _("Took part in the morning meeting"), _("Signature of the head")
    for said in ("Rates all day", duties, signed):
        assert "".join(said.split()) in paper
    assert "".join(_("All logs of the day").split()) not in paper
    assert [sheet for sheet in printed if not bears_a_mark(sheet)] == []


def bears_a_mark(sheet) -> bool:
    """Whether a drawing repeats all over a sheet: on our pages nothing but the watermark does."""
    drawn = [form.get_object() for form in sheet["/Resources"]["/XObject"].values()]
    return any("/Pattern" in form.get("/Resources", {}) for form in drawn)


@pytest.mark.parametrize("width", [1440, 390])
def test_a_search_is_in_no_address_and_the_way_back_keeps_it(browse, rm, width):
    for name in ("张文", "张伟", "李娜"):
        ClientFactory(owner=rm, name=name)
    page = browse(rm, width=width)
    addresses = []
    page.on("request", lambda request: addresses.append(f"{request.url} {request.headers}"))

    page.goto(reverse("client-list"))
    box = page.get_by_label(_("Name, number or phone"))
    box.fill("zhangw")
    box.press("Enter")
    expect(page.locator("#clients tbody tr")).to_have_count(2)
    page.locator("#clients tbody tr a.who").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Zhang")
    page.go_back()
    expect(page.locator("#clients tbody tr")).to_have_count(2)
    expect(box).to_have_value("zhangw")

    searching = page.get_by_label(_("Search clients"))
    searching.fill("zhangw")
    expect(page.locator("#hits a").first).to_be_visible()
    searching.press("Enter")
    is_at(page, reverse("search"))
    expect(page.locator("main tbody tr")).to_have_count(2)
    page.reload()
    expect(page.locator("main tbody tr")).to_have_count(2)

    told = [unquote(address) for address in addresses]
    assert [address for address in told if "zhangw" in address.casefold()] == []
    assert "zhangw" not in page.evaluate("document.referrer + JSON.stringify(history.state)")
