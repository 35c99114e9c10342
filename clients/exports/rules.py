"""Who may take rows out, who must agree, and until when (rules A5, J8)."""

from datetime import timedelta

from django.utils.translation import gettext as _

from clients.book.models import Client
from clients.exports.models import Export
from clients.oversight.queries import keepers_of_the_audit, overseers
from crm import bank
from crm.lib.errors import RuleBroken
from managers.people import scope
from managers.people.scope import Right

SHORTEST_REASON = 10
LEASE = timedelta(minutes=10)  # a worker that died is replaced after this
FORMATS = [(Export.Format.CSV, "CSV"), (Export.Format.XLSX, "XLSX")]  # of lists of rows
RIGHTS = {
    Export.Kind.CLIENTS: Right.EXPORT_CLIENTS,
    Export.Kind.COVERAGE: Right.EXPORT_CLIENTS,
    Export.Kind.AUDIT: Right.EXPORT_AUDIT,
}
KINDS = [(kind, kind.label) for kind in RIGHTS]  # what a person asks for


def kinds_for(person) -> list[str]:
    """What a person may ask for."""
    return [kind for kind, right in RIGHTS.items() if scope.may(person, right)]


def units_for(person, kind):
    """The units whose rows a person may ask for."""
    return scope.units(person, RIGHTS[kind])


def check_question(person, *, kind, unit, reason) -> None:
    """Raise RuleBroken for a right that is not there, or a reason that says nothing."""
    if kind not in kinds_for(person) or unit not in units_for(person, kind):
        raise RuleBroken(_("Your post does not export this."), code="forbidden")
    if len(" ".join(reason.split())) < SHORTEST_REASON:
        sentence = _("Say in at least ten characters what it is for.")
        raise RuleBroken(sentence, fields={"reason": sentence})


def needs_approval(rows: int, *, on) -> bool:
    """Whether a second person must agree to so many rows (security 16)."""
    return rows > bank.read("export.free_rows", on=on)


def approvers(export, *, on) -> list:
    """Who may agree: the nearest other head or an officer; for the audit its other keepers."""
    if export.kind == Export.Kind.AUDIT:
        return [who for who in keepers_of_the_audit(on=on) if who != export.asked_by]
    return overseers(export.asked_by, on=on)


def is_asked(person, export) -> bool:
    """Whether the export waits for this person's word."""
    return export.state == Export.State.WAITING and person in export.approvers.all()


def may_decide(person, export, *, on) -> bool:
    """Whether this person was asked to agree to the export, and would be today."""
    return is_asked(person, export) and person in approvers(export, on=on)


def may_hold(export) -> bool:
    """Whether who asked may have these rows still: posts change while a file waits (rules A5).

    A copy for a client is for whoever serves the client, while they may open the file.
    """
    if export.kind == Export.Kind.COPY:
        served = Client.objects.visible_to(export.asked_by)
        return served.filter(pk=export.asked.get("client")).exists()
    return units_for(export.asked_by, export.kind).filter(pk=export.unit_id).exists()


def check_download(person, export, *, at) -> None:
    """Raise RuleBroken unless the file is there for this person now."""
    if export.asked_by_id != person.pk or not may_hold(export):
        raise RuleBroken(_("Only who asked for it opens an export."), code="forbidden")
    if export.state != Export.State.READY or export.expires_at <= at:
        raise RuleBroken(_("This file is not there, or not any more."))


def allowed_actions(person, export, *, at) -> list[str]:
    """The verbs that are open to a person now."""
    verbs = []
    if is_asked(person, export):
        verbs += ["approve", "refuse"]
    own = export.asked_by_id == person.pk
    if own and export.state == Export.State.READY and export.expires_at > at:
        verbs.append("download")
    return verbs
