"""Personal data at rest: sealed with AES-GCM, found again through a blind index (security 12).

A sealed value reads `v1.<key id>.<URL-safe base64 of nonce and ciphertext>` under a master key of
the settings, `v2.<key id>.<...>` under the data key of its row. A data key is kept in the row,
wrapped by a master key: `k1.<master key's id>.<its own id>.<...>`. Who throws the wrapped key away
has made all that it sealed unreadable, wherever copies of it lie. Keys: settings.FIELD_KEYS,
FIELD_KEY_CURRENT and, apart from them, BLIND_INDEX_KEY.
"""

import base64
import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django import forms
from django.conf import settings
from django.db import models
from django.db.models.lookups import Exact
from django.db.models.query_utils import DeferredAttribute

MASTER, OWN = "v1", "v2"  # under which key a value is sealed
WRAPPED = "k1"
_KEY_BYTES = 32
_NONCE_BYTES = 12
_HIDDEN = "•••"


class UnreadableError(Exception):
    """A sealed value was altered, or its key is not among the keys we have."""


def new_key() -> str:
    """A data key for one row, wrapped by the current master key."""
    return _wrap(os.urandom(_KEY_BYTES), os.urandom(4).hex())


def rewrap(key: str) -> str:
    """The same data key, wrapped by the current master key; what it sealed stays as it is."""
    return _wrap(_data_key(key), _id_of(key))


def master_of(token: str) -> str:
    """The id of the master key that sealed a value or wrapped a data key; "" where none did."""
    version, _dot, rest = token.partition(".")
    if version == WRAPPED:
        return rest.rpartition(".")[0].rpartition(".")[0]
    return rest.rpartition(".")[0] if version == MASTER else ""


class Sealed:
    """A secret text that shows itself only to who opens it.

    It holds no more than the ciphertext and, wrapped, the data key that opens it, so that no log,
    traceback, template, JSON or pickle of it can give the text away. `key` is "" under a master
    key, None where the value was read without its row. Falsy when the text is empty.
    """

    __slots__ = ("key", "token")

    def __init__(self, token: str, key: str | None = None):
        self.token = token
        self.key = key

    @classmethod
    def of(cls, text: str, key: str = "") -> "Sealed":
        """Seal a text with a row's data key, or with the current master key."""
        if not text:
            return cls("")
        if key:
            cipher = AESGCM(_data_key(key))
            return cls(_encrypt(cipher, f"{OWN}.{_id_of(key)}", text.encode()), key)
        current = settings.FIELD_KEY_CURRENT
        return cls(_encrypt(_master(current), f"{MASTER}.{current}", text.encode()), "")

    def open(self) -> str:
        """The text. Raises UnreadableError if it was altered or its key is gone."""
        if not self.token:
            return ""
        if self.token.startswith(f"{OWN}."):
            cipher = AESGCM(_data_key(self.key or ""))
        else:
            cipher = _master(master_of(self.token))
        return _decrypt(cipher, self.token).decode()

    def is_under(self, key: str) -> bool:
        """Whether it is this data key, however wrapped, that sealed the value."""
        return self.token.startswith(f"{OWN}.{_id_of(key)}.")

    def __bool__(self):
        return bool(self.token)

    def __eq__(self, other):
        return isinstance(other, Sealed) and self.token == other.token

    def __hash__(self):
        return hash(self.token)

    def __repr__(self):
        return f"Sealed({self})"

    def __str__(self):
        return _HIDDEN if self.token else ""

    def __format__(self, spec):
        return format(str(self), spec)


class KeyField(models.TextField):
    """The wrapped data key of a row, for the encrypted fields that stand below it.

    A new row has one from its first moment. Empty: the key was thrown away, and nothing can be
    sealed for this row any more.
    """

    def __init__(self, *args, **kwargs):
        fixed = {"default": new_key, "db_default": "", "blank": True, "editable": False}
        super().__init__(*args, **(kwargs | fixed))


class _SealingAttribute(DeferredAttribute):
    """Seals a plain text the moment it is assigned: no instance ever carries one.

    Where the row has a key of its own, what is assigned is sealed by it, also what another row's
    key had sealed; what is read can be opened. A deferred value is read along with its key.
    """

    def __get__(self, instance, cls=None):
        key_name = self.field.key
        if instance is None or key_name is None:
            return super().__get__(instance, cls)
        if self.field.attname not in instance.__dict__:
            instance.refresh_from_db(fields=[key_name, self.field.attname])
        value = instance.__dict__[self.field.attname]
        return Sealed(value.token, getattr(instance, key_name)) if value else value

    def __set__(self, instance, value):
        value = self.field.to_python(value)
        # Without a key it comes as it is stored: there is nothing to seal.
        if value and value.key is not None and self.field.key:
            value = self._under(getattr(instance, self.field.key), value)
        instance.__dict__[self.field.attname] = value

    def _under(self, key, value):
        if not key:
            raise UnreadableError("The key of this row was thrown away.")
        return value if value.is_under(key) else Sealed.of(value.open(), key)


class EncryptedField(models.TextField):
    """A text that is stored sealed and read as a `Sealed`.

    A plain text may be assigned, also by a form, and is sealed at once: with the row's own key
    where `key` names its KeyField, which stands above, else with the current master key. Nobody
    can search it but for empty ones: use a `blind_index` column beside it.
    """

    descriptor_class = _SealingAttribute
    empty_values = [*models.TextField.empty_values, Sealed("")]
    non_db_attrs = (*models.TextField.non_db_attrs, "key")

    def __init__(self, *args, key: str | None = None, **kwargs):
        self.key = key
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | ({"key": self.key} if self.key else {})

    def to_python(self, value):
        return Sealed.of(value) if isinstance(value, str) else value

    def get_prep_value(self, value):
        if value and self.key and isinstance(value, str):
            raise TypeError("Only its row can seal this text: assign it to an instance.")
        value = self.to_python(value)
        return value.token if isinstance(value, Sealed) else value

    def from_db_value(self, value, expression, connection):
        return None if value is None else Sealed(value)

    def get_lookup(self, lookup_name):
        return super().get_lookup(lookup_name) if lookup_name in {"exact", "isnull"} else None

    def value_to_string(self, obj):
        return self.get_prep_value(self.value_from_object(obj))

    def formfield(self, **kwargs):
        return super().formfield(**({"widget": forms.TextInput} | kwargs))


@EncryptedField.register_lookup
class _OnlyEmpty(Exact):
    """`phone=""`: equal texts are sealed differently, so nothing else can be asked."""

    def get_prep_lookup(self):
        if self.rhs != "":
            raise TypeError("A sealed value cannot be searched: use its blind index.")
        return self.rhs


def blind_index(kind: str, text: str) -> str:
    """The key by which equal texts of one kind find each other; "" for "".

    Give it the normal form of the text (`crm.lib.contact`). HMAC-SHA256 in hex with a
    key of its own: without that key nobody can try all phone numbers against it.
    """
    if not text:
        return ""
    message = f"{kind}\0{text}".encode()
    return hmac.new(settings.BLIND_INDEX_KEY.encode(), message, hashlib.sha256).hexdigest()


def _wrap(data_key: bytes, own_id: str) -> str:
    current = settings.FIELD_KEY_CURRENT
    return _encrypt(_master(current), f"{WRAPPED}.{current}.{own_id}", data_key)


def _data_key(key: str) -> bytes:
    return _decrypt(_master(master_of(key)), key)


def _id_of(key: str) -> str:
    return key.rpartition(".")[0].rpartition(".")[2]


def _encrypt(cipher: AESGCM, head: str, content: bytes) -> str:
    nonce = os.urandom(_NONCE_BYTES)
    body = nonce + cipher.encrypt(nonce, content, head.encode())
    return f"{head}.{base64.urlsafe_b64encode(body).decode()}"


def _decrypt(cipher: AESGCM, token: str) -> bytes:
    try:
        head, body = token.rsplit(".", 1)
        raw = base64.b64decode(body, altchars=b"-_", validate=True)
        nonce, ciphertext = raw[:_NONCE_BYTES], raw[_NONCE_BYTES:]
        return cipher.decrypt(nonce, ciphertext, head.encode())
    except (ValueError, InvalidTag):
        # `from None`: the traceback of the cause could carry pieces of the value.
        raise UnreadableError("A sealed value cannot be opened.") from None


def _master(key_id: str) -> AESGCM:
    try:
        return _cipher_of(settings.FIELD_KEYS[key_id])
    except KeyError:
        raise UnreadableError("A sealed value cannot be opened.") from None


@lru_cache(maxsize=16)
def _cipher_of(key: str) -> AESGCM:
    return AESGCM(base64.b64decode(key, validate=True))
