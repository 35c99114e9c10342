"""Rejected rows are put right and uploaded again: they go where they stood in their files."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from clients.intake.actions import runs
from clients.intake.actions.working import work
from clients.intake.kinds import shipped
from clients.intake.models import ImportRun
from clients.models import Client, Contact, Holding, Member
from tests.clients.imports import AT, GOOD, counts, done, row, table
from tests.shared import shared_data

pytestmark = pytest.mark.django_db

CZECH = {
    "district.csv": "A1;A2;A3\n1;Praha;Prague\n2;Beroun;Bohemia;\n",
    "client.csv": "client_id;birth_number;district_id\n1;701313;1\n2;450204;1\n3;406009;2\n",
    "account.csv": "account_id;district_id;frequency;date\n1;1;POPLATEK MESICNE;950324\n"
    "2;1;POPLATEK MESICNE;930226\n",
    "disp.csv": "disp_id;client_id;account_id;type\n1;1;1;OWNER\n2;2;1;DISPONENT\n3;3;2;OWNER\n",
    "card.csv": "card_id;disp_id;type;issued\n1;1;classic;981016 00:00:00\n",
    "loan.csv": "loan_id;account_id;date;amount;duration;payments;status\n"
    "1;1;940105;80952;24;3373.00;A\n2;2;940105;1e5;24;3373.00;C\n",
}
CZECH_COUNTS = {"units", "clients", "holdings", "households"}


def rejected(run) -> list[dict[str, str]]:
    """The file of rejected rows as a spreadsheet shows it."""
    content = run.files.rejected().get().content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content), restkey="beyond"))


def written(found: list[dict[str, str]], encoding="utf-8-sig") -> bytes:
    """The rows as a person saves them; cells beyond the header are gone."""
    text = io.StringIO()
    writer = csv.DictWriter(text, [*found[0]][: len(found[0])], extrasaction="ignore")
    writer.writeheader()
    writer.writerows(found)
    return text.getvalue().encode(encoding)


def brought_in(person, contents, mapping) -> ImportRun:
    """A run of several files that is through."""
    kind = shipped()[mapping].kind
    run = runs.upload(contents, kind=kind, by=person, at=AT)
    return through(runs.map_columns(run, shipped()[mapping].tables, by=person, at=AT), person)


def through(run, person) -> ImportRun:
    """A mapped run, checked and imported; the check foretold it."""
    runs.start_check(run, by=person, at=AT)
    work(run.pk, now=lambda: AT)
    foretold = counts(ImportRun.objects.get(pk=run.pk))
    runs.start(run, accepted=True, by=person, at=AT)
    work(run.pk, now=lambda: AT)
    run.refresh_from_db()
    assert (run.state, counts(run)) == ("done", foretold)
    return run


def again(browser, before, content):
    """Upload mended rows on the page that the run leads to."""
    page = reverse("import-new") + f"?again={before.pk}"
    file = SimpleUploadedFile("rejected.csv", content, content_type="text/csv")
    return browser.post(page, {"kind": before.kind, "files": file})


def test_mended_rows_of_several_files_go_in_with_what_hung_on_them(client, admin):
    before = brought_in(admin, {n: t.encode() for n, t in CZECH.items()}, "berka")
    assert not Member.objects.exists()  # the owner was rejected, the other one stood alone
    found = rejected(before)
    places = {(each["file"], each["row"]): each for each in found}
    assert ("district.csv", "3") in places
    places["client.csv", "2"]["birth_number"] = "701213"
    places["loan.csv", "3"]["amount"] = "80000"
    client.force_login(admin)

    answer = again(client, before, written(found))
    after = through(ImportRun.objects.first(), admin)

    assert answer.url == reverse("import-preview", args=[after.pk])
    assert after.rejected == 0
    assert set(Client.objects.values_list("number", flat=True)) == {"BK1", "BK2", "BK3"}
    assert set(Holding.objects.values_list("source_key", flat=True)) == {
        "account:1", "account:2", "card:1", "loan:1", "loan:2",
    }  # fmt: skip
    assert set(Member.objects.values_list("client__number", "relation")) == {
        ("BK1", "holder"),
        ("BK2", "authorised"),
    }


def test_each_kind_is_counted_on_the_page_and_the_kinds_add_up(client, admin):
    run = brought_in(admin, {n: t.encode() for n, t in CZECH.items()}, "berka")
    client.force_login(admin)

    page = client.get(reverse("import", args=[run.pk])).content.decode()

    for kind in ("Joined files", "Units", "Clients", "Holdings"):
        assert f'<td class="strong">{kind}</td>' in page
    rows = [each for part, each in run.counts.items() if part != "units"]
    assert counts(run) == tuple(
        sum(each[name] for each in rows) for name in ("created", "updated", "unchanged", "rejected")
    )


def test_what_somebody_corrected_meanwhile_is_not_overwritten(client, head, outlet):
    before = done(head, table(row(1), row(2, identity_no=GOOD[:-1] + "7")))
    Client.objects.filter(number="K00001").update(name="钱改名")
    found = rejected(before)
    found[0]["身份证号"] = GOOD
    client.force_login(head)

    again(client, before, written(found, "gb18030"))  # as a spreadsheet in China saves it
    after = through(ImportRun.objects.first(), head)

    assert counts(after) == (1, 0, 0, 0)
    assert Client.objects.get(number="K00001").name == "钱改名"


def test_rows_whose_number_is_their_key_keep_it(client, head, outlet):
    tables = {
        "files": {"clients": {"name": "clients.csv"}},
        "clients": {"from": "clients", "key": {"row": True}, "name": "n", "outlet": "o"},
    }
    run = runs.upload(
        {"clients.csv": "n,o\n钱一,O1\n钱二,O7\n".encode()}, kind="clients", by=head, at=AT
    )
    before = through(runs.map_columns(run, tables, by=head, at=AT), head)
    found = rejected(before)
    found[0]["o"] = "O1"
    client.force_login(head)

    again(client, before, written(found))
    through(ImportRun.objects.first(), head)

    assert dict(Client.objects.values_list("number", "name")) == {"2": "钱一", "3": "钱二"}


def test_a_row_that_is_still_wrong_is_rejected_again_and_the_rest_is_not_asked_for(
    client, head, outlet
):
    before = done(head, table(row(1), row(2, phone="-5"), row(3, phone="-6"), row(1)))
    found = rejected(before)
    assert len(found) == 3
    found[0]["手机号"] = ""
    client.force_login(head)

    again(client, before, written(found))
    after = through(ImportRun.objects.first(), head)

    assert counts(after) == (1, 0, 0, 2)
    found = rejected(after)
    assert [each["row"] for each in found] == ["4", "5"]
    assert found[1]["reason"] == "Row 2 has the same key."
    found[0]["手机号"] = ""
    again(client, after, written(found[:1]))
    assert counts(through(ImportRun.objects.first(), head)) == (1, 0, 0, 0)
    assert Client.objects.count() == 3


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("客户号,姓名\nK1,钱一\n", "have to stay first"),
        ("file,row,reason,客户号\n,2,x,K1\n", "Row 2 does not say"),
        ("file,row,reason,客户号\nclients.csv,two,x,K1\n", "Row 2 does not say"),
        ("file,row,reason,客户号\nother.csv,2,x,K1\n", "other.csv is no file of this import"),
    ],
)
def test_rows_that_do_not_say_where_they_belong_are_refused_in_words(
    client, head, outlet, content, reason
):
    before = done(head, table(row(1), row(2, phone="-5")))
    client.force_login(head)

    answer = again(client, before, content.encode())

    assert answer.status_code == 422
    assert reason in answer.content.decode()
    assert ImportRun.objects.count() == 1


def test_mended_rows_of_somebody_else_start_an_import_of_ones_own(client, head, other_head, outlet):
    before = done(head, table(row(1), row(2, phone="-5")))
    client.force_login(other_head)

    answer = again(client, before, before.files.rejected().get().content)

    run = ImportRun.objects.get(created_by=other_head)
    assert answer.url == reverse("import-map", args=[run.pk])


def test_a_contact_that_a_later_list_tells_otherwise_is_reported_and_stays(client, admin):
    file = shared_data("uci-bank-marketing", "bank-additional.csv")
    header, first, second = file.read_text(encoding="ascii").splitlines()[:3]
    lists = [
        {"bank-additional.csv": "\n".join([header, line, second]).encode() + b"\n"}
        for line in (first, first.removesuffix('"no"') + '"yes"')
    ]
    brought_in(admin, lists[0], "uci-bank-marketing")
    outcomes = list(Contact.objects.order_by("pk").values_list("outcome", flat=True))

    run = brought_in(admin, lists[1], "uci-bank-marketing")

    assert first.endswith('"no"')
    assert run.counts["contacts"]["unchanged"] == 1
    assert [row["reason"] for row in rejected(run)] == [
        "The contact is known, and the row says otherwise."
    ]
    assert list(Contact.objects.order_by("pk").values_list("outcome", flat=True)) == outcomes
    client.force_login(admin)
    page = client.get(reverse("import", args=[run.pk])).content.decode()
    assert "The contact is known, and the row says otherwise." in page
