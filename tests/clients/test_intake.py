"""Importing clients from a list: what is new, what has changed, and what cannot be used."""

from datetime import UTC, date
from decimal import Decimal

import pytest
from django.core.management.base import CommandError

from bench import made_up
from clients.book import actions as book
from clients.models import Client, Ownership
from crm.lib.secrets import blind_index
from managers.audit.queries import verify
from managers.models import AuditEvent, OrgUnit
from tests.importing import MAPPINGS, counts, import_clients

SIMPLE = MAPPINGS / "simple.toml"


def only():
    return Client.objects.get()


def test_a_new_client_waits_in_the_pool_of_the_outlet(client_list, outlet, now):
    file = client_list(
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


def test_each_new_client_has_an_ownership_and_a_line_in_the_audit(client_list, outlet, now):
    import_clients(SIMPLE, client_list({}, {}, {}))

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


def test_the_same_file_again_changes_nothing(client_list, outlet):
    file = client_list({}, {"aum": "-"}, {"phone": "-"})
    import_clients(SIMPLE, file)
    before = list(Client.objects.values().order_by("pk"))

    code, summary = import_clients(SIMPLE, file)

    assert (code, counts(summary)) == (0, (0, 0, 3, 0))
    assert list(Client.objects.values().order_by("pk")) == before
    assert AuditEvent.objects.exclude(verb="client.imported").count() == 0


def test_a_changed_row_changes_its_fields_and_no_others(client_list, outlet):
    import_clients(SIMPLE, client_list({"city": "南湖"}, {}))
    before = Client.objects.values().get(number="T00000001")

    _, summary = import_clients(SIMPLE, client_list({"phone": "10000999999", "city": "滨河"}, {}))

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


def test_a_cell_that_is_missing_leaves_what_the_book_knows(client_list, outlet):
    import_clients(SIMPLE, client_list({"email": "old@mail.example"}))

    _, summary = import_clients(SIMPLE, client_list({"email": " ", "name": "NULL", "aum": ""}))

    assert counts(summary) == (0, 0, 1, 0)
    assert only().email.open() == "old@mail.example"


def test_a_client_who_was_assigned_stays_with_the_owner(client_list, outlet, head, rm, now):
    import_clients(SIMPLE, client_list({"aum": "60000.00"}))
    book.assign(only(), to=rm, was=None, by=head, at=now)

    _, summary = import_clients(SIMPLE, client_list({"aum": "70000.00"}))

    client = only()
    assert counts(summary) == (0, 1, 0, 0)
    assert (client.owner, client.pool, client.state) == (rm, None, "owned")
    assert client.aum == Decimal("70000.00")


def test_the_tier_moves_with_the_assets_alone(client_list, outlet):
    import_clients(SIMPLE, client_list({"aum": "600000.00"}))
    Client.objects.update(tier="gold")  # the month's average has ruled

    import_clients(SIMPLE, client_list({"aum": "600000.00"}))
    assert only().tier == "gold"

    import_clients(SIMPLE, client_list({"aum": "6000000.00"}))
    assert only().tier == "private"


def test_a_dry_run_says_what_would_happen_and_does_nothing(client_list, outlet):
    code, summary = import_clients(SIMPLE, client_list({}, {"sex": "x"}), dry_run=True)

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
    client_list, tmp_path, outlet, mapping, sentence
):
    client_list({})
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


def test_files_are_found_by_name_in_a_folder_or_by_role(client_list, tmp_path, outlet):
    client_list({})
    other = client_list({}, {}, name="of-march.csv")
    unknown = client_list({}, name="unknown.csv")

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
    with django_assert_max_num_queries(9):
        import_clients(SIMPLE, file)

    assert Client.objects.count() == 300
