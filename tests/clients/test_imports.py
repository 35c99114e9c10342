"""A head brings the clients of an outlet in, from a file that somebody else designed."""

import pytest
from django.urls import reverse

from clients.intake.actions import runs
from clients.intake.actions.working import claim, work
from clients.intake.models import ImportFile, ImportRun
from clients.intake.rules import LEASE
from clients.models import Client
from crm.lib.errors import RuleBroken
from managers.models import AuditEvent
from tests.clients.imports import (
    AT,
    GOOD,
    checked,
    counts,
    done,
    mapped,
    row,
    table,
    upload,
)
from tests.factories import ClientFactory

pytestmark = pytest.mark.django_db


def test_columns_are_suggested_by_name_and_content(head):
    run = mapped(head, table(row(1)))

    section = run.mapping["clients"]
    assert section["key"] == "客户号"
    assert section["name"] == "姓名"
    assert section["phone"] == "手机号"
    assert section["outlet"] == "机构号"
    assert section["birth_date"] == {"column": "出生日期", "format": "YYYY/MM/DD"}
    assert section["sex"]["map"]["女"] == "f"


def test_english_names_are_suggested_as_well(head):
    header = "Customer ID,Full name,Gender,Mobile phone,ID no,Date of birth,Branch code,Job"
    run = mapped(head, table(row(1), header=header))

    section = run.mapping["clients"]
    assert (section["key"], section["name"]) == ("Customer ID", "Full name")
    assert (section["phone"], section["outlet"]) == ("Mobile phone", "Branch code")


@pytest.mark.parametrize("name", ["网点编号", "机构编码", "机构号 ", "开户网点", "Outlet-No."])
def test_names_of_other_systems_are_understood(head, name):
    header = f"客户号,姓名,性别,手机号码,身份证号码,出生日期,{name},职业"

    assert mapped(head, table(row(1), header=header)).mapping["clients"]["outlet"] == name.strip()


def test_a_figure_that_means_unknown_is_no_sex(head):
    words = mapped(head, table(row(1))).mapping["clients"]["sex"]["map"]

    assert (words["1"], words["2"], words["0"]) == ("m", "f", "")


def test_the_check_says_what_would_happen_and_writes_nothing(head, outlet):
    ClientFactory(number="K00002", name="周远", outlet=outlet)
    rows = [row(1), row(2), row(3, birth_date="1980/13/04")]

    run = checked(head, table(*rows))

    assert run.state == "checked"
    assert counts(run) == (1, 1, 0, 1)
    assert run.total == 3
    [[reason, count]] = run.said["reasons"]
    assert "出生日期" in reason
    assert count == 1
    assert Client.objects.count() == 1


def test_a_run_brings_clients_into_the_pool_and_again_changes_nothing(head, outlet):
    content = table(row(1), row(2))

    assert counts(done(head, content)) == (2, 0, 0, 0)

    assert {client.pool for client in Client.objects.all()} == {outlet}
    assert counts(done(head, content)) == (0, 0, 2, 0)


def test_rows_of_another_outlet_are_refused(head, outlet, other_outlet):
    run = done(head, table(row(1), row(2, outlet="O2")))

    assert counts(run) == (1, 0, 0, 1)
    assert "one of yours" in run.said["reasons"][0][0]


def test_a_client_kept_elsewhere_is_refused_and_nothing_of_them_told(head, outlet, other_outlet):
    from clients.book.details import sealed_columns

    ClientFactory(number="K00001", name="赵无名", outlet=other_outlet)
    ClientFactory(number="X9", outlet=other_outlet, **sealed_columns(identity_no=GOOD))

    run = done(head, table(row(1), row(2, identity_no=GOOD)))

    assert counts(run) == (0, 0, 0, 2)
    content = run.files.rejected().get().content.decode("utf-8-sig")
    assert "X9" not in content
    assert "赵无名" not in content
    assert Client.objects.get(number="K00001").name == "赵无名"


def test_an_administrator_imports_for_every_outlet(admin, outlet, other_outlet):
    run = done(admin, table(row(1), row(2, outlet="O2")))

    assert counts(run) == (2, 0, 0, 0)


def test_only_the_administrator_brings_balances(head, admin, outlet):
    ClientFactory(number="K00001", outlet=outlet)
    content = '客户号,日期,余额\nK00001,2026-11-20,"1,234.50"\n'.encode()

    with pytest.raises(RuleBroken):
        upload(head, content, kind="balances")
    run = done(admin, content, kind="balances")

    assert counts(run) == (1, 0, 0, 0)
    assert Client.objects.get().aum == 1234.5


def test_rejected_rows_are_mended_and_uploaded_again(head, outlet):
    run = done(head, table(row(1), row(2, identity_no=GOOD[:-1] + "7"), row(3, phone="-5")))
    assert counts(run) == (1, 0, 0, 2)

    content = run.files.rejected().get().content
    assert b"'-5" in content
    mended = content.decode("utf-8-sig").replace(GOOD[:-1] + "7", GOOD).replace("'-5", "")
    again = done(head, mended.encode("utf-8-sig"))

    assert counts(again) == (2, 0, 0, 0)
    assert Client.objects.count() == 3


def test_a_dead_workers_run_is_picked_up_and_counts_once(head, outlet):
    run = runs.start(checked(head, table(row(1), row(2))), accepted=True, by=head, at=AT)
    held = claim(run.pk, at=AT)
    ClientFactory(number="K00001", outlet=outlet)
    ImportRun.objects.filter(pk=run.pk).update(updated=1)  # what the dead worker had counted

    assert work(run.pk, now=lambda: AT) == ""
    assert work(run.pk, now=lambda: AT + LEASE * 2) == "done"

    run.refresh_from_db()
    assert run.fence == held.fence + 1
    assert run.created == 1


def test_who_lost_the_lease_writes_nothing_more(head, outlet):
    from clients.intake.actions.working import Desk, StoppedError

    run = runs.start(checked(head, table(row(1))), accepted=True, by=head, at=AT)
    late = claim(run.pk, at=AT)
    claim(run.pk, at=AT + LEASE * 2)

    with pytest.raises(StoppedError):
        Desk(late, lambda: AT, []).begin()


def test_cancelling_keeps_what_is_in(head, outlet):
    run = runs.start(checked(head, table(row(1))), accepted=True, by=head, at=AT)
    runs.cancel(run, by=head, at=AT)

    assert work(run.pk, now=lambda: AT) == ""
    run.refresh_from_db()
    assert run.state == "cancelled"
    assert Client.objects.count() == 0
    with pytest.raises(RuleBroken):
        runs.start(run, accepted=True, by=head, at=AT)


def test_what_was_only_checked_is_not_counted_as_brought_in(client, head, outlet):
    run = runs.cancel(checked(head, table(row(1))), by=head, at=AT)
    client.force_login(head)

    page = client.get(reverse("import", args=[run.pk])).content.decode()

    assert counts(run) == (0, 0, 0, 0)
    assert "It was stopped before anything was written." in page
    assert "stay in" not in page


def test_what_stops_cannot_be_run_and_what_warns_needs_a_tick(head, outlet):
    run = checked(head, table(row(1)))
    ImportRun.objects.filter(pk=run.pk).update(has_warnings=True)
    with pytest.raises(RuleBroken, match="Tick"):
        runs.start(run, accepted=False, by=head, at=AT)

    ImportRun.objects.filter(pk=run.pk).update(has_stops=True)
    with pytest.raises(RuleBroken, match="put right"):
        runs.start(run, accepted=True, by=head, at=AT)


def test_content_is_sealed_and_thrown_away_while_counts_stay(head, outlet):
    from datetime import timedelta

    run = done(head, table(row(1)))
    assert "钱金" not in ImportFile.objects.first().body.token

    runs.throw_away(at=AT + timedelta(days=31))

    run.refresh_from_db()
    assert not run.files.exists()
    assert run.created == 1
    assert run.said == {}


def test_the_audit_tells_of_every_step_without_names(head, outlet):
    run = done(head, table(row(1)))
    runs.hand_out_rejected(run, by=head, at=AT)

    events = AuditEvent.objects.filter(subject_type="clients.importrun").order_by("pk")
    assert [event.verb for event in events] == [
        "import.uploaded",
        "import.mapped",
        "import.check_begun",
        "import.checked",
        "import.begun",
        "import.ended",
    ]
    assert "钱金" not in str([event.facts for event in events])


def test_a_mapping_that_names_a_folder_of_the_server_is_refused(head):
    run = upload(head, table(row(1)))

    with pytest.raises(RuleBroken, match="base"):
        runs.map_columns(run, {"base": "/etc"}, by=head, at=AT)
