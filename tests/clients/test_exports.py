"""Exports: by right, with a reason and a second person, marked, for one day, for who asked."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from clients.book.details import sealed_columns
from clients.exports import actions
from clients.exports.tasks import build_exports
from clients.models import Export
from crm import bank
from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.models import BankSetting
from managers.models import AccessEvent, AuditEvent, Staff
from tests.factories import ClientFactory
from tests.factories.exports import ExportFactory

pytestmark = pytest.mark.django_db
REASON = "For the quarterly review"
HOUR = timedelta(hours=1)


@pytest.fixture
def file(rm, outlet):
    phone = sealed_columns(phone="13974129001")
    return ClientFactory(owner=rm, outlet=outlet, name="王小明", **phone)


@pytest.fixture
def asked(file, head, outlet, now):
    return actions.ask(kind="clients", unit=outlet, reason=REASON, format="csv", by=head, at=now)


@pytest.fixture
def strict(db):
    """A bank in which any row needs a second person."""
    BankSetting.objects.create(key="export.free_rows", valid_from="2026-11-01", value=0)
    bank.forget()


def built(export):
    build_exports()
    export.refresh_from_db()
    return export


def lines(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


# --- Ask


@pytest.mark.parametrize("reason", ["", "too short", "   a   b   "])
def test_a_reason_of_ten_characters_is_asked_for(file, head, outlet, now, reason):
    with pytest.raises(RuleBroken, match="ten characters"):
        actions.ask(kind="clients", unit=outlet, reason=reason, by=head, at=now)

    assert not Export.objects.exists()


@pytest.mark.parametrize(
    ("who", "kind"), [("rm", "clients"), ("officer", "clients"), ("head", "audit")]
)
def test_who_has_no_right_exports_nothing(request, outlet, now, who, kind):
    with pytest.raises(RuleBroken) as refused:
        actions.ask(kind=kind, unit=outlet, reason=REASON, by=request.getfixturevalue(who), at=now)

    assert refused.value.code == "forbidden"


def test_a_head_exports_no_other_outlet(head, other_outlet, now):
    with pytest.raises(RuleBroken):
        actions.ask(kind="clients", unit=other_outlet, reason=REASON, by=head, at=now)


# --- A second person


def test_few_rows_need_nobody_else(asked):
    assert asked.state == Export.State.QUEUED


def test_many_rows_wait_for_a_superior_or_the_officer(strict, file, head, officer, outlet, now):
    export = actions.ask(kind="clients", unit=outlet, reason=REASON, by=head, at=now)

    assert export.state == Export.State.WAITING
    assert [row.kind for row in officer.notifications.all()] == ["export-waits"]
    assert built(export).state == Export.State.WAITING


@pytest.mark.parametrize("who", ["head", "rm", "other_head"])
def test_nobody_agrees_to_their_own_nor_from_elsewhere(
    request, strict, file, head, outlet, now, who
):
    export = actions.ask(kind="clients", unit=outlet, reason=REASON, by=head, at=now)

    with pytest.raises(RuleBroken):
        actions.decide(export, approve=True, by=request.getfixturevalue(who), at=now)


@pytest.mark.parametrize(
    ("approve", "state"), [(True, Export.State.QUEUED), (False, Export.State.REFUSED)]
)
def test_the_officer_decides_once(strict, file, head, officer, outlet, now, approve, state):
    export = actions.ask(kind="clients", unit=outlet, reason=REASON, by=head, at=now)

    assert actions.decide(export, approve=approve, by=officer, at=now).state == state
    with pytest.raises(RuleBroken, match="decided already"):
        actions.decide(export, approve=True, by=officer, at=now)


def test_an_approver_who_works_elsewhere_by_now_has_no_word(
    strict, file, head, officer, outlet, other_outlet, now
):
    export = actions.ask(kind="clients", unit=outlet, reason=REASON, by=head, at=now)
    officer.postings.update(unit=other_outlet)

    with pytest.raises(RuleBroken):
        actions.decide(export, approve=True, by=Staff.objects.get(pk=officer.pk), at=now)


# --- The file


@pytest.mark.parametrize("kind", ["clients", "coverage"])
def test_a_ready_file_is_not_for_a_head_who_works_elsewhere_by_now(
    head, outlet, other_outlet, now, kind
):
    export = ExportFactory(kind=kind, unit=outlet, asked_by=head)
    head.postings.update(unit=other_outlet)

    with pytest.raises(RuleBroken) as refused:
        actions.download(export, by=head, at=now)

    assert refused.value.code == "forbidden"
    assert not AuditEvent.objects.filter(verb="export.downloaded").exists()


def test_the_audit_is_not_for_an_auditor_of_before(auditor, head_office, now):
    export = ExportFactory(kind="audit", unit=head_office, asked_by=auditor)
    auditor.postings.update(post="hq_admin")

    with pytest.raises(RuleBroken):
        actions.download(export, by=auditor, at=now)


def test_the_file_is_marked_in_its_head_and_in_every_row(asked, head, now):
    content = lines(actions.download(built(asked), by=head, at=now))

    mark = f"880400 · 2026-11-23 09:10 · #{asked.pk}"
    assert content[0] == [mark]
    assert [row[-1] for row in content[2:]] == [mark]


def test_it_has_the_outlet_s_clients_with_masked_phones(asked, file, stranger, head, now):
    ClientFactory(owner=stranger)

    [row] = lines(actions.download(built(asked), by=head, at=now))[2:]

    assert row[:2] == [file.number, "王小明"]
    assert "****9001" in row
    assert "13974129001" not in str(row)


def test_the_content_is_sealed_in_the_database(asked, file):
    export = built(asked)

    assert file.number not in Export.objects.get(pk=export.pk).body.token


def test_each_client_in_it_has_a_line_in_the_access_log(asked, file, head):
    built(asked)

    row = AccessEvent.objects.get()
    assert (row.actor, row.client_id, row.verb) == (head, file.pk, "exported")


def test_who_lost_the_right_meanwhile_gets_no_rows(asked, head, other_outlet, now):
    head.postings.update(unit=other_outlet)

    assert built(asked).rows == 0


def test_what_a_dead_worker_left_is_built_by_the_next(asked, now):
    Export.objects.update(state=Export.State.BUILDING, lease_until=now + timedelta(minutes=10))
    assert actions.build_waiting(at=now) == 0

    assert actions.build_waiting(at=now + HOUR) == 1
    assert actions.build_waiting(at=now + HOUR) == 0


@pytest.mark.parametrize("who", ["auditor", "officer"])
def test_auditors_and_officers_export_days_of_the_audit(request, who, head_office, asked, now):
    reader, days = request.getfixturevalue(who), {"first": "2026-11-23", "last": "2026-11-23"}
    export = actions.ask(
        kind="audit", unit=head_office, reason=REASON, format="csv", by=reader, at=now, **days
    )

    rows = lines(actions.download(built(export), by=reader, at=now))[2:]

    assert [row[2] for row in rows][:2] == ["export: asked for", "export: asked for"]


# --- The download


def test_it_is_for_who_asked_alone(asked, officer, now):
    with pytest.raises(RuleBroken, match="Only who asked"):
        actions.download(built(asked), by=officer, at=now)


def test_each_download_is_in_the_audit(asked, head, now):
    export = built(asked)

    for _ in range(2):
        actions.download(export, by=head, at=now)

    assert AuditEvent.objects.filter(verb="export.downloaded").count() == 2


def test_it_dies_after_a_day_and_is_emptied(asked, head, now):
    export = built(asked)

    with pytest.raises(RuleBroken, match="not any more"):
        actions.download(export, by=head, at=now + 24 * HOUR)
    with clock.at(now + 24 * HOUR):
        export = built(export)
    assert (export.state, bool(export.body)) == (Export.State.EXPIRED, False)


# --- The pages


def test_a_head_asks_and_downloads(client, file, head, outlet):
    client.force_login(head)
    asked = {"kind": "clients", "unit": outlet.pk, "format": "xlsx", "reason": REASON}
    assert client.post(reverse("export-new"), asked).url == reverse("export-list")
    export = built(Export.objects.get())

    answer = client.post(reverse("export-download", args=[export.pk]))

    assert (
        answer["Content-Disposition"] == f'attachment; filename="guibin-clients-{export.pk}.xlsx"'
    )
    assert answer["Cache-Control"] == "no-store, private"
    assert load_workbook(io.BytesIO(answer.content)).active["B3"].value == "王小明"


def test_the_audit_needs_its_days(client, auditor, head_office):
    client.force_login(auditor)
    asked = {"kind": "audit", "unit": head_office.pk, "format": "csv", "reason": REASON}

    assert client.post(reverse("export-new"), asked).status_code == 422


def test_who_decides_sees_the_reason(client, strict, file, head, officer, outlet, now):
    actions.ask(kind="clients", unit=outlet, reason=REASON, by=head, at=now)
    client.force_login(officer)

    assert REASON in client.get(reverse("export-list")).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_size(client, head, rows, django_assert_num_queries):
    ExportFactory.create_batch(rows, asked_by=head)
    for waiting in ExportFactory.create_batch(rows, state="waiting"):
        waiting.approvers.add(head)
    client.force_login(head)
    client.get(reverse("export-list"))

    # session, person, posting, exports, approvers, decisions, counts
    with django_assert_num_queries(7):
        page = client.get(reverse("export-list"))

    assert len(page.context["rows"]) == 2 * rows
