"""Importing clients from a list: what is new, what has changed, and what cannot be used."""

import random
from datetime import UTC, date
from decimal import Decimal

import pytest
from django.core.management.base import CommandError

from clients.book import actions as book
from clients.models import Client, Ownership
from crm.lib.secrets import blind_index
from managers.audit.queries import verify
from managers.models import AuditEvent, OrgUnit
from tests.clients import made_up
from tests.importing import MAPPINGS, counts, import_clients, rows

SIMPLE = MAPPINGS / "simple.toml"


@pytest.fixture
def write(tmp_path):
    """Write a list of clients; each row is a client of the generator with some cells changed."""

    def written(*changes, name="clients.csv", raw=""):
        path = tmp_path / name
        dice = random.Random(7)
        lines = [",".join(made_up.COLUMNS)]
        for n, changed in enumerate(changes, start=1):
            cells = made_up.row(n, dice, ["O1"]) | changed
            lines.append(",".join(f'"{cells[column]}"' for column in made_up.COLUMNS))
        path.write_text("\n".join(lines) + "\n" + raw, encoding="utf-8")
        return path

    return written


@pytest.fixture
def rejected(tmp_path):
    return tmp_path / "rejected.csv"


def only():
    return Client.objects.get()


def test_a_new_client_waits_in_the_pool_of_the_outlet(write, outlet, now):
    file = write(
        {
            "number": "88000001",
            "name": "单雄信",
            "sex": "男",
            "birth_date": "1980-02-29",
            "phone": "+86 138-1234-5678",
            "email": "shan@mail.example",
            "identity_no": "-",
            "address": "None",
            "aum": "2,000,000.00",
            "client_since": "2019-08-22",
            "occupation": "律师",
        }
    )

    code, summary = import_clients(SIMPLE, file)

    client = only()
    assert (code, counts(summary)) == (0, (1, 0, 0, 0))
    assert (client.number, client.name, client.pinyin) == ("88000001", "单雄信", "shan xiongxin")
    assert (client.joined_pinyin, client.initials) == ("shanxiongxin", "sxx")
    assert (client.sex, client.birth_date) == ("m", date(1980, 2, 29))
    assert (client.phone.open(), client.phone_last4) == ("13812345678", "5678")
    assert client.phone_index == blind_index("phone", "13812345678")
    assert client.email.open() == "shan@mail.example"
    assert not client.identity_no
    assert not client.address
    assert (client.aum, client.tier) == (Decimal("2000000.00"), "diamond")
    assert client.client_since == date(2019, 8, 22)
    assert client.profile == {"occupation": "律师", "city": "南湖"}
    assert (client.state, client.outlet, client.pool, client.owner) == (
        "identified",
        outlet,
        outlet,
        None,
    )
    assert client.responsible_since == client.created_at == now


def test_each_new_client_has_a_stretch_of_ownership_and_a_line_in_the_audit(write, outlet, now):
    import_clients(SIMPLE, write({}, {}, {}))

    clients = list(Client.objects.order_by("pk"))
    stretches = Ownership.objects.order_by("client").values_list(
        "client", "pool", "since", "until", "cause"
    )
    assert list(stretches) == [
        (client.pk, outlet.pk, now.astimezone(UTC), None, "imported") for client in clients
    ]
    events = AuditEvent.objects.order_by("pk").values_list("verb", "client_id", "actor")
    assert list(events) == [("client.imported", client.pk, None) for client in clients]
    assert verify().fault is None


def test_the_same_file_again_changes_nothing(write, outlet):
    file = write({}, {"aum": "-"}, {"phone": "-"})
    import_clients(SIMPLE, file)
    before = list(Client.objects.values().order_by("pk"))

    code, summary = import_clients(SIMPLE, file)

    assert (code, counts(summary)) == (0, (0, 0, 3, 0))
    assert list(Client.objects.values().order_by("pk")) == before
    assert AuditEvent.objects.exclude(verb="client.imported").count() == 0


def test_a_changed_row_changes_its_fields_and_no_others(write, outlet):
    import_clients(SIMPLE, write({"city": "南湖"}, {}))
    before = Client.objects.values().get(number="T00000001")

    _, summary = import_clients(SIMPLE, write({"phone": "10000999999", "city": "滨河"}, {}))

    after = Client.objects.values().get(number="T00000001")
    changed = {name for name in after if after[name] != before[name]}
    assert counts(summary) == (0, 1, 1, 0)
    assert changed == {"phone", "phone_index", "phone_last4", "profile", "version"}
    assert after["profile"] == before["profile"] | {"city": "滨河"}
    edited = AuditEvent.objects.get(verb="client.edited")
    assert (edited.client_id, sorted(edited.facts["fields"])) == (
        before["id"],
        ["phone", "phone_index", "phone_last4", "profile"],
    )


def test_a_cell_that_is_missing_leaves_what_the_book_knows(write, outlet):
    import_clients(SIMPLE, write({"email": "old@mail.example"}))

    _, summary = import_clients(SIMPLE, write({"email": " ", "name": "NULL", "aum": ""}))

    assert counts(summary) == (0, 0, 1, 0)
    assert only().email.open() == "old@mail.example"


def test_a_client_who_was_assigned_stays_with_the_owner(write, outlet, head, rm, now):
    import_clients(SIMPLE, write({"aum": "60000.00"}))
    book.assign(only(), to=rm, was=None, by=head, at=now)

    _, summary = import_clients(SIMPLE, write({"aum": "70000.00"}))

    client = only()
    assert counts(summary) == (0, 1, 0, 0)
    assert (client.owner, client.pool, client.state) == (rm, None, "owned")
    assert client.aum == Decimal("70000.00")


def test_the_tier_moves_with_the_assets_alone(write, outlet):
    import_clients(SIMPLE, write({"aum": "600000.00"}))
    Client.objects.update(tier="gold")  # the month's average has ruled

    import_clients(SIMPLE, write({"aum": "600000.00"}))
    assert only().tier == "gold"

    import_clients(SIMPLE, write({"aum": "6000000.00"}))
    assert only().tier == "private"


BAD = [
    ({"outlet": "O9"}, "There is no outlet with the code O9."),
    ({"outlet": "-"}, "The row names no outlet."),
    ({"number": "-"}, "number is missing."),
    ({"number": "9" * 41}, f"The number {'9' * 41} is too long."),
    ({"sex": "x"}, "sex: This word is not in the dictionary of the mapping."),
    ({"birth_date": "1980-02-30"}, "birth_date: This day does not exist."),
    ({"birth_date": "30.1.1980"}, "birth_date: This is not a date like YYYY-MM-DD."),
    ({"birth_date": "2027-01-01"}, "A date lies in the future."),
    (
        {"phone": "1381234567"},
        "A Chinese mobile number has 11 digits; this one has 10.",
    ),
    (
        {"identity_no": "320500199001010002"},
        "The check digit is wrong: a digit of this number was mistyped.",
    ),
    ({"aum": "12,34"}, "aum: This is not an amount like 1,234.50."),
    ({"aum": "1.005"}, "assets: “1.005” is not an amount with at most two decimals."),
    ({"aum": "-1"}, "Assets cannot be negative."),
    ({"email": "nobody"}, "Enter a valid email address."),
    ({"address": "路" * 201}, "The address is too long."),
    ({"occupation": "忙" * 201}, "A fact is longer than 200 characters."),
]


@pytest.mark.parametrize(("changed", "reason"), BAD)
def test_a_bad_row_is_put_aside_with_its_reason_and_stops_no_other(
    write, outlet, rejected, changed, reason
):
    code, summary = import_clients(SIMPLE, write({}, changed, {}), rejected=rejected)

    [aside] = rows(rejected, encoding="utf-8-sig")
    assert (code, counts(summary)) == (1, (2, 0, 0, 1))
    assert (aside["file"], aside["row"], aside["reason"]) == ("clients.csv", "3", reason)
    [(column, cell)] = changed.items()
    assert aside[column].removeprefix("'") == cell
    assert sorted(Client.objects.values_list("number", flat=True)) == ["T00000001", "T00000003"]


def test_a_row_with_too_many_cells_keeps_all_of_them(write, outlet, rejected):
    file = write({}, raw="T9,a,b,c,d,e,f,g,h,i,O1,k,l,m,n\n")

    import_clients(SIMPLE, file, rejected=rejected)

    [aside] = rows(rejected, encoding="utf-8-sig", restkey="beyond")
    assert aside["reason"] == "This row has 15 cells, the header 13."
    assert (aside["number"], aside["city"], aside["beyond"]) == ("T9", "l", ["m", "n"])


def test_a_file_that_was_cut_off_gives_what_came_before(write, outlet, rejected):
    file = write({}, {}, raw='T9,"王')

    code, summary = import_clients(SIMPLE, file, rejected=rejected)

    [aside] = rows(rejected, encoding="utf-8-sig")
    assert (code, counts(summary)) == (1, (2, 0, 0, 1))
    assert (aside["row"], "cut off" in aside["reason"]) == ("4", True)


def test_a_repeated_key_counts_once(write, outlet, rejected):
    file = write({"number": "7"}, {"number": "8"}, {"number": "7"})

    code, summary = import_clients(SIMPLE, file, rejected=rejected)

    [aside] = rows(rejected, encoding="utf-8-sig")
    assert (code, counts(summary)) == (1, (2, 0, 0, 1))
    assert (aside["row"], aside["reason"]) == ("4", "Row 2 has the same key.")


def test_nobody_gets_a_second_file_under_another_number(write, outlet, rejected):
    identity = made_up.row(1, random.Random(7), ["O1"])["identity_no"]
    import_clients(SIMPLE, write({"identity_no": identity}))

    code, summary = import_clients(
        SIMPLE, write({"number": "other", "identity_no": identity}), rejected=rejected
    )

    [aside] = rows(rejected, encoding="utf-8-sig")
    assert (code, counts(summary)) == (1, (0, 0, 0, 1))
    assert aside["reason"] == "Client T00000001 has this identity number."


def test_rejected_rows_are_safe_in_a_spreadsheet_and_closed_to_others(write, outlet, rejected):
    import_clients(SIMPLE, write({"sex": "=1+1", "name": "@SUM(A1)"}), rejected=rejected)

    [aside] = rows(rejected, encoding="utf-8-sig")
    assert (aside["sex"], aside["name"]) == ("'=1+1", "'@SUM(A1)")
    assert rejected.stat().st_mode & 0o777 == 0o600


def test_without_a_rejected_row_no_file_is_made(write, outlet, rejected):
    _, summary = import_clients(SIMPLE, write({}), rejected=rejected)

    assert (summary["rejected_file"], rejected.exists()) == (None, False)


def test_a_dry_run_says_what_would_happen_and_does_nothing(write, outlet):
    code, summary = import_clients(SIMPLE, write({}, {"sex": "x"}), dry_run=True)

    assert (code, counts(summary), summary["dry_run"]) == (1, (1, 0, 0, 1), True)
    assert (Client.objects.count(), AuditEvent.objects.count()) == (0, 0)


def test_a_run_that_was_cut_off_is_finished_by_the_next(tmp_path, outlet):
    whole = made_up.write(tmp_path / "clients.csv", 40, ["O1"])
    lines = whole.read_text().splitlines(keepends=True)
    (tmp_path / "begun").mkdir()
    begun = tmp_path / "begun" / "clients.csv"
    begun.write_text("".join(lines[:26]))

    import_clients(SIMPLE, begun)
    _, summary = import_clients(SIMPLE, whole)

    assert counts(summary) == (15, 0, 25, 0)


@pytest.mark.parametrize(
    ("mapping", "sentence"),
    [
        ("clients = 1", "clients is of the wrong kind: 1."),
        ("[format]\nseperator = ';'", "The mapping has a key that means nothing: format.seperator"),
        ("[clients", "bad.toml is not TOML"),
        ("[clients]\nkey = 'n'", "The mapping lacks clients.from."),
        ("[clients]\nfrom = 'x'\nkey = 'n'", "needs either clients.outlet or [units.outlet]"),
        (
            "[clients]\nfrom = 'x'\nkey = 'n'\noutlet = 'o'\naum = { column = 'a', as = 'text' }",
            "clients.aum.as must be amount, not text.",
        ),
        (
            "[files]\nx = { name = 'clients.csv' }\n"
            "[clients]\nfrom = 'x'\nkey = 'nummer'\noutlet = 'outlet'",
            "clients.key speaks of nummer, which no header has.",
        ),
        (
            "[files]\nx = { name = 'absent.csv' }\n"
            "[clients]\nfrom = 'x'\nkey = 'number'\noutlet = 'outlet'",
            "absent.csv is missing",
        ),
        (
            "[files]\nx = { name = 'clients.csv' }\n[clients]\nfrom = 'x'\nkey = 'number'\n"
            "outlet = 'outlet'\nbirth_date = { column = 'birth_date', format = 'YYMMDD' }",
            "needs a century",
        ),
    ],
)
def test_a_mapping_that_is_wrong_is_said_before_anything_is_written(
    write, tmp_path, outlet, mapping, sentence
):
    write({})
    (tmp_path / "bad.toml").write_text(mapping)

    with pytest.raises(CommandError) as refused:
        import_clients(tmp_path / "bad.toml")

    assert sentence in str(refused.value)
    assert Client.objects.count() == 0


def test_branches_grow_under_the_head_office_that_is_there(tmp_path, head_office):
    columns = "customer_id,name,age,gender,occupation,occupation_type,monthly_income,"
    columns += "open_account_date,lifecycle_stage,marriage_status,city_level,branch_name\n"
    person = "{},王丹,49,男,律师,专业人士,49458.85,2019-08-22,新客户,已婚,一线城市,{}\n"
    places = ["招商银行上海分行外滩支行", "招商银行上海分行陆家嘴支行", "招商银行外滩", ""]
    file = tmp_path / "customer_base.csv"
    file.write_text(columns + "".join(person.format(n, place) for n, place in enumerate(places)))

    code, summary = import_clients(MAPPINGS / "cn-bank-clients.toml", file)

    assert (code, counts(summary)) == (1, (2, 0, 0, 2))
    assert counts(summary, "units") == (3, 0, 1, 0)
    tree = OrgUnit.objects.values_list("name", "parent__name").order_by("path")
    assert list(tree) == [
        ("总行", None),
        ("上海分行", "总行"),
        ("陆家嘴支行", "上海分行"),
        ("外滩支行", "上海分行"),
    ]


def test_files_are_found_by_name_in_a_folder_or_by_role(write, tmp_path, outlet):
    write({})
    other = write({}, {}, name="of-march.csv")
    unknown = write({}, name="unknown.csv")

    assert counts(import_clients(SIMPLE, tmp_path, dry_run=True)[1]) == (1, 0, 0, 0)
    assert counts(import_clients(SIMPLE, f"clients={other}", dry_run=True)[1]) == (2, 0, 0, 0)
    assert counts(import_clients(SIMPLE, other, dry_run=True)[1]) == (2, 0, 0, 0)
    assert counts(import_clients(SIMPLE, tmp_path, unknown, dry_run=True)[1]) == (1, 0, 0, 0)


def test_an_import_costs_the_same_number_of_queries_for_any_size(
    tmp_path, outlet, django_assert_max_num_queries
):
    file = made_up.write(tmp_path / "clients.csv", 300, ["O1"])

    with django_assert_max_num_queries(40):
        import_clients(SIMPLE, file)
    with django_assert_max_num_queries(8):
        import_clients(SIMPLE, file)

    assert Client.objects.count() == 300
