"""Turn what a person typed into the columns of a client: encrypted, indexed, spelled in pinyin."""

from crm.lib import contact, names
from crm.lib.secrets import Sealed, blind_index


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
