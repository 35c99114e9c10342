"""What the audit keeps sealed with a client's key: purposes in sight, details for a reason."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from clients.book.models import Client
from clients.book.reveal import OPENED, checked_purpose
from crm.lib.db import lock
from crm.lib.errors import RuleBroken
from crm.lib.secrets import Sealed, UnreadableError
from managers.audit.actions import log_access, record
from managers.audit.models import Access, Basis
from managers.people import scope
from managers.people.scope import Right

PURPOSE = "purpose"


@dataclass(frozen=True)
class Change:
    """A detail before and after an act."""

    field: str
    before: str
    after: str

    @property
    def label(self) -> str:
        return Client._meta.get_field(self.field).verbose_name


def with_keys(events):
    """Events, each with the key of its client as `data_key`: what `purpose_of` needs."""
    keys = Client.objects.filter(pk=OuterRef("client_id")).values("data_key")
    return events.annotate(data_key=Subquery(keys))


def purpose_of(event) -> str:
    """What a person said a detail was needed for; "" for other events."""
    if PURPOSE not in (event.sealed or {}):
        return ""
    [purpose] = event.sealed[PURPOSE]
    return _opened(purpose, event.data_key)


def has_values(event) -> bool:
    """Whether an event keeps personal data beside a purpose."""
    return bool(set(event.sealed or {}) - {PURPOSE})


def open_values(event, *, purpose, by, at, address=None) -> list[Change]:
    """Before and after, once audit and access log have committed that somebody looked.

    Raises RuleBroken (code `forbidden`) for all but auditors, else as a reveal does.
    """
    client = _write_down(event, purpose=purpose, by=by, at=at, address=address)
    return [
        Change(field, *(_opened(token, client.data_key) for token in tokens))
        for field, tokens in event.sealed.items()
        if field != PURPOSE
    ]


@transaction.atomic(durable=True)
def _write_down(event, *, purpose, by, at, address) -> Client:
    if not scope.may(by, Right.OPEN_AUDIT):
        raise RuleBroken(_("Only auditors see what was before."), code="forbidden")
    client = lock(Client(pk=event.client_id))
    if not client.data_key:
        raise RuleBroken(_("The client was erased; nobody can read this any more."))
    if client.person_id == by.pk:
        raise RuleBroken(_("Nobody reads or edits a file about themselves."), code="forbidden")
    purpose = checked_purpose(purpose, by=by, at=at)
    grounds = [(client.pk, Basis.SCOPE)]
    log_access(Access.REVEALED, grounds, by=by, at=at, page="audit-values", address=address)
    why = {PURPOSE: Sealed.of(purpose, client.data_key)}
    record(OPENED, event, by=by, at=at, client=client.pk, sealed=why)
    return client


def _opened(token: str, key: str | None) -> str:
    try:
        return Sealed(token, key or "").open()
    except UnreadableError:
        return _("erased")
