"""Importing results: who they are credited to, and what cannot be used."""

from datetime import date

import pytest
from django.core.management.base import CommandError

from managers.competition.results.people import employee_no
from managers.models import AuditEvent, PointEntry, Posting, Staff
from tests.importing import MAPPINGS, counts, import_results, rows

MAPPING = MAPPINGS / "crm-opportunities.toml"
TEAMS = """sales_agent,manager,regional_office
Anna Snelling,Dustin Brinkmann,Central
Mei-Mei Johns,Melvin Marxen,Central
"""
PRODUCTS = "product,series,sales_price\nGTX Pro,GTX,4821\n"
HEADER = (
    "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"
)
WON = "A1,Anna Snelling,GTXPro,Isdom,Won,2017-02-01,2017-03-01,4514\n"


@pytest.fixture
def folder(tmp_path):
    """A small firm of two agents; the pipeline is what a test writes."""

    def written(*deals):
        (tmp_path / "sales_teams.csv").write_text(TEAMS)
        (tmp_path / "products.csv").write_text(PRODUCTS)
        (tmp_path / "sales_pipeline.csv").write_text(HEADER + "".join(deals))
        return tmp_path

    return written


def test_a_staff_number_is_the_same_for_the_same_name_everywhere():
    assert employee_no("Anna Snelling", "MV") == employee_no("Anna Snelling", "MV")
    assert employee_no("Anna Snelling", "MV") != employee_no("Anna Snellin", "MV")
    assert len(employee_no("Anna Snelling", "MV")) == 10


def test_an_entry_knows_team_post_and_grade(folder, db):
    import_results(MAPPING, folder(WON))

    entry = PointEntry.objects.get()
    assert (entry.staff.name, entry.unit.name) == ("Anna Snelling", "Team Dustin Brinkmann")
    assert (entry.post, entry.grade, entry.source) == ("wealth_rm", "trainee", "deal:MVA1")
    assert (entry.day, entry.metric, entry.amount) == (date(2017, 3, 1), "sales", 4514)


@pytest.mark.parametrize(
    ("deal", "reason"),
    [
        (
            "A1,Nobody,GTX Pro,,Won,2017-02-01,2017-03-01,10\n",
            "Nobody of this name is among the people.",
        ),
        (
            "A1,Anna Snelling,GTX,,Won,2017-02-01,2017-03-01,10\n",
            "product: product has no GTX.",
        ),
        (
            "A1,Anna Snelling,GTX Pro,,Won,2017-02-01,,10\n",
            "A deal needs its key, a person, a day and an amount.",
        ),
        (
            "A1,Anna Snelling,GTX Pro,,Won,2017-02-01,2027-03-01,10\n",
            "A date lies in the future.",
        ),
        (
            "A1,Anna Snelling,GTX Pro,,Won,2017-02-01,2017-03-01,ten\n",
            "close_value: This is not an amount like 1234.50.",
        ),
    ],
)
def test_a_bad_deal_is_put_aside_with_its_reason_and_stops_no_other(
    folder, tmp_path, db, deal, reason
):
    rejected = tmp_path / "rejected.csv"
    good = "B2,Mei-Mei Johns,GTX Pro,,Won,2017-02-01,2017-03-01,7\n"

    code, summary = import_results(MAPPING, folder(deal, good), rejected=rejected)

    [aside] = rows(rejected, encoding="utf-8-sig")
    assert (code, counts(summary), summary["amount"]) == (1, (1, 0, 0, 1), "7.00")
    assert (aside["file"], aside["row"], aside["reason"]) == ("sales_pipeline.csv", "2", reason)


def test_a_deal_that_contradicts_the_ledger_is_put_aside(folder, tmp_path, db):
    import_results(MAPPING, folder(WON))
    rejected = tmp_path / "rejected.csv"

    code, summary = import_results(MAPPING, folder(WON.replace("4514", "9999")), rejected=rejected)

    [aside] = rows(rejected, encoding="utf-8-sig")
    assert (code, counts(summary)) == (1, (0, 0, 0, 1))
    assert "deal with other figures, which stay" in aside["reason"]
    assert PointEntry.objects.get().amount == 4514


def test_a_file_that_was_wrong_is_taken_back_once_with_its_reason(folder, db):
    """By reversing entries, whatever the file says by now; people and other deals stay."""
    other = WON.replace("A1", "A2").replace("4514", "7")
    import_results(MAPPING, folder(WON, other))
    mended = folder(WON.replace("4514", "9999"))

    runs = [import_results(MAPPING, mended, take_back="The wrong month") for _twice in range(2)]

    assert [(code, counts(said), said["amount"]) for code, said in runs] == [
        (0, (0, 1, 0, 0), "-4514.00"),
        (0, (0, 0, 1, 0), "0.00"),
    ]
    [back] = PointEntry.objects.exclude(reverses=None)
    assert (back.reverses.source, back.amount) == ("deal:MVA1", -4514)
    facts = AuditEvent.objects.get(verb="points.reversed").facts
    assert (facts["source"], facts["reason"]) == ("deal:MVA1", "The wrong month")
    assert Staff.objects.filter(name="Anna Snelling").exists()


def test_taking_back_asks_for_a_reason_and_for_deals_that_are_there(folder, tmp_path, db):
    rejected = tmp_path / "rejected.csv"
    with pytest.raises(CommandError, match="reason"):
        import_results(MAPPING, folder(WON), take_back=" ")

    code, summary = import_results(MAPPING, folder(WON), take_back="Twice", rejected=rejected)

    [aside] = rows(rejected, encoding="utf-8-sig")
    assert (code, counts(summary), aside["reason"]) == (
        1,
        (0, 0, 0, 1),
        "The ledger has no such deal.",
    )


def test_somebody_who_was_transferred_stays_where_they_are(folder, outlet, now):
    import_results(MAPPING, folder())
    anna = Staff.objects.get(name="Anna Snelling")
    Posting.objects.filter(staff=anna).update(unit=outlet)

    _, summary = import_results(MAPPING, folder())

    assert counts(summary, "people") == (0, 0, 4, 0)
    assert anna.postings.get().unit == outlet


def test_nobody_becomes_a_relationship_manager_unless_the_mapping_vouches(folder, tmp_path, db):
    text = MAPPING.read_text().replace("eligible = true", "eligible = false")
    (tmp_path / "other.toml").write_text(text)

    with pytest.raises(CommandError, match="eligible must be true"):
        import_results(tmp_path / "other.toml", folder())

    assert Staff.objects.count() == 0
