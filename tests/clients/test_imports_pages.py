"""The pages of an import, from the upload to the result."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import Workbook

from clients.intake.models import ImportRun, SavedMapping
from managers.models import AccessEvent
from tests.clients.imports import GOOD, checked, done, mapped, row, send, table, upload
from tests.factories import ClientFactory

pytestmark = pytest.mark.django_db
JUNK = "客户清单,,,\n导出日期：2026-11-20,,,\n"


def test_a_junky_gb18030_file_is_read_and_its_columns_are_suggested(client, head):
    client.force_login(head)

    answer = send(client, table(row(1), encoding="gb18030", above=JUNK))

    run = ImportRun.objects.get()
    assert answer.url == reverse("import-map", args=[run.pk])
    page = client.get(answer.url).content.decode()
    assert "gb18030" in page
    assert "钱金二" in page
    assert '<option value="身份证号" selected>' in page


def test_the_preview_shows_the_error_beside_the_cell(client, head):
    client.force_login(head)
    run = mapped(head, table(row(1), row(2, identity_no=GOOD[:-1] + "7")))

    page = client.get(reverse("import-preview", args=[run.pk])).content.decode()

    cell = page.partition(GOOD[:-1] + "7")[2][:300]
    assert "check digit is wrong" in cell


def test_how_the_file_is_written_can_be_changed(client, head):
    client.force_login(head)
    run = upload(head, table(row(1, identity_no=GOOD), above=JUNK))

    page = client.get(reverse("import-map", args=[run.pk]), {"header_row": 4}).content.decode()

    assert '<th scope="col">钱金二</th>' in page


def test_a_choice_of_columns_is_kept_and_used_for_the_next_file(client, head):
    client.force_login(head)
    run = upload(head, table(row(1)))
    chosen = {"col-key": "客户号", "col-name": "姓名", "col-outlet": "机构号", "seen": run.version}

    answer = client.post(
        reverse("import-map", args=[run.pk]), {**chosen, "keep_as": "Core", "shared": "on"}
    )

    assert answer.url == reverse("import-preview", args=[run.pk])
    saved = SavedMapping.objects.get()
    again = send(client, table(row(2), encoding="gb18030"), using=f"saved:{saved.pk}")
    newest = ImportRun.objects.first()
    assert again.url == reverse("import-preview", args=[newest.pk])
    assert newest.mapping["format"]["encoding"] == "gb18030"


def test_a_kept_mapping_that_fits_no_more_names_the_missing_columns(client, head):
    client.force_login(head)
    run = mapped(head, table(row(1)))
    saved = SavedMapping.objects.create(
        owner=head, name="Core", kind="clients", mapping=run.mapping
    )

    answer = send(client, b"a,b\n1,2\n", using=f"saved:{saved.pk}")

    assert "客户号" in client.get(answer.url).content.decode()


def test_required_fields_are_asked_for(client, head):
    client.force_login(head)
    run = upload(head, table(row(1)))

    answer = client.post(reverse("import-map", args=[run.pk]), {"seen": run.version})

    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 100, "old or a locked"),
        (b"PK\x03\x04" + b"x" * 100, ""),
        (b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n", ""),
    ],
)
def test_what_is_no_table_is_refused_before_it_is_kept(client, head, content, reason):
    client.force_login(head)

    answer = send(client, content)

    assert answer.status_code == 422
    assert reason in answer.content.decode()
    assert not ImportRun.objects.exists()


def test_a_file_that_is_too_large_is_refused(client, head):
    client.force_login(head)

    answer = send(client, b"a,b\n" + b"1,2\n" * (3 * 2**20))

    assert "larger than 10 MB" in answer.content.decode()


def test_a_spreadsheet_is_told_by_its_content(client, head):
    client.force_login(head)
    book, content = Workbook(), BytesIO()
    for cells in ("客户号,姓名,机构号", "K1,钱金一,O1"):
        book.active.append(cells.split(","))
    book.save(content)

    answer = send(client, content.getvalue(), name="clients.csv")

    assert "钱金一" in client.get(answer.url).content.decode()


def test_a_run_stays_behind_when_its_head_begins_elsewhere(client, head, other_outlet):
    run = done(head, table(row(1, outlet="X")))
    head.postings.update(unit=other_outlet)
    client.force_login(head)

    for page in ("import", "import-map", "import-preview", "import-rejected", "api-import-detail"):
        assert client.get(reverse(page, args=[run.pk])).status_code == 404


def test_a_strangers_run_does_not_exist(client, head, other_head):
    run = done(head, table(row(1, outlet="X")))
    client.force_login(other_head)

    for page in ("import", "import-progress", "import-map", "import-preview", "import-rejected"):
        assert client.get(reverse(page, args=[run.pk])).status_code == 404
    for page in ("import-check", "import-start", "import-cancel"):
        assert client.post(reverse(page, args=[run.pk])).status_code == 404


def test_an_administrator_sees_that_others_import_but_not_what(client, head, admin, outlet):
    run = done(head, table(row(1), row(2, birth_date="1980/13/13")))
    client.force_login(admin)

    page = client.get(reverse("import", args=[run.pk])).content.decode()

    assert "Gu Wanqing" in page
    assert "出生日期" not in page
    assert client.get(reverse("import-rejected", args=[run.pk])).status_code == 404


def test_rejected_rows_come_as_a_file_and_their_reading_is_recorded(client, head, outlet):
    run = done(head, table(row(1), row(2, birth_date="1980/13/13")))
    client.force_login(head)

    answer = client.get(reverse("import-rejected", args=[run.pk]))

    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Cache-Control"] == "no-store, private"
    assert "1980/13/13" in answer.content.decode("utf-8-sig")


def test_watching_a_run_keeps_no_session_alive(client, head, now):
    from datetime import timedelta

    from crm.lib import clock

    run = checked(head, table(row(1)))
    client.force_login(head)
    client.get(reverse("import", args=[run.pk]))
    for minutes in (8, 14):
        with clock.at(now + timedelta(minutes=minutes)):
            assert client.get(reverse("import-progress", args=[run.pk])).status_code == 200
    with clock.at(now + timedelta(minutes=20)):
        assert client.get(reverse("import-progress", args=[run.pk])).status_code == 302


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_imports(
    client, head, outlet, rows, django_assert_num_queries
):
    for number in range(rows):
        upload(head, table(row(number)))
    client.force_login(head)

    client.get(reverse("import-list"))  # what a session asks once

    with django_assert_num_queries(6):
        page = client.get(reverse("import-list")).content.decode()

    assert page.count('class="who"') == rows


def test_who_looks_at_first_rows_or_takes_rejected_ones_read_of_the_clients_that_are_known(
    client, head, outlet, other_outlet
):
    mine = ClientFactory(number="K00001", outlet=outlet)
    ClientFactory(number="K00002", outlet=other_outlet)
    content = table(row(1, birth_date="1980/13/13"), row(2), row(3))
    client.force_login(head)

    client.get(reverse("import-preview", args=[mapped(head, content).pk]))
    client.get(reverse("import-rejected", args=[done(head, content).pk]))

    lines = AccessEvent.objects.order_by("pk").values_list("client_id", "verb", "page", "basis")
    assert list(lines) == [
        (mine.pk, "viewed", "import-preview", "upload"),
        (mine.pk, "downloaded", "import-rejected", "upload"),
    ]
