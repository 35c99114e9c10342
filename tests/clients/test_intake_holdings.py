"""Importing holdings and households: found again, updated, and put aside."""

from datetime import date
from decimal import Decimal

import pytest

from clients.models import Client, Holding, Household, Member
from managers.models import AuditEvent
from tests.factories import ClientFactory
from tests.importing import counts, import_clients, rows

MAPPING = """
prefix = "X"
[format]
separator = ";"
missing = ["?"]
[files]
people = { name = "people.csv" }
products = { name = "products.csv" }
accounts = { name = "accounts.csv" }
[tables.account]
from = "accounts"
key = "account"
where = { role = ["first", "only"] }
[clients]
from = "people"
key = "id"
outlet = { value = "O1" }
name = "name"
[holdings.product]
from = "products"
join = { account = "account" }
key = "key"
client = "account.person"
category = { column = "kind", map = { T = "deposit", L = "loan" } }
name = { template = "{kind}-{key}" }
amount = { column = "amount", decimal = ",", thousands = "." }
currency = { column = "currency", default = "CNY" }
opened_on = { column = "opened", format = "%d.%m.%Y" }
is_open = { column = "open", default = "yes" }
matures_on = "due"
redeemed_on = "redeemed"
[households]
from = "accounts"
key = "account"
client = "person"
relation = { column = "role", map = { first = "holder", second = "authorised", only = "holder" } }
"""
PEOPLE = "id;name\n1;王丹\n2;李旭\n3;宋超\n"
ACCOUNTS = "account;person;role\na;1;first\na;2;second\nb;3;only\n"
PRODUCTS = """key;account;kind;amount;currency;opened;open;due;redeemed
7;a;T;1.234,50;?;01.02.2020;?;2027-02-01;?
8;b;L;900,00;CZK;?;no;?;?
"""


@pytest.fixture
def load(tmp_path, outlet):
    """Import the small bank with some of its files written otherwise."""
    (tmp_path / "bank.toml").write_text(MAPPING)

    def loaded(people=PEOPLE, accounts=ACCOUNTS, products=PRODUCTS):
        (tmp_path / "people.csv").write_text(people)
        (tmp_path / "accounts.csv").write_text(accounts)
        (tmp_path / "products.csv").write_text(products)
        rejected = tmp_path / "rejected.csv"
        rejected.unlink(missing_ok=True)
        code, summary = import_clients(tmp_path / "bank.toml", tmp_path, rejected=rejected)
        aside = rows(rejected, encoding="utf-8-sig") if code else []
        return summary, [(row["file"], row["row"], row["reason"]) for row in aside]

    return loaded


def test_holdings_find_their_client_through_a_joined_file(load):
    summary, aside = load()

    found = Holding.objects.order_by("source_key").values_list(
        "client__number", "source_key", "category", "name", "amount", "currency", "opened_on"
    )
    assert (counts(summary, "holdings"), aside) == ((2, 0, 0, 0), [])
    assert list(found) == [
        ("X1", "product:7", "deposit", "T-7", Decimal("1234.50"), "CNY", date(2020, 2, 1)),
        ("X3", "product:8", "loan", "L-8", Decimal("900.00"), "CZK", None),
    ]
    assert list(Holding.objects.order_by("pk").values_list("is_open", flat=True)) == [True, False]


def test_a_changed_holding_is_updated_and_the_others_stay(load):
    load()

    summary, _ = load(products=PRODUCTS.replace("900,00", "450,00"))

    changed = Holding.objects.get(source_key="product:8")
    assert counts(summary, "holdings") == (0, 1, 1, 0)
    assert changed.amount == Decimal("450.00")
    edited = AuditEvent.objects.get(verb="holding.edited")
    assert (edited.subject_id, edited.client_id) == (str(changed.pk), changed.client_id)


def test_a_holding_without_its_client_is_put_aside(load):
    summary, aside = load(
        people="id;name\n1;王丹\n2;李旭\n",
        products=PRODUCTS
        + "".join(f"{row};?;?;?;?;?\n" for row in ("9;c;T;1,00", "10;a;Q;1,00", "7;a;T;5,00")),
    )

    assert counts(summary) == (2, 0, 0, 0)
    assert counts(summary, "holdings") == (1, 0, 0, 4)
    assert aside == [
        ("products.csv", "4", "account: account has no c."),
        ("products.csv", "5", "kind: This word is not in the dictionary of the mapping."),
        ("products.csv", "6", "Row 2 has the same key."),
        ("products.csv", "3", "There is no client X3."),
    ]


def test_a_key_that_a_table_has_twice_joins_nothing(load):
    summary, aside = load(accounts=ACCOUNTS + "b;2;only\n")

    assert ("products.csv", "3", "account: account has b several times.") in aside
    assert counts(summary, "holdings") == (1, 0, 0, 1)


def test_people_of_one_account_are_a_household_and_others_are_none(load):
    summary, _ = load()

    members = Member.objects.values_list("household__source_key", "client__number", "relation")
    assert counts(summary, "households") == (1, 0, 0, 0)
    assert list(members) == [("Xa", "X1", "holder"), ("Xa", "X2", "authorised")]


def test_a_household_is_joined_and_its_relations_are_kept_up_to_date(load):
    load()

    third = ACCOUNTS.replace("a;1;first\na;2;second", "a;1;second\na;2;second\na;3;first")
    summary, _ = load(accounts=third)

    members = Member.objects.order_by("client").values_list("client__number", "relation")
    assert counts(summary, "households") == (0, 1, 0, 0)
    assert list(members) == [("X1", "authorised"), ("X2", "authorised"), ("X3", "holder")]
    assert Household.objects.count() == 1


def test_a_client_belongs_to_one_household(load):
    summary, aside = load(accounts=ACCOUNTS + "c;2;first\nc;3;second\nc;1;second\nb;1;second\n")

    assert counts(summary, "households") == (1, 0, 0, 3)
    assert aside == [
        ("accounts.csv", "8", "X1 belongs to household Xa."),
        ("accounts.csv", "5", "X2 belongs to household Xa."),
        ("accounts.csv", "7", "X1 belongs to household Xa."),
    ]


def test_a_client_whom_somebody_put_into_a_household_stays_there(load):
    load(accounts="account;person;role\nb;3;only\n")
    family = Household.objects.create()
    wang = Client.objects.get(number="X1")
    Member.objects.create(household=family, client=wang, relation="spouse")

    summary, aside = load()

    assert counts(summary, "households") == (0, 0, 0, 1)
    assert aside == [("accounts.csv", "2", "X1 belongs to another household.")]
    assert Member.objects.get() == wang.membership


def test_clients_of_other_files_are_left_alone(load):
    other = ClientFactory(number="1")

    load()

    assert not other.holdings.exists()
    assert Client.objects.get(number="1").name == other.name


def test_what_was_redeemed_before_its_day_is_closed_and_stays_so(load):
    load()
    redeemed = PRODUCTS.replace("2027-02-01;?", "2027-02-01;2026-11-20")

    summary, _aside = load(products=redeemed)

    assert counts(summary, "holdings") == (0, 1, 1, 0)
    taken = Holding.objects.get(source_key="product:7")
    assert (taken.redeemed_on, taken.is_open) == (date(2026, 11, 20), False)
    summary, _aside = load()  # a list that knows nothing of it
    assert counts(summary, "holdings") == (0, 0, 2, 0)


@pytest.mark.parametrize(
    ("days", "reason"),
    [
        ("2027-02-01;2026-11-24", "A date lies in the future."),
        ("2026-10-01;2026-10-01", "An early redemption comes before the maturity."),
    ],
)
def test_a_redemption_that_cannot_be_is_put_aside(load, days, reason):
    _summary, aside = load(products=PRODUCTS.replace("2027-02-01;?", days))

    assert aside == [("products.csv", "2", reason)]
