"""Six joined files of the Czech bank through the pages of the importer, with defects and mended."""

import csv
import io
from collections import Counter
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Count, Sum
from django.urls import reverse

from clients.intake.models import ImportRun
from clients.models import Client, Holding, Household
from tests.clients.test_imports_mended import again, rejected, through, written
from tests.importing import rows
from tests.shared import shared_data

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ROLES = ["client", "account", "disp", "district", "card", "loan"]
# By file and row (the header is row 1): what is wrong there.
DEFECTS = {
    ("client", 2): {"birth_number": "701313"},
    ("client", 3): {"district_id": "99"},
    ("loan", 4): {"amount": "1e5"},
    ("loan", 5): {"status": "X"},
    ("card", 7): {"disp_id": "0"},
}


@pytest.fixture
def whole():
    """The rows of the six files, read with nothing but the csv module."""
    return {
        role: rows(shared_data("berka", f"{role}.csv"), delimiter=";", encoding="ascii")
        for role in ROLES
    }


def spoiled(whole) -> list[SimpleUploadedFile]:
    """The files with their defects, as a browser sends them."""
    files = []
    for role, found in whole.items():
        text = io.StringIO()
        writer = csv.DictWriter(text, list(found[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(row | DEFECTS.get((role, n), {}) for n, row in enumerate(found, start=2))
        files.append(SimpleUploadedFile(f"{role}.csv", text.getvalue().encode("ascii")))
    return files


def test_the_czech_bank_goes_in_by_the_web_and_what_was_rejected_after_it_was_mended(
    client, admin, whole
):
    client.force_login(admin)
    answer = client.post(
        reverse("import-new"),
        {"kind": "clients", "using": "shipped:berka", "files": spoiled(whole)},
    )
    before = ImportRun.objects.get()
    assert answer.url == reverse("import-preview", args=[before.pk])
    assert client.get(answer.url).context["preview"].bad == 2

    through(before, admin)

    lost = {whole["client"][n - 2]["client_id"] for role, n in DEFECTS if role == "client"}
    owners = {r["account_id"]: r["client_id"] for r in whole["disp"] if r["type"] == "OWNER"}
    holders = {r["disp_id"]: r["client_id"] for r in whole["disp"]}
    in_hand = {
        "account": [owners[r["account_id"]] for r in whole["account"]],
        "loan": [owners[r["account_id"]] for r in whole["loan"]],
        "card": [holders[r["disp_id"]] for r in whole["card"]],
    }
    bad = Counter(role for role, _n in DEFECTS)
    kept = {
        role: sum(who not in lost for who in clients) - bad[role]
        for role, clients in in_hand.items()
    }
    holdings = sum(map(len, in_hand.values()))
    assert before.counts["clients"] == tally(5369 - 2, 2)
    assert before.counts["holdings"] == tally(sum(kept.values()), holdings - sum(kept.values()))
    shared = Counter(r["account_id"] for r in whole["disp"] if r["client_id"] not in lost)
    assert Household.objects.count() == sum(n > 1 for n in shared.values())
    assert before.counts["units"]["created"] == 8 + 77  # the head office is there

    mended = rejected(before)
    for row in mended:
        role, number = row["file"].removesuffix(".csv"), int(row["row"])
        if (role, number) in DEFECTS:
            row |= whole[role][number - 2]
    again(client, before, written(mended))
    after = through(ImportRun.objects.first(), admin)

    assert after.rejected == 0
    assert Client.objects.count() == len(whole["client"]) == 5369
    found = Holding.objects.order_by().values_list("category").annotate(n=Count("pk"))
    assert dict(found) == {role: len(clients) for role, clients in in_hand.items()}
    lent = Holding.objects.filter(category="loan").aggregate(sum=Sum("amount"))["sum"]
    assert lent == sum(Decimal(row["amount"]) for row in whole["loan"])
    homes = Counter(r["account_id"] for r in whole["disp"])
    assert Household.objects.count() == sum(n > 1 for n in homes.values()) == 869


def tally(created: int, rejected: int) -> dict[str, int]:
    """The counts of a kind of which nothing was there before."""
    return {"created": created, "updated": 0, "unchanged": 0, "rejected": rejected}
