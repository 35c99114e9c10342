"""Personal data at rest: sealed with AES-GCM, found again through a blind index (security 12).

A sealed value reads `v1.<key id>.<URL-safe base64 of nonce and ciphertext>`: keys can
be changed one value at a time. Keys: settings.FIELD_KEYS, FIELD_KEY_CURRENT and,
apart from them, BLIND_INDEX_KEY.
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

_VERSION = "v1"
_NONCE_BYTES = 12
_HIDDEN = "•••"


class UnreadableError(Exception):
    """A sealed value was altered, or its key is not among the keys we have."""


class Sealed:
    """A secret text that shows itself only to who opens it.

    It holds no more than the ciphertext, so that no log, traceback, template, JSON
    or pickle of it can give the text away. Falsy when the text is empty.
    """

    __slots__ = ("token",)

    def __init__(self, token: str):
        self.token = token

    @classmethod
    def of(cls, text: str) -> "Sealed":
        """Seal a text with the current key."""
        if not text:
            return cls("")
        key_id = settings.FIELD_KEY_CURRENT
        head = f"{_VERSION}.{key_id}"
        nonce = os.urandom(_NONCE_BYTES)
        body = nonce + _cipher(key_id).encrypt(nonce, text.encode(), head.encode())
        return cls(f"{head}.{base64.urlsafe_b64encode(body).decode()}")

    def open(self) -> str:
        """The text. Raises UnreadableError if it was altered or its key is gone."""
        if not self.token:
            return ""
        try:
            head, body = self.token.rsplit(".", 1)
            key_id = head.removeprefix(f"{_VERSION}.")
            raw = base64.b64decode(body, altchars=b"-_", validate=True)
            nonce, ciphertext = raw[:_NONCE_BYTES], raw[_NONCE_BYTES:]
            return _cipher(key_id).decrypt(nonce, ciphertext, head.encode()).decode()
        except (ValueError, KeyError, InvalidTag):
            # `from None`: the traceback of the cause could carry pieces of the value.
            raise UnreadableError("A sealed value cannot be opened.") from None

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


class _SealingAttribute(DeferredAttribute):
    """Seals a plain text the moment it is assigned: no instance ever carries one."""

    def __set__(self, instance, value):
        instance.__dict__[self.field.attname] = self.field.to_python(value)


class EncryptedField(models.TextField):
    """A text that is stored sealed and read as a `Sealed`.

    A plain text may be assigned, also by a form, and is sealed at once. Nobody can
    search it but for empty ones: use a `blind_index` column beside it.
    """

    descriptor_class = _SealingAttribute
    empty_values = [*models.TextField.empty_values, Sealed("")]

    def to_python(self, value):
        return Sealed.of(value) if isinstance(value, str) else value

    def get_prep_value(self, value):
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


def _cipher(key_id: str) -> AESGCM:
    return _cipher_of(settings.FIELD_KEYS[key_id])


@lru_cache(maxsize=16)
def _cipher_of(key: str) -> AESGCM:
    return AESGCM(base64.b64decode(key, validate=True))
