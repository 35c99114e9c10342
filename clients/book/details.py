"""Turn what a person typed into the columns of a client: encrypted, indexed, spelled in pinyin."""

from clients.book.models import SEALED
from crm import masks
from crm.lib import contact, names
from crm.lib.secrets import Sealed, blind_index

_MASKS = {
    "phone": masks.phone,
    "email": masks.email,
    "identity_no": masks.identity,
    "address": masks.address,
}


def name_columns(name: str) -> dict:
    """The name and its pinyin forms, for searching by `zhangwei` and `zw`."""
    name = " ".join(name.split())
    spaced, joined, initials = names.pinyin(name)
    return {"name": name, "pinyin": spaced, "joined_pinyin": joined, "initials": initials[:20]}


def sealed_columns(*, phone="", email="", identity_no="", address="") -> dict:
    """Encrypted columns with their blind indexes. Raises ValueError that says what is wrong.

    Only the arguments that are given appear, so that an update leaves the others alone.
    """
    columns: dict = {}
    if phone:
        digits = contact.normal_phone(phone)
        columns |= {
            "phone": Sealed.of(digits),
            "phone_index": blind_index("phone", digits),
            "phone_last4": digits[-4:],
        }
    if identity_no:
        number = contact.normal_identity(identity_no)
        columns |= {
            "identity_no": Sealed.of(number),
            "identity_index": blind_index("identity", number),
        }
    if email:
        columns["email"] = Sealed.of(email.strip())
    if address:
        columns["address"] = Sealed.of(address.strip())
    return columns


def changes(client, wanted: dict) -> tuple[dict, list[str]]:
    """Columns of what differs from the client's file, and the names of those details, sorted.

    Empty sealed details are left out. Raises ValueError that says what is wrong.
    """
    columns: dict = {}
    if "name" in wanted:
        named = name_columns(wanted["name"])
        if named["name"] != client.name:
            columns |= named
    if wanted.get("do_not_contact", client.do_not_contact) != client.do_not_contact:
        columns["do_not_contact"] = wanted["do_not_contact"]
    until = wanted.get("identity_until")
    if until and until != client.identity_until:
        columns["identity_until"] = until
    typed = {field: wanted[field] for field in SEALED if wanted.get(field)}
    for field, text in typed.items():
        new = sealed_columns(**{field: text})
        if new[field].open() != getattr(client, field).open():
            columns |= new
    return columns, sorted(field for field in wanted if field in columns)


def personal(client, fields) -> dict[str, Sealed]:
    """The named details as the audit may keep them: sealed with the client's own key."""
    sealed = {field: getattr(client, field) for field in SEALED if field in fields}
    if "name" in fields:
        sealed["name"] = Sealed.of(client.name, client.data_key)
    return sealed


def before_and_after(before: dict[str, Sealed], client) -> dict[str, tuple[Sealed, Sealed]]:
    """What `personal` gave before a change, each beside what the client has now."""
    now = personal(client, before)
    return {field: (was, now[field]) for field, was in before.items()}


def masked_details(client) -> dict[str, str]:
    """The sealed details that the client has, as far as a mask shows them (rules J5)."""
    shown = {field: mask(getattr(client, field).open()) for field, mask in _MASKS.items()}
    return {field: text for field, text in shown.items() if text}


def masked_detail(client, field: str) -> str:
    """One sealed detail as far as its mask shows it; "" where the file has none."""
    return _MASKS[field](getattr(client, field).open())
