"""Mappings that people keep."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from clients.intake import rules
from clients.intake.models import SavedMapping
from crm.lib.errors import RuleBroken
from managers.audit.actions import record
from managers.people.models import OrgUnit, UnitKind


def keep(tables: dict, *, kind: str, name: str, shared: bool, by, at) -> SavedMapping:
    """Keep a mapping under a name, in place of one's own of that name.

    Shared it is seen in the unit of whoever keeps it, by an administrator in the whole bank.
    """
    unit = _shared_with(by) if shared else None
    with transaction.atomic():
        own = SavedMapping.objects.filter(owner=by, unit=unit, name=name, kind=kind)
        saved = own.select_for_update(of=("self",), no_key=True).first()
        saved = saved or SavedMapping(owner=by, unit=unit, name=name, kind=kind, created_at=at)
        saved.mapping = {part: table for part, table in tables.items() if part != "title"}
        _store(saved)
        record("mapping.kept", saved, by=by, at=at, kind=kind, unit=unit.pk if unit else None)
    return saved


@transaction.atomic
def rename(saved, *, name: str, by, at) -> SavedMapping:
    """Call a mapping of one's own something else."""
    _check_owner(saved, by)
    saved.name = name
    _store(saved)
    record("mapping.renamed", saved, by=by, at=at)
    return saved


@transaction.atomic
def drop(saved, *, by, at) -> None:
    """Forget a mapping of one's own; what was imported with it stays."""
    _check_owner(saved, by)
    record("mapping.dropped", saved, by=by, at=at)
    saved.delete()


def _shared_with(person) -> OrgUnit | None:
    if rules.may_share_with_all(person):
        return OrgUnit.objects.filter(kind=UnitKind.HEAD_OFFICE).first()
    return person.current_unit


def _check_owner(saved, by) -> None:
    if saved.owner_id != by.pk:
        raise RuleBroken(_("Only who keeps a mapping changes it."), code="forbidden")


def _store(saved) -> None:
    try:
        with transaction.atomic():
            saved.save()
    except IntegrityError as taken:
        sentence = _("There is a mapping of this name already.")
        raise RuleBroken(sentence, code="name_taken", fields={"name": [sentence]}) from taken
