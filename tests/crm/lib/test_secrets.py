import base64
import json
import logging
import pickle

import pytest
from django.core import serializers
from django.core.exceptions import FieldError, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.forms import modelform_factory
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from crm.lib.secrets import EncryptedField, Sealed, UnreadableError, blind_index
from tests.crm.lib.models import Purse

PHONE = "13800005678"
KEYS = {name: base64.b64encode(name.encode() * 16).decode() for name in ("k1", "k2")}


@pytest.fixture(autouse=True)
def keys(settings):
    settings.FIELD_KEYS = KEYS
    settings.FIELD_KEY_CURRENT = "k1"
    settings.BLIND_INDEX_KEY = "a key of its own"
    return settings


def raw_secret():
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT secret FROM "{Purse._meta.db_table}"')
        return cursor.fetchone()[0]


@given(st.text())
def test_a_sealed_text_opens_to_itself(text):
    assert Sealed.of(text).open() == text
    assert bool(Sealed.of(text)) == bool(text)


def everything_that_shows(value):
    """All the ways in which a value slips into logs, pages, caches and queues."""
    record = logging.LogRecord("guibin", logging.INFO, "", 0, "%s %r", (value, value), None)
    return [
        str(value),
        repr(value),
        f"{value}",
        f"{value:>40}",
        f"{value!r}",
        f"{value}",
        repr({"phone": [value]}),
        record.getMessage(),
        Template("{{ value }} {{ value|safe }}").render(Context({"value": value})),
        pickle.dumps(value).decode("latin-1"),
    ]


# The prefix keeps the text from being a word that the mask itself shows, such as "Sealed".
@given(st.text(st.characters(categories=["L", "N"]), min_size=6).map("number {}".format))
def test_a_sealed_text_is_never_shown_by_accident(text):
    value = Sealed.of(text)

    assert [shown for shown in everything_that_shows(value) if text in shown] == []


@pytest.mark.parametrize("encoder", [json.JSONEncoder, DjangoJSONEncoder])
def test_a_sealed_text_does_not_pass_into_json(encoder):
    with pytest.raises(TypeError):
        json.dumps({"phone": Sealed.of(PHONE)}, cls=encoder)


def test_a_sealed_text_survives_a_cache():
    value = Sealed.of(PHONE)

    assert pickle.loads(pickle.dumps(value)) == value
    assert hash(pickle.loads(pickle.dumps(value))) == hash(value)


def test_equal_texts_are_sealed_differently():
    assert Sealed.of(PHONE).token != Sealed.of(PHONE).token


def test_a_text_sealed_with_an_older_key_still_opens(keys):
    older = Sealed.of(PHONE)
    keys.FIELD_KEY_CURRENT = "k2"

    assert older.open() == PHONE
    assert [older.token[:6], Sealed.of(PHONE).token[:6]] == ["v1.k1.", "v1.k2."]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: token.replace("v1.k1.", "v1.k2."),
        lambda token: token.replace("v1.k1.", "v1.k9."),
        lambda token: token.replace("v1.k1.", "v2.k1."),
        lambda token: token[:-4] + ("AAAA" if token[-4:] != "AAAA" else "BBBB"),
        lambda token: token[:20],
        lambda token: "v1.k1.",
        lambda token: PHONE,
    ],
)
def test_an_altered_value_is_refused_and_not_quoted(spoil):
    with pytest.raises(UnreadableError) as refused:
        Sealed(spoil(Sealed.of(PHONE).token)).open()

    assert str(refused.value) == "A sealed value cannot be opened."
    assert refused.value.__suppress_context__


def test_the_database_holds_no_plain_text(purses):
    purses.create(pk=1, secret=PHONE)

    assert raw_secret().startswith("v1.k1.")
    assert PHONE not in raw_secret()
    assert purses.get().secret.open() == PHONE


def test_a_plain_text_is_sealed_the_moment_it_is_assigned():
    purse = Purse(secret=PHONE)

    assert isinstance(purse.secret, Sealed)
    assert PHONE not in repr(vars(purse))


def test_saving_again_keeps_the_stored_value(purses):
    purses.create(pk=1, secret=PHONE)
    before = raw_secret()

    purses.get().save()

    assert raw_secret() == before


def test_an_update_seals_as_well(purses):
    purses.create(pk=1)
    purses.update(secret=PHONE)

    assert purses.get().secret.open() == PHONE
    assert purses.defer("secret").get().secret.open() == PHONE


def test_only_the_empty_can_be_looked_for(purses):
    purses.create(pk=1, secret=PHONE)
    purses.create(pk=2)

    assert [purse.pk for purse in purses.filter(secret="")] == [2]
    with pytest.raises(TypeError, match="blind index"):
        purses.filter(secret=PHONE).exists()
    with pytest.raises(FieldError, match="Unsupported lookup"):
        purses.filter(secret__contains="138").exists()


def test_a_form_takes_the_text_and_shows_none_of_it(purses):
    form_class = modelform_factory(Purse, fields=["secret"])
    shown = form_class(instance=Purse(pk=1, secret=PHONE)).as_p()
    form = form_class({"secret": PHONE}, instance=Purse(pk=1))

    assert PHONE not in shown
    assert form.is_valid()
    assert form.instance.secret.open() == PHONE


def test_a_required_secret_may_not_be_empty():
    with pytest.raises(ValidationError, match="cannot be blank"):
        EncryptedField().clean("", None)


def test_a_dump_carries_the_sealed_value():
    dump = serializers.serialize("json", [Purse(pk=1, secret=PHONE)])

    assert PHONE not in dump
    assert "v1.k1." in dump


def test_a_blind_index_finds_equal_texts_of_one_kind():
    found = blind_index("phone", PHONE)

    assert found == blind_index("phone", PHONE)
    assert len(found) == 64
    assert PHONE not in found
    assert found != blind_index("identity", PHONE)
    assert blind_index("phone", "") == ""


def test_a_blind_index_depends_on_a_key_of_its_own(keys):
    before = blind_index("phone", PHONE)
    keys.FIELD_KEY_CURRENT = "k2"
    assert blind_index("phone", PHONE) == before

    keys.BLIND_INDEX_KEY = "another"
    assert blind_index("phone", PHONE) != before
