"""Sources go on telling of both numbers after two files were made one."""

from datetime import date
from decimal import Decimal

import pytest

from clients.book.merged import above, below, standing
from clients.merging.actions import merge, undo
from clients.models import Client, Holding, Household, Member
from managers.models import AuditEvent
from tests.clients.ledger_of_days import D
from tests.factories import ClientFactory
from tests.importing import counts, import_clients

BORN = date(1980, 5, 4)
LISTS = """
[files]
clients = { name = "clients.csv" }
deposits = { name = "deposits.csv" }
homes = { name = "homes.csv" }
[clients]
from = "clients"
key = "number"
outlet = { value = "O1" }
name = "name"
email = "email"
aum = "aum"
[clients.profile]
city = "city"
[holdings.deposit]
from = "deposits"
key = "key"
client = "number"
name = { value = "定期存款" }
amount = "amount"
[households]
from = "homes"
key = "home"
client = "number"
relation = "relation"
"""


def made(number, **columns):
    return ClientFactory(
        **{"number": number, "name": "张伟", "birth_date": BORN, "aum": D(0), "tier": "regular"}
        | columns
    )


@pytest.fixture
def kept(rm):
    return made("K", owner=rm)


@pytest.fixture
def twin(rm):
    return made("T", owner=rm)


@pytest.fixture
def third(rm):
    return made("U", owner=rm)


@pytest.fixture
def say(tmp_path, outlet):
    """Import lists in which each file has these lines, and again, which must change nothing."""
    mapping = tmp_path / "lists.toml"
    mapping.write_text(LISTS)

    def said(clients="", deposits="", homes="", aside=0):
        (tmp_path / "clients.csv").write_text(f"number,name,email,aum,city\n{clients}")
        (tmp_path / "deposits.csv").write_text(f"number,key,amount\n{deposits}")
        (tmp_path / "homes.csv").write_text(f"home,number,relation\n{homes}")
        code, summary = import_clients(mapping, tmp_path)
        events = AuditEvent.objects.count()
        _code, again = import_clients(mapping, tmp_path)
        for kind in (None, "holdings", "households"):
            assert counts(again, kind)[:2] == (0, 0)
        assert AuditEvent.objects.count() == events
        assert bool(code) == bool(aside)
        return summary

    return said


def fresh(client):
    return Client.objects.get(pk=client.pk)


def test_a_list_leaves_what_a_head_decided_and_a_merge_taken_back_is_whole(
    kept, twin, head, say, now
):
    lines = "K,张伟,k@mail.example,10,\nT,张伟,t@mail.example,20,杭州\n"
    say(lines)
    done = merge(fresh(kept), fresh(twin), take=["email"], by=head, at=now)

    summary = say(lines)
    assert counts(summary) == (0, 0, 2, 0)
    assert (fresh(kept).email.open(), fresh(kept).aum) == ("t@mail.example", D(30))

    say(lines.replace("t@", "tt@").replace("杭州", "苏州").replace(",20,", ",50,"))
    assert (fresh(kept).email.open(), fresh(kept).aum) == ("tt@mail.example", D(60))
    assert fresh(kept).profile == {"city": "苏州"}

    undo(done, by=head, at=now)
    both = [(c.email.open(), c.aum, c.profile) for c in (fresh(kept), fresh(twin))]
    assert both == [
        ("k@mail.example", D(10), {}),
        ("tt@mail.example", D(50), {"city": "苏州"}),
    ]


def test_a_fact_that_the_source_tells_of_the_kept_file_too_stays_with_it(
    kept, twin, head, say, now
):
    say("T,张伟,,20,杭州\n")
    done = merge(fresh(kept), fresh(twin), by=head, at=now)
    say("K,张伟,,10,杭州\n")

    undo(done, by=head, at=now)

    assert (fresh(kept).profile, fresh(twin).profile) == ({"city": "杭州"}, {"city": "杭州"})


def test_holdings_of_one_key_stay_two_and_go_back_with_their_file(kept, twin, head, say, now):
    say(deposits="K,1,100\nT,1,200\n")
    done = merge(kept, twin, by=head, at=now)
    say(deposits="K,1,100\nT,1,250\nT,2,5\n")

    held = Holding.objects.filter(client=kept).order_by("amount")
    assert [row.amount for row in held] == [D(5), D(100), D(250)]
    undo(done, by=head, at=now)
    assert {(h.client.number, h.source_key, h.amount) for h in Holding.objects.all()} == {
        ("K", "deposit:1", D(100)),
        ("T", "deposit:1", D(250)),
        ("T", "deposit:2", D(5)),
    }


def test_what_is_merged_twice_over_leads_to_the_file_that_stands(
    kept, twin, third, rm, head, say, now
):
    last = made("V", owner=rm)
    for into, gone in ((twin, kept), (third, twin), (last, third)):
        merge(fresh(into), fresh(gone), by=head, at=now)

    say(deposits="K,1,100\n")

    assert Holding.objects.get().client == last
    assert above([kept.pk])[kept.pk] == [twin.pk, third.pk, last.pk]
    assert set(below([last.pk])[last.pk]) == {last.pk, third.pk, twin.pk, kept.pk}
    assert standing([kept.pk, last.pk]) == {kept.pk: last.pk, last.pk: last.pk}


def test_two_numbers_of_one_household_that_became_one_file_keep_one_place(
    kept, twin, third, head, say, now
):
    lines = "H,K,holder\nH,T,spouse\nH,U,child\n"
    say(homes=lines)
    done = merge(kept, twin, by=head, at=now)

    summary = say(homes=lines)

    assert counts(summary, "households") == (0, 0, 1, 0)
    undo(done, by=head, at=now)
    places = Member.objects.order_by("client__number").values_list("client__number", "relation")
    assert list(places) == [("K", "holder"), ("T", "spouse"), ("U", "child")]
    assert Household.objects.count() == 1


def test_a_client_of_another_household_of_the_same_file_is_put_aside(kept, twin, third, say, rm):
    made("V", owner=rm)
    say(homes="H,K,holder\nH,T,spouse\nI,U,holder\nI,V,spouse\n")
    before = set(Member.objects.values_list("client__number", "household__source_key"))

    summary = say(homes="H,U,holder\nH,T,spouse\nI,K,holder\nI,V,spouse\n", aside=2)

    assert counts(summary, "households") == (0, 0, 0, 2)
    assert set(Member.objects.values_list("client__number", "household__source_key")) == before


def test_an_identity_number_that_went_to_the_kept_file_is_known_there(
    kept, twin, head, now, tmp_path, outlet
):
    path = tmp_path / "ids.toml"
    path.write_text(
        LISTS.split("[holdings")[0].replace("[clients]", "[clients]\nidentity_no = 'id'")
    )
    for name in ("deposits", "homes"):
        (tmp_path / f"{name}.csv").write_text("x\n")
    lines = "number,name,email,aum,city,id\nT,张伟,,,,110101198005040014\n"
    (tmp_path / "clients.csv").write_text(lines)
    import_clients(path, tmp_path)
    merge(fresh(kept), fresh(twin), by=head, at=now)

    code, summary = import_clients(path, tmp_path)

    assert (code, counts(summary)) == (0, (0, 0, 1, 0))
    assert fresh(kept).identity_no.open() == "110101198005040014"
    assert Decimal(fresh(twin).aum) == D(0)
