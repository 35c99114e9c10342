"""Every client's details are sealed with a key of the client's own (rules J5, J7; security 12)."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from clients.book import actions
from clients.book.details import sealed_columns
from clients.book.models import SEALED, SHUT, Client
from crm.lib.secrets import Sealed, UnreadableError
from managers.audit.actions import record
from managers.audit.queries import verify
from managers.models import AuditEvent
from tests.factories import ClientFactory

pytestmark = pytest.mark.django_db

PHONE, OTHER = "16112342210", "16187654321"
DETAILS = {
    "phone": PHONE,
    "email": "zhou@mail.example",
    "identity_no": "110101198005040030",
    "address": "Willow Lane 5",
}


@pytest.fixture
def file(rm):
    return ClientFactory(owner=rm, **sealed_columns(**DETAILS))


def opened(client) -> dict[str, str]:
    """All details of the client as the database has them."""
    fresh = Client.objects.get(pk=client.pk)
    return {name: getattr(fresh, name).open() for name in SEALED}


def throw_key_away(client) -> None:
    Client.objects.filter(pk=client.pk).update(data_key="")


def test_every_client_has_a_key_and_every_value_names_it(file, rm):
    other = ClientFactory(owner=rm, **sealed_columns(phone=OTHER))

    assert opened(file) == DETAILS
    assert len({file.data_key, other.data_key}) == 2
    heads = {getattr(file, name).token.rpartition(".")[0] for name in SEALED}
    assert len(heads) == 1
    assert heads != {other.phone.token.rpartition(".")[0]}


def test_what_one_key_sealed_another_does_not_open(file, rm):
    other = ClientFactory(owner=rm)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE clients_client SET phone = %s WHERE id = %s", [file.phone.token, other.pk]
        )

    with pytest.raises(UnreadableError):
        Client.objects.get(pk=other.pk).phone.open()


def test_what_moves_to_another_client_is_sealed_by_that_client_s_key(file, rm):
    other = ClientFactory(owner=rm)
    other.phone = file.phone
    other.save()
    throw_key_away(file)

    assert Client.objects.get(pk=other.pk).phone.open() == PHONE


def test_without_the_key_nothing_opens_and_nothing_can_be_sealed(file):
    throw_key_away(file)
    bare = Client.objects.get(pk=file.pk)

    for name in SEALED:
        with pytest.raises(UnreadableError):
            getattr(bare, name).open()
    with pytest.raises(UnreadableError, match="thrown away"):
        bare.phone = OTHER
    bare.phone = ""
    assert not bare.phone


def test_lists_leave_key_and_details_in_the_database_until_one_is_asked_for(
    file, django_assert_num_queries
):
    [row] = Client.objects.all().for_list()
    assert set(SHUT) <= row.get_deferred_fields()

    with django_assert_num_queries(1):
        assert row.phone.open() == PHONE
    with django_assert_num_queries(1):
        assert row.email.open() == DETAILS["email"]


def test_a_deferred_client_takes_a_new_detail(file):
    [row] = Client.objects.all().for_list()
    row.phone = OTHER
    row.save(update_fields=["phone"])

    assert opened(file) == DETAILS | {"phone": OTHER}


def test_an_update_of_many_rows_cannot_seal(file):
    with pytest.raises(TypeError, match="assign it to an instance"):
        Client.objects.update(phone=OTHER)


def test_the_audit_keeps_before_and_after_for_who_has_the_key(file, rm, now):
    wanted = {"phone": OTHER, "name": "周晓"}
    before = file.name
    actions.edit(file, version=file.version, by=rm, at=now, **wanted)

    event = AuditEvent.objects.get(verb="client.edited")
    kept = {
        name: [Sealed(token, file.data_key).open() for token in tokens]
        for name, tokens in event.sealed.items()
    }
    assert kept == {"phone": [PHONE, OTHER], "name": [before, "周晓"]}
    assert PHONE not in str(event.sealed)


def test_once_the_key_is_gone_the_audit_holds_and_tells_nothing(file, rm, now):
    actions.edit(file, version=file.version, by=rm, at=now, phone=OTHER)
    throw_key_away(file)

    [token, _after] = AuditEvent.objects.get(verb="client.edited").sealed["phone"]
    with pytest.raises(UnreadableError):
        Sealed(token, Client.objects.get(pk=file.pk).data_key).open()
    assert verify().fault is None


@pytest.mark.usefixtures("open_ledgers")
def test_sealed_values_that_were_taken_out_of_the_audit_are_missed(file, rm, now):
    actions.edit(file, version=file.version, by=rm, at=now, phone=OTHER)
    AuditEvent.objects.update(sealed=None)

    assert verify().fault.harm == "edited"


def test_a_plain_text_does_not_pass_into_the_audit(file, rm, now):
    with pytest.raises(AttributeError):
        record("client.edited", file, by=rm, at=now, sealed={"phone": PHONE})


def test_rows_of_the_version_before_get_their_keys_and_can_lose_them_again(file):
    migration = import_module("clients.migrations.0010_a_key_for_each_client")

    migration.take_keys(apps, None)
    old = Client.objects.get(pk=file.pk)
    assert (old.data_key, old.phone.token.partition(".")[0]) == ("", "v1")
    assert opened(file) == DETAILS

    migration.give_keys(apps, None)
    new = Client.objects.get(pk=file.pk)
    assert (new.data_key[:3], new.phone.token.partition(".")[0]) == ("k1.", "v2")
    assert opened(file) == DETAILS
